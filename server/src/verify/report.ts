import { hideInUrl } from '../values/secrets';
import type { Program } from './program';
import type { Verified, VerifiedUrl } from './verify';

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

function urlLines({ predicted, seen, same }: VerifiedUrl): string[] {
  const { verdict, status, conditions } = predicted;
  const request = seen.upstreamRequest;
  const marks = { true: '✓', false: '✗ DIFFERS', null: '?' } as const;
  return [
    `${hideInUrl(predicted.url)}  ${marks[`${same}`]}`,
    `  predicted  ${status === null ? verdict : `${verdict}, ${status}`}${conditions.length === 0 ? '' : `: ${conditions.join('; ')}`}`,
    `  seen       ${seen.works ? 'works' : 'fails'}${seen.status === null ? '' : `, ${seen.status}`}: ${seen.message}`,
    ...(request === null
      ? ['  back end   nothing reached it']
      : [
          `  back end   ${request.backEnd} got ${request.method} ${request.uri} HTTP/${request.version}`,
          ...request.headers.map(([header, value]) => `               ${header}: ${value}`),
        ]),
    ...seen.log.map((line) => `  log        ${line}`),
  ];
}

function counted(count: number): string {
  return count === 1 ? '1 WebSocket' : `${count} WebSockets`;
}
