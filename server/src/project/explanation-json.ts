import type { Explanation } from '../handshake/explanation';
import { hideInUrl } from '../values/secrets';
import { atJson, becauseJson, casesJson } from './evidence-json';
import type { FileNames } from './file-names';
import type { Ranges } from './ranges';

/** What becomes of a URL, as JSON. Other programs read it: names and order are fixed. */
export function explanationJson(explanation: Explanation, names: FileNames, ranges: Ranges): unknown {
  const { url, verdict, status, location, upstreamRequest, because, error } = explanation;
  const { conditions, cases, hops } = explanation;
  return {
    // A URL that is refused for its password is the one that was given.
    url: explanation.badUrl === true ? url : hideInUrl(url),
    verdict,
    status,
    location:
      location === null
        ? null
        : { file: names.of(location.file), line: ranges.of(location).line, ...atJson(location, ranges) },
    upstreamRequest:
      upstreamRequest === null
        ? null
        : {
            method: upstreamRequest.method,
            uri: upstreamRequest.uri,
            version: upstreamRequest.version,
            headers: upstreamRequest.headers,
          },
    because: becauseJson(because, names, ranges),
    conditions,
    cases: casesJson(cases, names, ranges),
    hops,
    ...(error === undefined ? {} : { error }),
  };
}
