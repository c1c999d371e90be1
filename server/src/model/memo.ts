/** The function with its answers kept as long as what they are about: an immutable value. */
export function memoized<Key extends object, Answer>(compute: (key: Key) => Answer): (key: Key) => Answer {
  const known = new WeakMap<Key, { readonly answer: Answer }>();
  return (key) => {
    const kept = known.get(key);
    if (kept !== undefined) return kept.answer;
    const answer = compute(key);
    known.set(key, { answer });
    return answer;
  };
}

/** The function, which does its work on the first call alone. */
export function once<Answer>(compute: () => Answer): () => Answer {
  let known: { readonly answer: Answer } | undefined;
  return () => (known ??= { answer: compute() }).answer;
}

/** Something within another of its kind. */
interface Within<Node> {
  readonly parent: Node | null;
}

/**
 * What each node of a tree makes of what the one around it has made, worked out once for each, from the outside in:
 * blocks may nest deeper than calls can.
 *
 * @param answerFor `outer` is null for the outermost
 */
export function memoizedInward<Node extends Within<Node>, Answer>(
  answerFor: (node: Node, outer: Answer | null) => Answer,
): (node: Node) => Answer {
  const answers = new WeakMap<Node, { readonly answer: Answer }>();
  return (node) => {
    const within: Node[] = [];
    let known: { readonly answer: Answer } | undefined;
    for (let at: Node | null = node; at !== null; at = at.parent) {
      known = answers.get(at);
      if (known !== undefined) break;
      within.push(at);
    }
    for (const at of within.toReversed()) {
      known = { answer: answerFor(at, known?.answer ?? null) };
      answers.set(at, known);
    }
    if (known === undefined) throw new RangeError('A node is one at least.');
    return known.answer;
  };
}
