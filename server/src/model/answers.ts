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
interface Group<Subject, Part> {
  readonly of: Part | null;
  readonly asked: Map<unknown, Asked<Subject>>;
}

/** What was asked of something, each question once. */
export class Answers<Subject, Part> {
  private readonly groups = new Map<string, Group<Subject, Part>>();

  /** @param isSame whether two answers say the same */
  of<Answer>(
    subject: Subject,
    { name, about, of }: Question<Part>,
    question: (subject: Subject) => Answer,
    isSame: (a: Answer, b: Answer) => boolean,
  ): Answer {
    let group = this.groups.get(name);
    if (group === undefined) this.groups.set(name, (group = { of, asked: new Map() }));
    let known = group.asked.get(about);
    if (known === undefined) {
      // Whatever the type of the answer is, both are of the same question.
      known = { question, isSame: isSame as Asked<Subject>['isSame'], answer: question(subject) };
      group.asked.set(about, known);
    }
    return known.answer as Answer;
  }

  /**
   * Whether something else gives the same answers.
   *
   * @param ask gives its answer to a question
   * @param isSamePart whether a part of it is known to say the same
   */
  areThose(ask: Ask<Subject>, isSamePart: (part: Part) => boolean): boolean {
    for (const [name, { of, asked }] of this.groups) {
      if (of !== null && isSamePart(of)) continue;
      for (const [about, { question, isSame, answer }] of asked) {
        if (!isSame(ask(name, about, question), answer)) return false;
      }
    }
    return true;
  }
}
