/** A directive as far as its values go: its words, the first of them its name. */
export interface Words {
  readonly words: readonly { readonly value: string }[];
}

/** What nginx says is wrong with the values of a directive. */
export interface ValueFault {
  /** nginx's own words. */
  readonly text: string;
  /** Index of the word that is wrong, the name is 0; -1 for all words of the directive. */
  readonly word: number;
}
