/** A directive as far as its values go: its words, the first of them its name. */
export interface Words {
  readonly words: readonly { readonly value: string }[];
}
