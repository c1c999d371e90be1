/** What was asked. */
interface Question<Part> {
  readonly name: string;
  /** What it is about; the answer depends on that and on the subject alone. */
  readonly about: unknown;
  /** The part of the subject that it is about; null where that may be all of it. */
  readonly of: Part | null;
}

/** Something asked, with the answer. */
interface Asked<Subject> {
  readonly question: (subject: Subject) => unknown;
  readonly isSame: (a: unknown, b: unknown) => boolean;
  readonly answer: unknown;
}

type Ask<Subject> = (name: string, about: unknown, question: (subject: Subject) => unknown) => unknown;

/** The questions of one name. */
interface Group<Subject, Part, Element> {
  readonly name: string;
  readonly of: Part | null;
  readonly elementsIn: ((answer: unknown) => readonly Element[]) | null;
  readonly asked: Map<unknown, Asked<Subject>>;
}

/** What was asked of something, each question once. */
export class Answers<Subject, Part, Element> {
  private readonly groups = new Map<string, Group<Subject, Part, Element>>();
  /** Those whose answers may not be the same though all parts are. */
  private readonly unsettled: Group<Subject, Part, Element>[] = [];
  private readonly parts = new Set<Part>();

  /** @param noted is called for each question that has not been asked before, with the elements in its answer */
  constructor(private readonly noted: (of: Part | null, elements: readonly Element[]) => void = () => {}) {}

  /**
   * @param isSame whether two answers say the same
   * @param elementsIn the elements of the subject that are in an answer; null for none
   */
  of<Answer>(
    subject: Subject,
    { name, about, of }: Question<Part>,
    question: (subject: Subject) => Answer,
    isSame: (a: Answer, b: Answer) => boolean,
    elementsIn: ((answer: Answer) => readonly Element[]) | null,
  ): Answer {
    let group = this.groups.get(name);
    if (group === undefined) {
      // Whatever the type of the answer is, all of one name have it.
      const inAnyAnswer = elementsIn as Group<Subject, Part, Element>['elementsIn'];
      group = { name, of, elementsIn: inAnyAnswer, asked: new Map() };
      this.groups.set(name, group);
      if (of !== null) this.parts.add(of);
      if (of === null || elementsIn !== null) this.unsettled.push(group);
    }
    let known = group.asked.get(about);
    if (known === undefined) {
      const answer = question(subject);
      known = { question, isSame: isSame as Asked<Subject>['isSame'], answer };
      group.asked.set(about, known);
      this.noted(of, elementsIn?.(answer) ?? []);
    }
    return known.answer as Answer;
  }

  /**
   * Whether something else gives the same answers.
   *
   * @param ask gives its answer to a question
   * @param isSamePart whether a part of it is known to say the same
   * @param isSameElement whether an element is in the same place there
   */
  areThose(
    ask: Ask<Subject>,
    isSamePart: (part: Part) => boolean,
    isSameElement: (element: Element) => boolean,
  ): boolean {
    const isSameParts = [...this.parts].every(isSamePart);
    for (const { name, of, elementsIn, asked } of isSameParts ? this.unsettled : this.groups.values()) {
      const isKnown = of !== null && isSamePart(of);
      if (isKnown && elementsIn === null) continue;
      for (const [about, { question, isSame, answer }] of asked) {
        if (isKnown && elementsIn?.(answer).every(isSameElement) === true) continue;
        if (!isSame(ask(name, about, question), answer)) return false;
      }
    }
    return true;
  }
}
