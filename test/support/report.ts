import { locationLenses } from '../../server/src/features/code-lens';
import { completionAt } from '../../server/src/features/completion/completion';
import { hoverAt } from '../../server/src/features/hover';
import { routesTree } from '../../server/src/features/routes-tree';
import type { Evidence } from '../../server/src/handshake/evidence';
import type { Place } from '../../server/src/model/configuration';
import type { SourceFile } from '../../server/src/model/source-file';
import { symbolsOf } from '../../server/src/model/symbols';
import { type Analysis, explain, nginxTestOf, routes } from '../../server/src/service';

/** All that people see of an analysis, as plain data: two that say the same have equal reports. */
export function reportOf(analysis: Analysis): unknown {
  const { problems, model, closure } = analysis;
  const rows = routes(analysis);
  const test = nginxTestOf(analysis);
  return {
    problems: problems.map(({ rule, severity, message, place, related, fixes }) => ({
      rule,
      severity,
      message,
      place: placed(place),
      related: related.map((each) => [each.message, placed(each.place)]),
      fixes: fixes().map(({ title, kind, edits }) => [
        title,
        kind,
        // They are made all at once: their order says nothing.
        edits.map((edit) => JSON.stringify([placed(edit), edit.newText])).toSorted(),
      ]),
    })),
    test: test === null ? null : [test.text, test.file?.path, test.line],
    routes: rows.map(({ place, whole, verdict, because, conditions, cases, urls, intent }) => ({
      place: placed(place),
      whole: placed(whole),
      verdict,
      because: because.map(evidence),
      conditions,
      cases: cases.map((each) => ({ ...each, because: each.because.map(evidence) })),
      urls,
      intent,
    })),
    explanations: rows.flatMap(({ urls: [url] }) => (url === undefined ? [] : [explained(analysis, url)])),
    tree: routesTree(model, rows).map((server) => ({
      ...server,
      place: placed(server.place),
      whole: placed(server.whole),
      locations: server.locations.map((location) => ({
        ...location,
        place: placed(location.place),
        whole: placed(location.whole),
        reasons: location.reasons.map(evidence),
        cases: location.cases.map((each) => ({ ...each, because: each.because.map(evidence) })),
      })),
    })),
    symbols: symbolsOf(model.configuration).all.map(({ kind, name, definitions, references }) => [
      kind,
      name,
      definitions.map((each) => placed(each.outer)),
      references.map((each) => placed(each.outer)),
    ]),
    files: [...closure.files.values()].map((file) => ofFile(analysis, file)),
  };
}

function ofFile(analysis: Analysis, file: SourceFile): unknown {
  const { model } = analysis;
  const words = [...file.text.matchAll(/\b(?:proxy_pass|proxy_set_header|listen) /g)].map(
    ({ index }) => index,
  );
  return {
    lenses: locationLenses(routes(analysis), file).map((lens) => ({ ...lens, place: placed(lens.place) })),
    hovers: words.map((offset) =>
      hoverAt({
        model,
        routes: () => analysis.routes,
        file,
        offset,
        link: (place) => ({ label: JSON.stringify(placed(place)), uri: '' }),
      }),
    ),
    completions: words.slice(0, 3).map((offset) => completionAt(model, file, offset)?.entries.length),
  };
}

function explained(analysis: Analysis, url: string): unknown {
  const { because, cases, location, upstreamRequest, ...rest } = explain(analysis, url);
  return {
    ...rest,
    because: because.map(evidence),
    cases: cases.map((each) => ({ ...each, because: each.because.map(evidence) })),
    location: placed(location),
    upstreamRequest:
      upstreamRequest === null
        ? null
        : {
            ...upstreamRequest,
            origins: upstreamRequest.origins.map(placed),
            versionOrigin: placed(upstreamRequest.versionOrigin),
            pass: placed(upstreamRequest.pass),
          },
  };
}

function evidence({ id, message, place, step, hop }: Evidence): unknown {
  return [id, message, placed(place), step, hop];
}

function placed(place: Place | null): unknown {
  return place === null ? null : [place.file.realPath, place.file.part ?? '', place.start, place.end];
}
