import { t } from '../../l10n';
import { type Intent, signsFor } from '../../model/intent';
import type { Sign } from '../../model/signs';
import { plain } from './words';

/** The signs that a location is meant for WebSocket, in a sentence or two; '' where there are none. */
export function signsInWords(intent: Intent): string {
  const signs = signsFor(intent);
  const [application] = signs.flatMap((sign) => (sign.kind === 'application' ? [sign] : []));
  const others = signs.flatMap((sign) => wordsFor(sign, signs)).slice(0, MOST);
  return [
    ...(others.length > 0 ? [t`${meantBy(intent, signs)}: ${others.join(t(', '))}.`] : []),
    ...(application === undefined || isDoubtful(application, intent) ? [] : [needOf(application)]),
  ].join(' ');
}

/** A guess which application it is helps nobody who has said what it is for. */
function isDoubtful({ weight }: Sign, { strength }: Intent): boolean {
  return weight !== 'strong' && strength === 'strong';
}

/** More signs than this are not named: the surest come first. */
const MOST = 3;

/** An application that one sign alone speaks for does not make it sure. */
function meantBy({ strength }: Intent, signs: readonly Sign[]): string {
  const isSure =
    strength === 'strong' && signs.some(({ kind, weight }) => weight === 'strong' && kind !== 'application');
  return isSure ? t('This is meant for WebSocket') : t('This may be meant for WebSocket');
}

function needOf({ text, path, source, weight }: Extract<Sign, { kind: 'application' }>): string {
  const page = source.replace(/^https:\/\//, '');
  const doubt = weight === 'strong' ? '' : t(', if that is what it is');
  return t`${text} needs WebSocket at ${path} (${page})${doubt}.`;
}

function wordsFor({ kind, text }: Sign, all: readonly Sign[]): string[] {
  switch (kind) {
    case 'path':
      return [t`the path is ${plain(text)}`];
    case 'header':
      return [t`\`${text}\` is set`];
    case 'use':
      // The header that is set is what it is used for.
      return all.some((sign) => sign.kind === 'header') ? [] : [t('`$http_upgrade` is used')];
    case 'outer header':
      return all.some((sign) => sign.kind === 'header') ? [] : [t`\`${text}\` is set further out`];
    case 'comment':
      return [t('a comment says so')];
    case 'setting':
      return [t('the settings say so')];
    case 'url':
      return [t`it takes ${plain(text)}`];
    case 'server name':
      return [t`the host is ${plain(text)}`];
    case 'name':
      return [t`the back end is named ${plain(text)}`];
    default:
      return [];
  }
}
