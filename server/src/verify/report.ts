import type { Explanation } from '../handshake/explanation';
import { t } from '../l10n';
import { hideInUrl } from '../values/secrets';
import type { Program } from './program';
import type { SeenUpstream, Verified, VerifiedUrl } from './verify';

/** What came of a configuration, for people: each URL with what was predicted and what was seen. */
export function verifyReport({ urls, adapted, refused }: Verified, { name }: Program): string[] {
  const differing = urls.filter(({ same }) => same === false).length;
  const working = urls.filter(({ seen }) => seen.works).length;
  const sum =
    differing > 0
      ? `${differing} of ${counted(urls.length)} DIFFER from what was predicted.`
      : `${working} of ${counted(urls.length)} opened${urls.some(({ same }) => same === null) ? '' : ', all as predicted'}.`;
  return [
    ...urls.flatMap((each) => [...urlLines(each), '']),
    ...(refused === null ? [] : [`${name} does not start with this: ${refused}`, '']),
    `Seen in ${name}, with a copy in which this is otherwise:`,
    ...adapted.map((change) => `  - ${change}`),
    '',
    sum,
  ];
}

function urlLines({ predicted, ofAll, seen, same }: VerifiedUrl): string[] {
  const [first, ...headers] = upstreamLines(seen.upstreamRequest);
  const marks = { true: '✓', false: '✗ DIFFERS', null: '?' } as const;
  return [
    `${hideInUrl(predicted.url)}  ${marks[`${same}`]}`,
    `  predicted  ${outcomeText(predicted)}`,
    // As a person knows it from the other commands, where the copy is told apart from it.
    ...(outcomeText(ofAll) === outcomeText(predicted)
      ? []
      : [`  with all   ${outcomeText(ofAll)}, with what is left out of the copy`]),
    `  seen       ${seen.works ? 'works' : 'fails'}${seen.status === null ? '' : `, ${seen.status}`}: ${seen.message}`,
    `  back end   ${first ?? 'nothing reached it'}`,
    ...headers.map((header) => `               ${header}`),
    ...seen.log.map((line) => `  log        ${line}`),
  ];
}

/** The request that reached a back end: who got which, then its headers; none where none did. */
export function upstreamLines(request: SeenUpstream | null): string[] {
  if (request === null) return [];
  const { backEnd, method, uri, version, headers } = request;
  return [
    t`${backEnd} got ${method} ${uri} HTTP/${version}`,
    ...headers.map(([header, value]) => `${header}: ${value}`),
  ];
}

function outcomeText({ verdict, status, conditions }: Explanation): string {
  const outcome = status === null ? verdict : `${verdict}, ${status}`;
  return conditions.length === 0 ? outcome : `${outcome}: ${conditions.join('; ')}`;
}

function counted(count: number): string {
  return count === 1 ? '1 WebSocket' : `${count} WebSockets`;
}
