import { describe, expect, it } from 'vitest';
import type { Problem } from '../../server/src/rules/support/problem';
import { analysisOf } from '../support/memory-host';

/** A location file that is included in several places: its findings, merged. */

const RULE = 'websocket-upgrade-missing';
const WS = '/n/ws.conf';
const LOCATION = 'location /ws {\n    proxy_pass http://a;\n}\n';
const UPGRADE = 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";';

/** What a rule finds in the location file; each server is one line of the main file, the first in line 2. */
async function findings(servers: readonly string[], others: Record<string, string> = {}): Promise<Problem[]> {
  const main = `http {\n${servers.map((server) => `server { ${server} }\n`).join('')}}\n`;
  const { problems } = await analysisOf({ '/n/nginx.conf': main, [WS]: LOCATION, ...others });
  return problems.filter(({ rule, place }) => rule === RULE && place.file.path === WS);
}

const fixCounts = (problems: readonly Problem[]): number[] => problems.map(({ fixes }) => fixes().length);

describe('a file that is included several times', () => {
  it('has one finding where all its instances have the same, with the fixes that all have', async () => {
    const problems = await findings(['listen 1; include ws.conf;', 'listen 2; include ws.conf;']);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(/Add the three directives\. This is meant for WebSocket: [^()]*\.$/);
    expect(fixCounts(problems)).toEqual([2]);
  });

  it('has one without the fixes that are not the same in all', async () => {
    const problems = await findings(['include ws.conf;', 'proxy_set_header A b; include ws.conf;']);
    expect(problems).toHaveLength(1);
    expect(fixCounts(problems)).toEqual([0]);
  });

  it('has one that names the places when only some instances have it, and no fix', async () => {
    const healthy = `proxy_http_version 1.1; ${UPGRADE} include ws.conf;`;
    const one = await findings(['include ws.conf;', healthy]);
    expect(one.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /directives\. This is meant for WebSocket: [^()]*\. \(Where nginx\.conf, line 2, includes it\.\)$/,
      ),
    ]);
    const two = await findings(['include ws.conf;', healthy, 'include ws.conf;']);
    expect(two.map(({ message }) => message)).toEqual([
      expect.stringMatching(/\(Where it is included: nginx\.conf, line 2; nginx\.conf, line 4\.\)$/),
    ]);
    expect(two[0]?.related.map(({ place }) => place.file.text.slice(place.start, place.end))).toEqual([
      'include ws.conf',
      'include ws.conf',
    ]);
    const many = await findings([healthy, ...Array.from({ length: 9 }, () => 'include ws.conf;')]);
    expect(many.map(({ message }) => message)).toEqual([expect.stringMatching(/line 5; and 6 more\.\)$/)]);
    expect(fixCounts([...one, ...two, ...many])).toEqual([0, 0, 0]);
  });

  it('has one for each text, with its places, when what is wrong differs', async () => {
    const problems = await findings(['include ws.conf;', 'proxy_http_version 1.1; include ws.conf;']);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/HTTP\/1\.0\. .+ \(Where nginx\.conf, line 2, includes it\.\)$/),
      expect.stringMatching(/`Connection: upgrade`\. .+ \(Where nginx\.conf, line 3, includes it\.\)$/),
    ]);
    expect(fixCounts(problems)).toEqual([0, 0]);
  });

  it('through another file has the places that tell the instances apart', async () => {
    const others = { '/n/site.conf': '# twice\ninclude ws.conf;\n' };
    const servers = ['include site.conf;', `proxy_http_version 1.1; ${UPGRADE} include site.conf;`];
    expect((await findings(servers, others)).map(({ message }) => message)).toEqual([
      expect.stringMatching(/\(Where nginx\.conf, line 2, includes it\.\)$/),
    ]);
  });

  it('keeps the highest severity', async () => {
    const others = { '/n/pass.conf': 'proxy_pass http://a;' };
    const main = 'http { server { location / { include pass.conf; } location /ws { include pass.conf; } } }';
    const { problems } = await analysisOf({ '/n/nginx.conf': main, ...others });
    const severities = problems.filter(({ place }) => place.file.path === '/n/pass.conf');
    expect(severities.map(({ severity }) => severity).toSorted()).toContain('warning');
  });

  it('may be included 5,000 times', async () => {
    const [problem, ...rest] = await findings(Array.from({ length: 5000 }, () => 'include ws.conf;'));
    expect(rest).toEqual([]);
    expect(problem?.fixes()).toHaveLength(2);
  });
});
