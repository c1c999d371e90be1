import { t } from '../l10n';
import type { ServerContext } from './context';
import type { Ran, Run } from './environment';
import type { SettingsStore } from './settings';

/** What programs are started with. */
export interface Programs {
  readonly context: ServerContext;
  readonly settings: SettingsStore;
  /** Starts them; undefined in a browser. */
  readonly run: Run | undefined;
  readonly isTrusted: () => boolean;
}

/** Why nothing may be started here, in words; null where it may. */
export function refusalToStart({ run, isTrusted }: Programs): string | null {
  if (run === undefined)
    return t(
      'nginx cannot be started in a browser: open the folder in VS Code on a desktop or by a remote connection.',
    );
  return isTrusted() ? null : t('nginx is started in a trusted workspace only.');
}

/**
 * Why a program has not come to its end, in words.
 *
 * @param setting the one that names it
 */
export function failureOf(
  ran: Exclude<Ran, { readonly kind: 'ended' }>,
  command: readonly string[],
  setting: string,
): string {
  const [program = ''] = command;
  switch (ran.kind) {
    case 'missing':
      return t`There is no program \`${program}\` on PATH: install it, or name another in \`nginxWebsocket.${setting}\`.`;
    case 'failed':
      return t`\`${program}\` cannot be started: ${ran.reason}.`;
    case 'timeout':
      return t`\`${command.join(' ')}\` has not ended in time, and was stopped.`;
    case 'cancelled':
      return t`\`${command.join(' ')}\` was cancelled.`;
  }
}

/** The last line that a program has printed. */
export function lastLine(output: string): string {
  return output.trimEnd().split(/\r?\n/).at(-1)?.trim() ?? '';
}
