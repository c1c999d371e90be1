import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/src/edits/edit';
import { fixAll } from '../../server/src/project/fix-all';
import { analysisOf } from '../support/memory-host';

/** What all rules together say of files that stand alone, and of templates. */

const UPGRADE = 'proxy_set_header Host $host; proxy_set_header Upgrade $http_upgrade;';
const BY_MAP = 'proxy_set_header Connection $connection_upgrade;';

/** The verdict of each route, and the findings as `rule: severity`. */
async function said(path: string, text: string): Promise<{ verdicts: string[]; findings: string[] }> {
  const { routes, problems } = await analysisOf({ [path]: text });
  return {
    verdicts: routes.map(({ verdict }) => verdict),
    findings: problems.map(({ rule, severity }) => `${rule}: ${severity}`),
  };
}

describe.each(['/srv/conf.d/x.conf', '/srv/sites-available/x', '/srv/snippets/x.conf', '/srv/x.conf'])(
  'of a fragment that stands alone, %s, nothing is said that depends on what is around it:',
  (path) => {
    it.each<[what: string, text: string, verdicts: string[]]>([
      [
        'its variable may be defined outside',
        `location /ws { proxy_pass http://a; proxy_http_version 1.1; ${UPGRADE} ${BY_MAP} }`,
        ['unknown'],
      ],
      [
        'so for a server',
        `server { location /ws { proxy_pass http://a; proxy_http_version 1.1; ${UPGRADE} ${BY_MAP} } }`,
        ['unknown'],
      ],
      ['directives of a location may be of another one', `proxy_pass http://a; ${UPGRADE}`, ['unknown']],
      ['headers alone go anywhere', `${UPGRADE} proxy_set_header Connection close;`, []],
      ['an upstream may be used elsewhere', 'upstream chat { server chat-server; }', []],
      ['a map too', "map $http_upgrade $connection_upgrade { default upgrade; '' close; }", []],
      ['what fits no context is not judged', 'worker_processes 1; location /ws { proxy_pass http://a; }', []],
      [
        'a comment may silence what would be found elsewhere',
        '# nginx-websocket-disable-file websocket-upgrade-missing\nlocation / {}',
        [],
      ],
      ['nothing', '', []],
    ])('%s', async (_what, text, verdicts) => {
      expect(await said(path, text)).toEqual({ verdicts, findings: [] });
    });
  },
);

describe('of a fragment is said', () => {
  it('HTTP/1.0, though its variable may be defined outside', async () => {
    const text = `server { location /ws { proxy_pass http://a; ${UPGRADE} ${BY_MAP} } }`;
    expect(await said('/srv/x.conf', text)).toEqual({
      verdicts: ['unknown'],
      findings: ['websocket-upgrade-missing: information'],
    });
  });

  it('that names are known to nobody, whatever is around them', async () => {
    const { findings } = await said('/srv/x.conf', 'vhost_traffic_status on; some_module { a b; }');
    expect(findings).toEqual(['unknown-directive: hint', 'unknown-directive: warning']);
  });

  it.each([
    ['server { server_name a; lcoation / { return 200; } }', 'lcoation'],
    ['server { server_name a; litsen 80; }', 'litsen'],
    ['upstream a { sevrer b; }', 'sevrer'],
  ])('which name is misspelt, though more than one block may be meant: %s', async (text, name) => {
    const { problems } = await analysisOf({ '/srv/conf.d/x.conf': text });
    expect(problems.map(({ rule, severity }) => `${rule}: ${severity}`)).toContain(
      'unknown-directive: warning',
    );
    expect(problems.map(({ message }) => message).join()).toContain(`"${name}"`);
  });

  it.each([
    ['server { location /ws { proxy_pass http://a; } }', 'unless nginx.conf sets it'],
    ['location /ws { proxy_pass http://a; }', 'unless the server around it sets it'],
  ])('what is missing, as nothing is taken to be set around whole blocks: %s', async (text, words) => {
    const { problems } = await analysisOf({ '/srv/conf.d/x.conf': text });
    expect(problems.map(({ rule, severity }) => `${rule}: ${severity}`)).toEqual([
      'websocket-upgrade-missing: warning',
    ]);
    expect(problems[0]?.message).toContain(words);
  });

  it('that HTTP/1.0 is spoken, unless nginx.conf sets it', async () => {
    const text = `server { location /ws { proxy_pass http://a; ${UPGRADE} proxy_set_header Connection upgrade; proxy_read_timeout 1h; } }`;
    expect(await said('/srv/sites-enabled/x', text)).toEqual({
      verdicts: ['depends'],
      findings: ['websocket-upgrade-missing: warning'],
    });
  });

  it('what its own directives decide', async () => {
    const own = 'location /ws {\n    proxy_pass http://a;\n    proxy_set_header Host $host;\n}\n';
    expect((await said('/srv/conf.d/x.conf', own)).findings).toContain('websocket-upgrade-missing: warning');
  });

  it('that it is not well-formed', async () => {
    const text = 'location /ws {\n    proxy_pass http://a\n}\n';
    expect((await said('/srv/snippets/x.conf', text)).findings).toEqual(['syntax: error']);
  });
});

describe.each(['nginx.conf.j2', 'nginx.conf.erb', 'nginx.conf.template', 'nginx.conf.tmpl', 'nginx.conf'])(
  'in a template, %s,',
  (name) => {
    const path = `/srv/${name}`;
    const [open, close] = name.endsWith('.erb')
      ? ['<%= ', ' %>']
      : name.endsWith('.template')
        ? ['${', '}']
        : ['{{ ', ' }}'];
    const mark = (word: string): string => `${open}${word}${close}`;
    const http = (lines: readonly string[]): string =>
      `http {\n    server {\n${lines.map((line) => `        ${line}\n`).join('')}    }\n}\n`;
    const passing = ['location /ws {', '    proxy_pass http://a;', '    proxy_http_version 1.1;'];

    it('a line may stand for any directives', async () => {
      const text = http([mark('HEADERS'), 'location /ws { proxy_pass http://a; }']);
      expect(await said(path, text)).toEqual({ verdicts: ['unknown'], findings: [] });
    });

    it('an argument has no known value', async () => {
      const lines = [
        '    proxy_set_header Host $host;',
        `    proxy_set_header Upgrade ${mark('UPGRADE')};`,
        `    proxy_set_header Connection "${mark('CONNECTION')}";`,
        '}',
      ];
      expect(await said(path, http([...passing, ...lines]))).toEqual({ verdicts: ['unknown'], findings: [] });
    });

    it('the version may be anything', async () => {
      const lines = [
        'location /ws {',
        `    proxy_pass http://${mark('HOST')};`,
        `    proxy_http_version ${mark('VERSION')};`,
        `    ${UPGRADE}`,
        '    proxy_set_header Connection upgrade;',
        '}',
      ];
      expect(await said(path, http(lines))).toEqual({ verdicts: ['unknown'], findings: [] });
    });

    it('what does not depend on a placeholder is found, and mended around it', async () => {
      const before = [
        'location /ws {',
        `    proxy_pass  http://${mark('HOST')}:${mark('PORT')}; # ${mark('note')}`,
        `    proxy_read_timeout\t${mark('TIMEOUT')};`,
        '}',
      ];
      const analysis = await analysisOf({ [path]: http(before) });
      expect(analysis.problems.map(({ rule }) => rule)).toContain('websocket-upgrade-missing');
      const after = [
        ...before.slice(0, 2),
        '    proxy_http_version 1.1;',
        '    proxy_set_header Upgrade $http_upgrade;',
        '    proxy_set_header Connection "upgrade";',
        ...before.slice(2),
      ];
      expect(fixAll([analysis]).map(({ text }) => text)).toEqual([http(after)]);
      const [fix] = analysis.problems.find(({ rule }) => rule === 'websocket-upgrade-missing')?.fixes() ?? [];
      expect([...applyEdits(fix?.edits ?? []).values()]).toEqual([http(after)]);
    });
  },
);
