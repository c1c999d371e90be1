// What we use of the tools for language models: VS Code has them since 1.95, and @types/vscode is that of the lowest
// engine. Checked for before use.
import type { CancellationToken, Disposable } from 'vscode';

declare module 'vscode' {
  export namespace lm {
    export const registerTool:
      | (<Input>(name: string, tool: LanguageModelTool<Input>) => Disposable)
      | undefined;
  }

  export interface LanguageModelTool<Input> {
    invoke(options: { readonly input: Input }, token: CancellationToken): Promise<LanguageModelToolResult>;
    prepareInvocation?(options: { readonly input: Input }): PreparedToolInvocation;
  }

  export interface PreparedToolInvocation {
    readonly invocationMessage?: string;
    /** Where it is given, a person is asked before the tool runs. */
    readonly confirmationMessages?: { readonly title: string; readonly message: string };
  }

  export class LanguageModelToolResult {
    constructor(content: readonly LanguageModelTextPart[]);
    readonly content: readonly LanguageModelTextPart[];
  }

  export class LanguageModelTextPart {
    constructor(value: string);
    readonly value: string;
  }
}
