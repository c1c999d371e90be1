import { codeActions } from './code-actions';
import { completion } from './completion';
import type { Feature } from './feature';
import { hover } from './hover';
import { navigation } from './navigation';
import { signatureHelp } from './signature-help';
import { status } from './status';

/** What the server does for editors beside diagnostics: one line each, in the order of their names. */
export const features: readonly Feature[] = [
  codeActions,
  completion,
  hover,
  ...navigation,
  signatureHelp,
  status,
];
