import { describe, expect, it } from 'vitest';
import { BoundedHost } from '../../server/src/model/bounded-host';
import type { FileReading, Host } from '../../server/src/model/host';
import { loadClosure } from '../../server/src/model/load';
import { explain, routes } from '../../server/src/service';
import { analysisOf, MemoryHost } from '../support/memory-host';

const MAIN = '/etc/nginx/nginx.conf';
const around = (include: string): string =>
  `events {} http { server { listen 80; location /ws { proxy_pass http://127.0.0.1; ${include} } } }`;

/** The severities of all problems, and the verdict for the location that the include is in. */
async function judged(files: Readonly<Record<string, string>>): Promise<{
  problems: string[];
  verdict: string;
}> {
  const analysis = await analysisOf(files);
  const problems = analysis.problems.map(({ rule, severity }) => `${severity} ${rule}`);
  return { problems, verdict: explain(analysis, 'ws://localhost/ws').verdict };
}

/** Counts what is asked of it. */
class CountingHost implements Host {
  files = 0;
  directories = 0;
  constructor(private readonly host: Host) {}
  readFile(path: string): Promise<FileReading> {
    this.files += 1;
    return this.host.readFile(path);
  }
  readDirectory(path: string): Promise<readonly string[] | null> {
    this.directories += 1;
    return this.host.readDirectory(path);
  }
}

describe('one reading', () => {
  const files = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`/d/${index}`, 'user a;']));

  it('asks the disk for no file beyond its number', async () => {
    const disk = new CountingHost(new MemoryHost(files));
    const host = new BoundedHost(disk, { files: 3, characters: 1000, names: 1000 });
    for (let index = 0; index < 3; index += 1)
      expect(await host.readFile(`/d/${index}`)).toMatchObject({ kind: 'text' });
    const beyond = await host.readFile('/d/3');
    expect(beyond).toEqual({ kind: 'unreadable', reason: 'more than 3 files would have to be read' });
    expect(disk.files).toBe(3);
  });

  it('asks for none beyond its length, and does not count what is not there', async () => {
    const host = new BoundedHost(new MemoryHost(files), { files: 100, characters: 20, names: 1000 });
    expect(await host.readFile('/nowhere')).toEqual({ kind: 'missing' });
    expect(await host.readFile('/d/0')).toMatchObject({ kind: 'text' });
    expect(await host.readFile('/d/1')).toMatchObject({ kind: 'text' });
    expect(await host.readFile('/d/2')).toMatchObject({ kind: 'unreadable' });
    expect(await host.readFile('/d/3')).toMatchObject({ kind: 'unreadable' });
  });

  it('lists no directory beyond its names', async () => {
    const disk = new CountingHost(new MemoryHost(files));
    const host = new BoundedHost(disk, { files: 100, characters: 1000, names: 60 });
    expect(await host.readDirectory('/d')).toHaveLength(50);
    expect(host.exhausted).toBeNull();
    expect(await host.readDirectory('/d')).toBeNull();
    expect(await host.readDirectory('/d')).toBeNull();
    expect(host.exhausted).toBe('more than 60 names would have to be looked at');
    expect(disk.directories).toBe(2);
  });

  it('brings in nothing of a pattern that leads too far', async () => {
    const host = new MemoryHost({ [MAIN]: 'include /d/*;', ...files });
    const limits = { files: 100, characters: 1000, names: 20 };
    const closure = await loadClosure(host, MAIN, { limits });
    if ('problem' in closure) throw new Error('The main file is there.');
    expect(closure.files.size).toBe(1);
    expect(closure.inclusions.get('/d/*')?.problem?.reason).toBe(
      'more than 20 names would have to be looked at',
    );
  });
});

describe('what is cut off is told at Information, and nothing that depends on it is judged', () => {
  it('a pattern that leads to programs and papers', async () => {
    const files = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`/bin/${index}`, 'ELF\0\0']));
    const { problems, verdict } = await judged({ [MAIN]: around('include /bin/*;'), ...files });
    expect(problems).toContain('information include-missing');
    expect(verdict).toBe('unknown');
  });

  it('files that each include the next one twice, 25 deep', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 25 }, (_, index) => [
        `/etc/nginx/f${index}`,
        `include f${index + 1}; include f${index + 1};`,
      ]),
    );
    const last = { '/etc/nginx/f25': 'proxy_set_header A b;' };
    const { problems, verdict } = await judged({ [MAIN]: around('include f0;'), ...files, ...last });
    expect(problems).toContain('information include-missing');
    expect(verdict).toBe('unknown');
  });

  it('but not a snippet that thousands of servers include', async () => {
    const servers = Array.from(
      { length: 3000 },
      (_, index) => `server { listen 80; server_name s${index}; include snippet; }`,
    ).join('\n');
    const snippet = 'client_max_body_size 1m;';
    const analysis = await analysisOf({
      [MAIN]: `events {} http { ${servers} }`,
      '/etc/nginx/snippet':
        snippet + 'location /ws { proxy_pass http://127.0.0.1:9000; proxy_http_version 1.1; }',
    });
    expect(analysis.problems.filter(({ rule }) => rule === 'include-missing')).toEqual([]);
    expect(routes(analysis)).toHaveLength(3000);
  });
});

describe('a file that is no configuration is named, and not quoted', () => {
  it.each([
    ['passwords', '/etc/shadow', 'root:$6$hunter2$abc:19000:0:99999:7:::\nuser:hunter2:1:\n'],
    ['the environment of a program', '/srv/.env', 'API_KEY=hunter2\nURL="db;hunter2"\n'],
    ['a key', '/srv/key.pem', '-----BEGIN PRIVATE KEY-----\nhunter2hunter2\n-----END PRIVATE KEY-----\n'],
    ['JSON', '/srv/a.json', '{ "password": "hunter2", "user": "hunter2" }\n'],
    ['YAML', '/srv/a.yml', 'password: hunter2\nuser: "a;hunter2"\n'],
    ['bytes', '/srv/a.out', 'server { listen 80; }\0hunter2'],
  ])('%s', async (_, path, text) => {
    const analysis = await analysisOf({ [MAIN]: around(`include ${path};`), [path]: text });
    const shown = JSON.stringify([
      analysis.problems.map(({ message }) => message),
      explain(analysis, 'ws://localhost/ws').because.map(({ message }) => message),
    ]);
    expect(shown).toContain(path);
    expect(shown).not.toContain('hunter2');
    expect(explain(analysis, 'ws://localhost/ws').verdict).toBe('unknown');
  });

  it.each([
    ['the entries of a map', 'a.example 1;\nb.example 2;\n'],
    ['a map with a mistake', 'a.example 1;\nb.example 2;\nc.example 3\n'],
    ['what a module that is not known takes', 'my_directive on;\n'],
    ['a directive without its end', 'proxy_set_header Upgrade $http_upgrade\n'],
    ['comments', '# nothing\n'],
    ['nothing', ''],
  ])('and %s is one', async (_, text) => {
    const closure = await loadClosure(new MemoryHost({ [MAIN]: 'include /x;', '/x': text }), MAIN);
    expect('problem' in closure ? [] : [...closure.files.keys()]).toEqual([MAIN, '/x']);
  });
});
