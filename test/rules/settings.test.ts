import { describe, expect, it } from 'vitest';
import { assumedVersion } from '../../server/src/reference/versions';
import { type RuleSettings, wantedSeverity } from '../../server/src/rules/support/severity';
import { analyze } from '../../server/src/service';
import { closureOf } from '../support/memory-host';

/** Three locations whose handshakes fail: strong, weak and no intent. */
const text = `events {}
http {
    server {
        location /ws { proxy_pass http://a; }
        location /chat { proxy_pass http://a; }
        location / { proxy_pass http://a; }
    }
}
`;

/** The findings, as `rule: severity`. */
async function findings(settings: RuleSettings, configuration = text): Promise<string[]> {
  const closure = await closureOf({ '/etc/nginx/nginx.conf': configuration });
  const { problems } = analyze(closure, { version: assumedVersion, rules: settings });
  return problems.map(({ rule, severity }) => `${rule}: ${severity}`);
}

const rule = 'websocket-upgrade-missing';

describe('the severity wanted for a rule', () => {
  it.each([
    [{}, ['warning', 'information', 'hint']],
    [{ [rule]: 'error' }, ['error', 'information', 'hint']],
    [{ [rule]: 'information' }, ['information', 'information', 'hint']],
    [{ [rule]: 'hint' }, ['hint', 'hint', 'hint']],
    [{ [rule]: 'off' }, []],
    [{ syntax: 'off' }, ['warning', 'information', 'hint']],
  ] as const)('%j gives %j', async (settings, expected) => {
    expect(await findings(settings)).toEqual(expected.map((severity) => `${rule}: ${severity}`));
  });

  it('is given to what the rule takes for most serious, and caps the rest', () => {
    expect(wantedSeverity('error', 'error', 'hint')).toBe('hint');
    expect(wantedSeverity('warning', 'error', 'information')).toBe('information');
    expect(wantedSeverity('hint', 'warning', 'error')).toBe('hint');
  });
});

describe('a comment that silences a rule which is off', () => {
  const silenced = text.replace(
    'location /ws {',
    `# nginx-websocket-disable-next-line ${rule}\nlocation /ws {`,
  );
  const unused = `events {}\n# nginx-websocket-disable-file ${rule}\nhttp {}\n`;

  it('is not called unused', async () => {
    expect(await findings({ [rule]: 'off' }, silenced)).toEqual([]);
    expect(await findings({ [rule]: 'off' }, unused)).toEqual([]);
    expect(await findings({}, unused)).toEqual(['suppression-unused: information']);
  });

  it('that is unused has the severity wanted for that', async () => {
    expect(await findings({ 'suppression-unused': 'warning' }, unused)).toEqual([
      'suppression-unused: warning',
    ]);
    expect(await findings({ 'suppression-unused': 'off' }, unused)).toEqual([]);
  });
});
