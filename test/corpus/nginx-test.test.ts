import { describe, expect, it } from 'vitest';
import { nginxTestOf } from '../../server/src/service';
import { routesOf } from '../../server/src/handshake/routes';
import { rules } from '../../server/src/rules/rules.generated';
import type { Problem } from '../../server/src/rules/support/problem';
import type { Analysis } from '../../server/src/service';
import { analysisOf } from '../support/memory-host';
import { type CorpusRow, corpusRows, corpusText } from './corpus';

function analysisOfRow(row: CorpusRow): Promise<Analysis> {
  const path = row.context === 'main' ? '/etc/nginx/nginx.conf' : '/etc/nginx/conf.d/part.conf';
  return analysisOf({ [path]: corpusText(row) }, { major: 1, minor: 22, patch: 1 });
}

/** Whether an error is about what had to be added: `upstream app`, `$name`, `ssl_certificate`. */
function isOf(need: string, { rule, message }: Problem): boolean {
  if (need === 'ssl_certificate') return rule === 'ssl-certificate-missing';
  const [, name = ''] = /(\S+)$/.exec(need.replace(/^\$/, '')) ?? [];
  return message.includes(`"${name}"`);
}

/** What nginx starts with and can only answer with 502: no `resolver` looks up the host of a `proxy_pass`. */
const ONLY_502: ReadonlySet<string> = new Set(['files/0501.conf', 'files/0908.conf']);

describe('real configurations', () => {
  it('have no error where nginx accepts them', async () => {
    const found: string[] = [];
    for (const row of corpusRows) {
      if (!row.ok) continue;
      const { problems } = await analysisOfRow(row);
      for (const problem of problems) {
        if (problem.rule === 'websocket-proxy-variable' && ONLY_502.has(row.file)) continue;
        if (problem.severity !== 'error' || row.needs?.some((need) => isOf(need, problem)) === true) continue;
        found.push(`${row.file} ${problem.rule}: ${problem.message}`);
      }
    }
    expect(found).toEqual([]);
  });

  it('have no finding of WebSocket in a location that includes what is not there', async () => {
    // These tell of a directive that is written there, whatever the missing file has.
    const written = new Set([
      'connection-hardcoded',
      'websocket-error-page-status',
      'websocket-idle-timeout',
      'websocket-method-or-body',
    ]);
    const webSocket = new Set(
      rules.filter(({ id, category }) => category === 'websocket' && !written.has(id)).map(({ id }) => id),
    );
    const found: string[] = [];
    let locations = 0;
    for (const row of corpusRows) {
      const partly = corpusText(row).replaceAll(/(proxy_pass\s+[^;{}#]+;)/g, '$1 include gone.conf;');
      const { model, problems } = await analysisOf(partly, { major: 1, minor: 22, patch: 1 });
      const unseen = routesOf(model).filter(({ location }) => location.opaqueInForce !== null);
      locations += unseen.length;
      const passes = new Set(unseen.map(({ proxyPass }) => proxyPass.start));
      for (const { rule, place, related = [] } of problems.filter((each) => webSocket.has(each.rule))) {
        const places = [place, ...related.map((each) => each.place)];
        if (places.some(({ start }) => passes.has(start))) found.push(`${row.file} ${rule}`);
      }
    }
    expect(found).toEqual([]);
    expect(locations).toBeGreaterThan(100);
  });

  it('are refused as nginx refuses them', async () => {
    const found: string[] = [];
    let compared = 0;
    for (const row of corpusRows) {
      if (row.ok || row.context !== 'main' || row.thirdPartyModules === true || row.needs !== undefined)
        continue;
      // Which method of waiting there is depends on the platform.
      if (row.message === 'invalid event type "kqueue"') continue;
      compared += 1;
      const test = nginxTestOf(await analysisOfRow(row));
      const ours = `${test?.line ?? null} ${test?.text ?? null}`;
      if (ours !== `${row.line ?? null} ${row.message ?? null}`) found.push(`${row.file}: ${ours}`);
    }
    expect(found).toEqual([]);
    expect(compared).toBeGreaterThan(20);
  });

  it('have each syntax error at the line that nginx names', async () => {
    const found: string[] = [];
    for (const row of corpusRows) {
      if (row.ok || row.class !== 'syntax' || row.context !== 'main' || row.thirdPartyModules === true)
        continue;
      const test = nginxTestOf(await analysisOfRow(row));
      if (test?.line !== row.line) found.push(`${row.file}: ${test?.line ?? null}, not ${row.line ?? null}`);
    }
    expect(found).toEqual([]);
  });
});
