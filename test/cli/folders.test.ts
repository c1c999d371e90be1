import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { broken, directoryWith, runIn } from './support';

/** The files with a finding at Warning, each with how many. */
async function warned(directory: string, ...files: readonly string[]): Promise<Record<string, number>> {
  const { stdout } = await runIn(directory, ['check', '--format', 'json', ...files]);
  const report = JSON.parse(stdout) as {
    files: { file: string; diagnostics: { severity: string; at?: { file: string } }[] }[];
  };
  const counts: Record<string, number> = {};
  for (const { file, diagnostics } of report.files) {
    for (const { severity, at } of diagnostics) {
      const name = at?.file ?? file;
      if (severity === 'warning') counts[name] = (counts[name] ?? 0) + 1;
    }
  }
  return counts;
}

const SITE = 'server { listen 80; location /ws { proxy_pass http://127.0.0.1:3000; } }\n';
const CONFIG_MAP = `apiVersion: v1
kind: ConfigMap
data:
  site.conf: |
    ${SITE}`;

it('a folder means the configurations in it: files, templates, texts within texts, each once', async () => {
  const directory = await directoryWith({
    'web/nginx.conf': 'events {}\nhttp { include sites-enabled/*; }\n',
    'web/sites-enabled/site': SITE,
    'templates/site.conf.template': SITE.replace('80', '${PORT}'),
    'k8s/map.yaml': CONFIG_MAP,
    'k8s/other.yaml': 'kind: Service\n',
    'README.md': `# How to\n\n\`\`\`nginx\n${SITE}\`\`\`\n`,
    'apache.conf': '<VirtualHost *:80>\n  ProxyPass /ws ws://localhost/\n</VirtualHost>\n',
    'app.conf': 'name = "server"\n',
    'node_modules/some/nginx.conf': broken,
    '.git/nginx.conf': broken,
    'notes.txt': SITE,
  });
  await symlink(directory, join(directory, 'web/again'));
  const all = {
    'README.md': 1,
    'k8s/map.yaml': 1,
    'templates/site.conf.template': 1,
    'web/sites-enabled/site': 1,
  };
  expect(await warned(directory, '.')).toEqual(all);
  expect(await warned(directory, 'web', 'k8s', 'web/nginx.conf')).toEqual({
    'k8s/map.yaml': 1,
    'web/sites-enabled/site': 1,
  });
  expect(await warned(join(directory, 'web'), '..')).toEqual({
    '../README.md': 1,
    '../k8s/map.yaml': 1,
    '../templates/site.conf.template': 1,
    'sites-enabled/site': 1,
  });
});

it('the command to fix names the folder', async () => {
  const directory = await directoryWith({ 'a/nginx.conf': broken, 'a/b/nginx.conf': broken });
  const { stdout } = await runIn(directory, ['check', 'a']);
  expect(stdout).toMatch(/ in 2 files \(.*2 fixable: nginx-websocket fix a\n$/);
  expect((await runIn(directory, ['fix', 'a'])).status).toBe(0);
  expect((await runIn(directory, ['check', 'a'])).stdout).toMatch(/^4 hints in 2 files/);
});

it('a pattern that no shell has expanded means the files that match', async () => {
  const directory = await directoryWith({ 'a/1.conf': SITE, 'a/2.conf': SITE, 'a/[3].conf': SITE });
  expect(await warned(directory, 'a/?.conf')).toEqual({ 'a/1.conf': 1, 'a/2.conf': 1 });
  expect(await warned(directory, 'a/[3].conf')).toEqual({ 'a/[3].conf': 1 });
});

it('a folder or a pattern without any is named', async () => {
  const directory = await directoryWith({ 'empty/readme.md': '# Nothing\n', 'nginx.conf': broken });
  for (const [name, message] of [
    ['empty', 'empty: there is no configuration of nginx in this folder.'],
    ['*.nginx', '*.nginx: no file has such a name.'],
  ] as const)
    expect(await runIn(directory, ['check', name, 'nginx.conf'])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `nginx-websocket: ${message}\n`,
    });
});
