import type {
  SignatureHelp,
  SignatureHelpClientCapabilities,
  SignatureHelpParams,
} from 'vscode-languageserver';
import { type Signatures, signaturesAt } from '../features/signature-help';
import { directiveSummary } from '../features/support/reference-text';
import type { ServerContext } from './context';
import { aboutPosition, type Feature } from './feature';
import { markup } from './markup';

/** The syntax of the directive that is being written. */
export const signatureHelp: Feature = {
  capabilities: ({ textDocument }) =>
    textDocument?.signatureHelp === undefined
      ? {}
      : { signatureHelpProvider: { triggerCharacters: [' '], retriggerCharacters: [' '] } },
  register,
};

function register(context: ServerContext): void {
  const client = context.capabilities.textDocument?.signatureHelp;
  context.connection.onSignatureHelp(
    aboutPosition<SignatureHelpParams, SignatureHelp | null>(
      context,
      'Signature help',
      null,
      ({ analysis, file }, offset) => {
        const found = signaturesAt(analysis.model, file, offset);
        return found === null ? null : toSignatureHelp(found, client);
      },
    ),
  );
}

function toSignatureHelp(
  { name, contexts, signatures, active }: Signatures,
  client: SignatureHelpClientCapabilities | undefined,
): SignatureHelp {
  const information = client?.signatureInformation;
  const takesOffsets = information?.parameterInformation?.labelOffsetSupport === true;
  const text = directiveSummary(name, contexts);
  const documentation = text === null ? undefined : markup(text, information?.documentationFormat);
  return {
    activeSignature: active,
    // One beyond the last is none.
    activeParameter: signatures[active]?.active ?? signatures[active]?.parameters.length ?? 0,
    signatures: signatures.map(({ label, parameters, active: activeParameter }) => ({
      label,
      ...(documentation === undefined ? {} : { documentation }),
      parameters: parameters.map(([start, end]) => ({
        label: takesOffsets ? [start, end] : label.slice(start, end),
      })),
      ...(information?.activeParameterSupport === true
        ? { activeParameter: activeParameter ?? parameters.length }
        : {}),
    })),
  };
}
