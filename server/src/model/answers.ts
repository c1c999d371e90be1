/** Something asked, with the answer. */
interface Asked<Subject> {
  readonly question: (subject: Subject) => unknown;
  readonly isSame: (a: unknown, b: unknown) => boolean;
  readonly answer: unknown;
}

type Ask<Subject> = (name: string, about: unknown, question: (subject: Subject) => unknown) => unknown;

/** What was asked of something, each question once. */
export class Answers<Subject> {
  private readonly asked = new Map<string, Map<unknown, Asked<Subject>>>();

  /**
   * @param name of the question
   * @param about what it is about; it depends on that and on the subject alone
   * @param isSame whether two answers say the same
   */
  of<Answer>(
    subject: Subject,
    name: string,
    about: unknown,
    question: (subject: Subject) => Answer,
    isSame: (a: Answer, b: Answer) => boolean,
  ): Answer {
    let byName = this.asked.get(name);
    if (byName === undefined) this.asked.set(name, (byName = new Map()));
    let known = byName.get(about);
    if (known === undefined) {
      // Whatever the type of the answer is, both are of the same question.
      known = { question, isSame: isSame as Asked<Subject>['isSame'], answer: question(subject) };
      byName.set(about, known);
    }
    return known.answer as Answer;
  }

  /**
   * Whether something else gives the same answers.
   *
   * @param ask gives its answer to a question
   */
  areThose(ask: Ask<Subject>): boolean {
    for (const [name, byName] of this.asked) {
      for (const [about, { question, isSame, answer }] of byName) {
        if (!isSame(ask(name, about, question), answer)) return false;
      }
    }
    return true;
  }
}
