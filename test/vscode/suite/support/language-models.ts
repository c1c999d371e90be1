/** What tests use of `lm` beyond @types/vscode, which is that of the lowest engine. */
export interface ToolsApi {
  readonly tools: readonly { readonly name: string; readonly description: string }[];
  readonly invokeTool: (
    name: string,
    options: { readonly input: object; readonly toolInvocationToken: undefined },
  ) => Promise<{ readonly content: readonly { readonly value: string }[] }>;
}
