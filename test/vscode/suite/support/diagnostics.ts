import { type Diagnostic, languages, type Uri } from 'vscode';
import { waitFor } from './waiting';

/** Our diagnostics of a document that have the code of a rule, as VS Code has them now. */
export function diagnosticsNow(uri: Uri, rule: string): Diagnostic[] {
  return languages
    .getDiagnostics(uri)
    .filter((diagnostic) => diagnostic.source === 'nginx-websocket' && ruleOf(diagnostic) === rule)
    .sort((a, b) => a.range.start.compareTo(b.range.start));
}

/** The rule that a diagnostic of ours is of. */
export function ruleOf({ code }: Diagnostic): string | number | undefined {
  return typeof code === 'object' ? code.value : code;
}

/** Waits until a document has this many diagnostics of a rule, and gives them in the order of the text. */
export async function waitForDiagnostics(uri: Uri, rule: string, count: number): Promise<Diagnostic[]> {
  return waitFor(`${count} of ${rule} in ${uri.path}`, () => {
    const diagnostics = diagnosticsNow(uri, rule);
    return diagnostics.length === count && diagnostics;
  });
}
