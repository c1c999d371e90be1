import { checkFiles } from './check-files';
import { codeActions } from './code-actions';
import { codeLens } from './code-lens';
import type { Feature } from './feature';
import { routes } from './routes';
import { status } from './status';

/** What the server does for editors beside diagnostics: one line each, in the order of their names. */
export const features: readonly Feature[] = [checkFiles, codeActions, codeLens, routes, status];
