import { type Route, valueForAny } from '../handshake/routes';
import { knownText } from '../handshake/value';
import { t } from '../l10n';
import { textOf } from '../model/bytes';
import { placeOf, wholePlaceOf } from '../model/configuration';
import { effective, effectiveValue, replaced } from '../model/inheritance';
import type { Model } from '../model/model';
import { placeInFile } from '../model/place-in-file';
import type { SourceFile } from '../model/source-file';
import { symbolsOf } from '../model/symbols';
import { isNamed } from '../values/header-name';
import { parseTime } from '../values/time';

/** What is not written at a place, and holds there. */
export interface InlayHint {
  /** What it stands behind: UTF-16 units from the start of the text. */
  readonly offset: number;
  readonly label: string;
}

/** What is asked about: a part of a file. */
interface Asked {
  readonly model: Model;
  readonly routes: readonly Route[];
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/**
 * Behind each `proxy_pass` what its request has from elsewhere: what it inherits, what it has lost, the defaults in
 * force. Behind each variable of a map what that gives for a handshake, where it is the same for all. In the order of the
 * text; a file that is included in several places has those that hold in all.
 */
export function inlayHintsIn(asked: Asked): InlayHint[] {
  return [...requestHints(asked), ...mapHints(asked)].toSorted((a, b) => a.offset - b.offset);
}

function requestHints({ model, routes, file, start, end }: Asked): InlayHint[] {
  const labels = new Map<number, Set<string>>();
  for (const route of routes) {
    const place = placeInFile(model.configuration.closure, wholePlaceOf(route.proxyPass));
    if (place.file.realPath !== file.realPath || place.start < start || place.end > end) continue;
    const label = requestLabel(model, route);
    labels.set(place.end, (labels.get(place.end) ?? new Set()).add(label));
  }
  return [...labels].flatMap(([offset, [label, ...others]]) =>
    label === undefined || label === '' || others.length > 0 ? [] : [{ offset, label }],
  );
}

function requestLabel(model: Model, route: Route): string {
  return [versionPart(route), ...headerParts(route), idlePart(model, route)]
    .filter((part) => part !== '')
    .join(', ');
}

function versionPart({ level, request: { version } }: Route): string {
  if (!version.certain) return '';
  if (version.directive === null) return t`HTTP/${version.value} by default`;
  const { level: from } = effective(level, 'proxy_http_version');
  return from === null || from === level ? '' : t`HTTP/${version.value} from ${from.kind}`;
}

/** The headers that decide. */
const HEADERS = ['Upgrade', 'Connection'];

function headerParts({ level, request }: Route): string[] {
  const { set } = request;
  if (!set.certain) return [];
  const before = set.level === null ? [] : replaced(set.level, 'proxy_set_header');
  return HEADERS.flatMap((name) => {
    const lower = name.toLowerCase();
    const isSet = set.directives.some((each) => isNamed(each, lower));
    if (isSet) return set.level === null || set.level === level ? [] : [t`${name} from ${set.level.kind}`];
    return before.some((each) => isNamed(each, lower)) ? [t`${name} lost`] : [];
  });
}

function idlePart({ version }: Model, { location }: Route): string {
  const inForce = effectiveValue(location, 'proxy_read_timeout', version);
  if (!inForce.certain || inForce.origin.kind === 'own') return '';
  const milliseconds = parseTime(inForce.text ?? '');
  if (milliseconds === null) return '';
  const after = `${milliseconds / 1000} s`;
  return inForce.origin.kind === 'default'
    ? t`closed when idle for ${after} by default`
    : t`closed when idle for ${after}, from ${inForce.origin.level.kind}`;
}

function mapHints({ model, file, start, end }: Asked): InlayHint[] {
  const { http, maps, configuration } = model;
  if (http === null) return [];
  return symbolsOf(configuration)
    .in(file)
    .flatMap(({ symbol, role, outer, directive }) => {
      const isUse = role !== 'definition' && symbol.kind === 'variable' && symbol.part === 'http';
      if (!isUse || outer.start < start || outer.end > end || !maps.has(symbol.name)) return [];
      const value = knownText(valueForAny(model, http, `$${symbol.name}`));
      const { end: offset } = placeInFile(configuration.closure, placeOf(directive));
      return value === null || directive.children !== null
        ? []
        : [{ offset, label: t`${`$${symbol.written}`} is "${textOf(value)}" for a handshake` }];
    });
}
