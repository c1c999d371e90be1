import { codeActions } from './code-actions';
import { codeLens } from './code-lens';
import type { Feature } from './feature';
import { formatting } from './formatting';
import { navigation } from './navigation';
import { routes } from './routes';
import { status } from './status';

/** What the server does for editors beside diagnostics, in the order of their names. */
export const features: readonly Feature[] = [
  codeActions,
  codeLens,
  formatting,
  ...navigation,
  routes,
  status,
];
