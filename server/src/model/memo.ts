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
