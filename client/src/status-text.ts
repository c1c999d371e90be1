import type { Status } from '../../server/src/protocol';
import type { Localizer } from './localizer';

/** Where the version of nginx comes from, as the status says it. */
function originText(origin: Status['versionFrom'], l10n: Localizer): string {
  switch (origin) {
    case 'setting':
      return l10n.t('setting');
    case 'project':
      return 'nginx-websocket.json';
    case 'nginx':
      return l10n.t('nginx on PATH');
    case 'assumed':
      return l10n.t('assumed');
  }
}

/** The version that the analysis is for, and why that one: `nginx 1.28.0 (assumed)`. */
export function versionText({ version, versionFrom }: Status, l10n: Localizer): string {
  return l10n.t('nginx {0} ({1})', version, originText(versionFrom, l10n));
}

/**
 * The configuration that the document belongs to, and what was found in it: `nginx.conf · 3 routes, 1 blocked`.
 *
 * @param main how the main file is called here; undefined where there is none
 */
export function mainText({ routes, blocked }: Status, main: string | undefined, l10n: Localizer): string {
  const all = routes === 1 ? l10n.t('1 route') : l10n.t('{0} routes', routes);
  const counts = blocked === 0 ? all : l10n.t('{0}, {1} blocked', all, blocked);
  return `${main ?? l10n.t('main file not found')} · ${counts}`;
}
