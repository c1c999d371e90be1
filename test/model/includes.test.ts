import { describe, expect, it } from 'vitest';
import { buildConfiguration, type ConfigDirective, walk } from '../../server/src/model/configuration';
import { type Closure, loadClosure, withTexts } from '../../server/src/model/load';
import { closureOf, MemoryHost } from '../support/memory-host';

type Files = Readonly<Record<string, string>>;

const MAIN = '/etc/nginx/nginx.conf';

/** The directives of a configuration as nginx sees them, without the includes: words, and the file as it is shown. */
async function linesOf(files: Files): Promise<string[]> {
  const { directives } = buildConfiguration(await closureOf(files));
  return [...walk(directives)].filter(({ name }) => name !== 'include').map(lineOf);
}

function lineOf(directive: ConfigDirective): string {
  const words = directive.words.map(({ value }) => value).join(' ');
  return `${words} (${directive.file.path})`;
}

/** The problems of the includes: the argument, the kind, and whether the absence is harmless. */
async function problemsOf(files: Files): Promise<string[]> {
  const { includeProblems } = buildConfiguration(await closureOf(files));
  return includeProblems.map(({ directive, inclusion: { problem }, cycle }) =>
    cycle.length > 0
      ? cycle.map(({ path }) => path).join(' > ')
      : `${directive.argument(0)}: ${problem?.kind}${problem?.harmless === true ? ', harmless' : ''}`,
  );
}

function shown(closure: Closure): string[] {
  return [...closure.files].map(([realPath, { path }]) =>
    realPath === path ? path : `${path} is ${realPath}`,
  );
}

describe('an include', () => {
  it('is relative to the directory of the main file, not to that of the including file', async () => {
    const files = {
      [MAIN]: 'include conf.d/a.conf;',
      '/etc/nginx/conf.d/a.conf': 'include b.conf;',
      '/etc/nginx/b.conf': 'user right;',
      '/etc/nginx/conf.d/b.conf': 'user wrong;',
    };
    expect(await linesOf(files)).toEqual(['user right (/etc/nginx/b.conf)']);
  });

  it.each([
    ['/srv/nginx.conf', '../etc/./nginx//a.conf', '/etc/nginx/a.conf'],
    ['/srv/nginx.conf', '/etc/nginx/a.conf', '/etc/nginx/a.conf'],
    ['/nginx.conf', 'a.conf', '/a.conf'],
    ['vscode-vfs://github/o/r/nginx.conf', 'conf/a.conf', 'vscode-vfs://github/o/r/conf/a.conf'],
    ['vscode-vfs://github/o/r/nginx.conf', '/opt/a.conf', 'vscode-vfs://github/opt/a.conf'],
  ])('in %s, of %s, opens %s', async (main, argument, expected) => {
    expect(await linesOf({ [main]: `include ${argument};`, [expected]: 'user a;' })).toEqual([
      `user a (${expected})`,
    ]);
  });

  it('is relative to the directory above the customary ones of a fragment', async () => {
    const files = {
      '/etc/nginx/sites-enabled/app': 'include snippets/a.conf;',
      '/etc/nginx/snippets/a.conf': 'gzip on;',
    };
    expect(await linesOf(files)).toEqual(['gzip on (/etc/nginx/snippets/a.conf)']);
  });

  it('puts the directives where it stands, in every kind of block', async () => {
    const files = {
      [MAIN]: 'http { a 1; include x.conf; b 1; map $a $b { include x.conf; } server { include x.conf; } }',
      '/etc/nginx/x.conf': 'c 1; d { e 1; }',
    };
    const { directives } = buildConfiguration(await closureOf(files));
    const names = (list: readonly ConfigDirective[]): unknown[] =>
      list.map(({ name, children }) => (children === null ? name : [name, ...names(children)]));
    const inside = ['include', 'c', ['d', 'e']];
    expect(names(directives)).toEqual([
      ['http', 'a', ...inside, 'b', ['map', ...inside], ['server', ...inside]],
    ]);
  });

  it('gives each directive one instance for each time that its file is included', async () => {
    const files = {
      [MAIN]: 'http { server { include ws.conf; } server { include ws.conf; } }',
      '/etc/nginx/ws.conf': 'location /ws { proxy_pass http://a; }',
    };
    const closure = await closureOf(files);
    const locations = [...walk(buildConfiguration(closure).directives)].filter(
      ({ name }) => name === 'location',
    );
    const [first, second] = locations;
    expect(locations).toHaveLength(2);
    expect(first?.node).toBe(second?.node);
    expect(first?.parent).not.toBe(second?.parent);
    expect(first?.parent?.name).toBe('server');
    expect(first?.via?.argument(0)).toBe('ws.conf');
    expect(closure.files.size).toBe(2);
  });

  it('is found by a real path and shown by the path that nginx opens', async () => {
    const files = {
      [MAIN]: 'http { include sites-enabled/*; include sites-available/app; }',
      '/etc/nginx/sites-enabled/app': '->/etc/nginx/sites-available/app',
      '/etc/nginx/sites-available/app': 'gzip on;',
    };
    expect((await linesOf(files)).slice(1)).toEqual([
      'gzip on (/etc/nginx/sites-enabled/app)',
      'gzip on (/etc/nginx/sites-available/app)',
    ]);
    expect(shown(await closureOf(files))).toEqual([
      MAIN,
      '/etc/nginx/sites-enabled/app is /etc/nginx/sites-available/app',
    ]);
  });

  it('keeps the files in the order in which they are met', async () => {
    const files = {
      [MAIN]: 'http { server { include s.conf; } include h.conf; } include m.conf;',
      '/etc/nginx/s.conf': 'include t.conf;',
      '/etc/nginx/h.conf': '',
      '/etc/nginx/m.conf': '',
      '/etc/nginx/t.conf': '',
    };
    const names = [...(await closureOf(files)).files.keys()].map((path) => path.slice('/etc/nginx/'.length));
    expect(names).toEqual(['nginx.conf', 's.conf', 'h.conf', 'm.conf', 't.conf']);
  });
});

describe('an include that does not resolve', () => {
  it.each<[name: string, files: Files, problem: string]>([
    ['a missing file', { [MAIN]: 'include none.conf;' }, 'none.conf: missing'],
    ['a directory', { [MAIN]: 'include dir;', '/etc/nginx/dir/a': '' }, 'dir: directory'],
    [
      'an unreadable file',
      { [MAIN]: 'include a;', '/etc/nginx/a': '!!13: Permission denied' },
      'a: unreadable',
    ],
    ['a variable, which nginx does not know there', { [MAIN]: 'include $host.conf;' }, '$host.conf: missing'],
    [
      'a missing file known to be harmless',
      { [MAIN]: 'include mime.types;' },
      'mime.types: missing, harmless',
    ],
    ['fastcgi_params', { [MAIN]: 'include fastcgi_params;' }, 'fastcgi_params: missing, harmless'],
    [
      'parameters of TLS',
      { [MAIN]: 'include snippets/ssl-params.conf;' },
      'snippets/ssl-params.conf: missing, harmless',
    ],
    ['what may be more', { [MAIN]: 'include conf.d/ssl.conf;' }, 'conf.d/ssl.conf: missing'],
    [
      'uwsgi_params',
      { [MAIN]: 'include /etc/nginx/uwsgi_params;' },
      '/etc/nginx/uwsgi_params: missing, harmless',
    ],
    ['koi-win', { [MAIN]: 'include koi-win;' }, 'koi-win: missing, harmless'],
    ['win-utf', { [MAIN]: 'include conf/win-utf;' }, 'conf/win-utf: missing, harmless'],
    [
      'a module',
      { [MAIN]: 'include modules-enabled/50.conf;' },
      'modules-enabled/50.conf: missing, harmless',
    ],
    [
      "certbot's options",
      { [MAIN]: 'include /etc/letsencrypt/options-ssl-nginx.conf;' },
      '/etc/letsencrypt/options-ssl-nginx.conf: missing, harmless',
    ],
    ['a name that only ends like one', { [MAIN]: 'include my-mime.types;' }, 'my-mime.types: missing'],
    ['a Jinja expression', { [MAIN]: 'include "{{ dir }}/a.conf";' }, '{{ dir }}/a.conf: templated'],
    ['an ERB expression', { '/nginx.conf.erb': 'include <%= @dir %>/*;' }, '<%= @dir %>/*: templated'],
    ['envsubst', { '/nginx.conf.template': 'include ${DIR}/a.conf;' }, '${DIR}/a.conf: templated'],
    ['a mark of its own', { '/nginx.conf.tmpl': 'include %%DIR%%/a.conf;' }, '%%DIR%%/a.conf: templated'],
  ])('%s', async (_, files, problem) => {
    expect(await problemsOf(files)).toEqual([problem]);
  });

  it('is looked for and so watched', async () => {
    const { watched } = await closureOf({ [MAIN]: 'include none.conf; include none.d/*.conf;' });
    expect([...watched.files]).toEqual([MAIN, '/etc/nginx/nginx-websocket.json', '/etc/nginx/none.conf']);
    expect([...watched.directories]).toEqual(['/etc/nginx/none.d']);
  });

  it('as a pattern is known to be empty: nginx takes it so', async () => {
    expect(await problemsOf({ [MAIN]: 'include conf.d/*.conf;' })).toEqual([
      'conf.d/*.conf: empty, harmless',
    ]);
  });

  it('gives the reason of the system', async () => {
    const { inclusions } = await closureOf({
      [MAIN]: 'include a;',
      '/etc/nginx/a': '!!13: Permission denied',
    });
    expect(inclusions.get('a')?.problem?.reason).toBe('13: Permission denied');
  });

  it('does not count when it is a main file', async () => {
    expect(await loadClosure(new MemoryHost({}), MAIN)).toEqual({
      problem: { path: MAIN, kind: 'missing', reason: '', harmless: false },
    });
  });
});

describe('a file under /etc/nginx', () => {
  it('that is not there is looked for beside the main file', async () => {
    const files = {
      '/srv/repo/nginx.conf': 'include /etc/nginx/conf.d/*.conf; include /etc/nginx/mime.types;',
      '/srv/repo/conf.d/a.conf': 'user a;',
      '/srv/repo/mime.types': 'user b;',
    };
    expect(await linesOf(files)).toEqual([
      'user a (/srv/repo/conf.d/a.conf)',
      'user b (/srv/repo/mime.types)',
    ]);
    const { watched } = await closureOf(files);
    expect([...watched.directories]).toContain('/srv/repo/conf.d');
  });

  it('is that of the copy where one is beside the main file', async () => {
    const files = {
      '/srv/repo/nginx.conf': 'include /etc/nginx/a.conf;',
      '/srv/repo/a.conf': 'user copy;',
      '/etc/nginx/a.conf': 'user installed;',
    };
    expect(await linesOf(files)).toEqual(['user copy (/srv/repo/a.conf)']);
  });

  it("is never this machine's own when some of the tree is in the copy, whatever comes first", async () => {
    const files = {
      '/srv/repo/nginx.conf': 'include /etc/nginx/early.conf; include /etc/nginx/conf.d/a.conf;',
      '/srv/repo/conf.d/a.conf': 'user copy;',
      '/etc/nginx/early.conf': 'user installed;',
    };
    expect(await linesOf(files)).toEqual(['user copy (/srv/repo/conf.d/a.conf)']);
    expect((await closureOf(files)).trees).toEqual([{ from: '/etc/nginx', to: '/srv/repo' }]);
  });

  it("is this machine's own when there is no copy", async () => {
    const files = {
      '/srv/repo/nginx.conf': 'include /etc/nginx/a.conf;',
      '/etc/nginx/a.conf': 'user installed;',
    };
    expect(await linesOf(files)).toEqual(['user installed (/etc/nginx/a.conf)']);
  });

  it('is reported by the path that nginx opens when it is nowhere', async () => {
    const { inclusions } = await closureOf({ '/srv/repo/nginx.conf': 'include /etc/nginx/a.conf;' });
    expect(inclusions.get('/etc/nginx/a.conf')?.problem?.path).toBe('/etc/nginx/a.conf');
  });
});

describe('a tree that lives elsewhere', () => {
  it.each([
    ['/config/nginx/site-confs/*.conf'],
    ['/etc/angie/site-confs/a.conf'],
    ['/usr/local/openresty/nginx/conf/site-confs/*'],
    ['/opt/homebrew/etc/nginx/site-confs/a.conf'],
    ['C:/nginx/conf/site-confs/a.conf'],
    ['/x/y/site-confs/?.conf'],
  ])('is beside the main file: %s', async (argument) => {
    const files = {
      '/srv/repo/nginx.conf': `events {} include ${argument};`,
      '/srv/repo/site-confs/a.conf': 'user a;',
    };
    expect(await linesOf(files)).toContain('user a (/srv/repo/site-confs/a.conf)');
  });

  it('gives the longest tail that is there', async () => {
    const files = {
      '/srv/repo/nginx.conf': 'events {} include /etc/nginx/sites/a.conf;',
      '/srv/repo/a.conf': 'user short;',
      '/srv/repo/sites/a.conf': 'user long;',
    };
    expect(await linesOf(files)).toContain('user long (/srv/repo/sites/a.conf)');
  });

  it('does not take what lies about for a pattern that says nothing', async () => {
    const files = {
      '/srv/repo/main.conf': 'events {} include /x/y/*.conf;',
      '/srv/repo/other.conf': 'user a;',
    };
    expect(await linesOf(files)).toEqual(['events (/srv/repo/main.conf)']);
  });

  it('is above a file that has no main file', async () => {
    const files = {
      '/srv/repo/sites/deep/app.conf': 'include /etc/nginx/snippets/a.conf; include snippets/b.conf;',
      '/srv/repo/snippets/a.conf': 'user a;',
      '/srv/repo/snippets/b.conf': 'user b;',
      '/srv/repo/sites/deep/a.conf': 'user wrong;',
    };
    expect(await linesOf(files)).toEqual([
      'user a (/srv/repo/snippets/a.conf)',
      'user b (/srv/repo/snippets/b.conf)',
    ]);
  });

  it('is not asked where the path and the main file are in the same place', async () => {
    const files = {
      '/home/me/a/nginx.conf': 'events {} include /home/me/b/x.conf;',
      '/home/me/a/x.conf': 'user wrong;',
      '/home/me/b/x.conf': 'user right;',
    };
    expect(await linesOf(files)).toContain('user right (/home/me/b/x.conf)');
  });
});

describe("Debian's proxy_params", () => {
  it('stands in for a missing file, and is none of the files', async () => {
    const closure = await closureOf({ [MAIN]: 'http { include proxy_params; }' });
    const headers = [...walk(buildConfiguration(closure).directives)].filter(
      ({ name }) => name === 'proxy_set_header',
    );
    expect(headers.map((header) => header.argument(0))).toEqual([
      'Host',
      'X-Real-IP',
      'X-Forwarded-For',
      'X-Forwarded-Proto',
    ]);
    expect(headers.every(({ file }) => file.builtIn)).toBe(true);
    expect(shown(closure)).toEqual([MAIN]);
    expect(closure.inclusions.get('proxy_params')?.problem?.harmless).toBe(true);
  });

  it('gives way to a file of that name', async () => {
    expect(
      await linesOf({ [MAIN]: 'include /etc/nginx/proxy_params;', '/etc/nginx/proxy_params': 'gzip on;' }),
    ).toEqual(['gzip on (/etc/nginx/proxy_params)']);
  });
});

describe('a cycle', () => {
  it.each<[name: string, files: Files, chain: string]>([
    ['of one file', { [MAIN]: 'user a; include nginx.conf;' }, `${MAIN} > ${MAIN}`],
    [
      'of two files',
      { '/nginx.conf': 'include a;', '/a': 'include b;', '/b': 'http { include a; }' },
      '/a > /b > /a',
    ],
    ['through a symbolic link', { '/nginx.conf': 'include a;', '/a': 'include b;', '/b': '->/a' }, '/a > /b'],
    [
      'through a pattern that matches the file itself',
      { '/nginx.conf': 'include d/*;', '/d/a': 'include d/*;', '/d/b': 'user b;' },
      '/d/a > /d/a',
    ],
  ])('%s is stopped and reported with its chain', async (_, files, chain) => {
    expect(await problemsOf(files)).toEqual([chain]);
  });

  it('costs only the directives that it would repeat', async () => {
    const files = {
      '/nginx.conf': 'include d/*; user z;',
      '/d/a': 'user a; include d/*;',
      '/d/b': 'user b;',
    };
    expect(await linesOf(files)).toEqual([
      'user a (/d/a)',
      'user b (/d/b)',
      'user b (/d/b)',
      'user z (/nginx.conf)',
    ]);
  });

  it('is reported once, in however many ways its files include each other', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const files = Object.fromEntries(names.map((name) => [`/d/${name}`, 'include d/*;']));
    const problems = await problemsOf({ '/nginx.conf': 'include d/*;', ...files });
    expect(problems).toHaveLength(names.length ** 2);
  });
});

describe('includes without end', () => {
  it('are cut off: each file includes the next one twice, 30 deep', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [
        `/f${index}`,
        `include f${index + 1}; include f${index + 1};`,
      ]),
    );
    const { truncated } = buildConfiguration(await closureOf({ ...files, '/f30': 'user a;' }));
    expect(truncated).toBe(true);
  });

  it('are cut off: a pattern that brings in many empty files, again and again', async () => {
    const empty = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`/d/${index}`, '']));
    const { truncated } = buildConfiguration(
      await closureOf({ '/nginx.conf': 'include d/*;\n'.repeat(5000), ...empty }),
    );
    expect(truncated).toBe(true);
  });

  it('are not met in 10,000 files, and one more is not read', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`/d/${index}`, 'user a;']),
    );
    const closure = await closureOf({ '/nginx.conf': 'include d/*;', ...files });
    const { truncated, includeProblems } = buildConfiguration(closure);
    expect(truncated).toBe(false);
    expect(closure.files.size).toBe(10_000);
    expect(includeProblems.map(({ inclusion }) => inclusion.problem?.reason)).toEqual([
      'more than 10000 files would have to be read',
    ]);
  });
});

describe('withTexts', () => {
  it('replaces the texts of files wherever they stand, and leaves the rest as it is', async () => {
    const before = await closureOf({
      '/nginx.conf': 'include link; include b;',
      '/link': '->/a',
      '/a': 'user a;',
      '/b': 'user b;',
    });
    const after = withTexts(before, new Map([['/a', 'user c;']]));
    expect([...walk(buildConfiguration(after).directives)].map(lineOf)).toEqual([
      'include link (/nginx.conf)',
      'user c (/link)',
      'include b (/nginx.conf)',
      'user b (/b)',
    ]);
    expect(after.files.get('/b')).toBe(before.files.get('/b'));
    expect(before.files.get('/a')?.text).toBe('user a;');
  });
});
