import { checkFiles } from './check-files';
import { codeActions } from './code-actions';
import { codeLens } from './code-lens';
import { completion } from './completion';
import type { Feature } from './feature';
import { formatting } from './formatting';
import { hover } from './hover';
import { inlayHints } from './inlay-hints';
import { json } from './json';
import { movedFiles } from './moved-files';
import { navigation } from './navigation';
import { routes } from './routes';
import { signatureHelp } from './signature-help';
import { status } from './status';
import { urls } from './urls';

/** What the server does for editors beside diagnostics, in the order of their names. */
export const features: readonly Feature[] = [
  checkFiles,
  codeActions,
  codeLens,
  completion,
  formatting,
  hover,
  inlayHints,
  json,
  movedFiles,
  ...navigation,
  routes,
  signatureHelp,
  status,
  urls,
];
