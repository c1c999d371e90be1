import { describe, expect, it } from 'vitest';
import { readOuterText } from '../../server/src/documents/outer-text';

/** The texts within a text, each with its path. */
function within(name: string, text: string): (readonly [string | null, string])[] | string | null {
  const read = readOuterText(name, text);
  if (read === null) return null;
  return read.kind === 'foreign'
    ? read.seems
    : read.regions.map(({ path, text: own }) => [path, own] as const);
}

const server = 'server {\n  listen 80;\n}\n';

describe('what nginx -T prints', () => {
  it('is the files in it, without what nginx says', () => {
    const dump = [
      'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok',
      '# configuration file /etc/nginx/nginx.conf:',
      'events {}',
      '',
      '# configuration file C:/nginx/conf/a.conf:',
      'user a;',
      '',
      'nginx: configuration file /etc/nginx/nginx.conf test is successful',
      '',
    ].join('\r\n');
    expect(within('<stdin>', dump)).toEqual([
      ['/etc/nginx/nginx.conf', 'events {}\r\n'],
      ['C:/nginx/conf/a.conf', 'user a;\r\n'],
    ]);
  });

  it('is no file that mentions such a line', () => {
    expect(within('a.conf', 'user a;\n# configuration file /etc/nginx/nginx.conf:\n')).toBeNull();
  });
});

describe('YAML', () => {
  const indented = (text: string, by: string): string => text.replaceAll(/^(?=.)/gm, by);

  it('of a cluster has texts in block scalars', () => {
    const text = `apiVersion: v1\nkind: ConfigMap\ndata:\n  run.sh: |\n    set -e\n    exec nginx; true\n  a.conf: |\n${indented(server, '    ')}`;
    expect(within('a.yaml', text)).toEqual([[null, server]]);
    expect(within('<stdin>', text)).toEqual([[null, server]]);
  });

  it('of compose knows where a text is mounted, and writes $ twice', () => {
    const text = [
      'services:',
      '  web:',
      '    configs: [{source: site, target: /etc/nginx/conf.d/a.conf}]',
      'configs:',
      '  site:',
      '    content: |',
      '      proxy_set_header Host $$host;',
      '',
    ].join('\n');
    expect(within('compose.yml', text)).toEqual([
      ['/etc/nginx/conf.d/a.conf', 'proxy_set_header Host $host;\n'],
    ]);
  });

  it('of Elastic Beanstalk and cloud-init has the path beside the text', () => {
    const extension = `files:\n  "/etc/nginx/a.conf":\n    content: |\n${indented(server, '      ')}`;
    expect(within('a.config', extension)).toEqual([['/etc/nginx/a.conf', server]]);
    const cloud = `write_files:\n- path: /etc/nginx/b.conf\n  content: |\n${indented(server, '    ')}`;
    expect(within('user-data.yml', cloud)).toEqual([['/etc/nginx/b.conf', server]]);
  });

  it('of an Ingress has snippets, whatever is in them', () => {
    const text =
      'metadata:\n  annotations:\n    nginx.ingress.kubernetes.io/server-snippet: |-\n      some_words here;\n';
    expect(within('a.yaml', text)).toEqual([[null, 'some_words here;\n']]);
  });

  it('of Helm may have lines of its template in and around a text', () => {
    const text =
      'kind: ConfigMap\n{{- if .Values.a }}\ndata:\n  a.conf: |\n    server {\n    {{- if .Values.b }}\n      listen 80;\n    {{- end }}\n    }\n{{- end }}\n';
    expect(within('a.yaml', text)).toEqual([
      [null, 'server {\n{{- if .Values.b }}\n  listen 80;\n{{- end }}\n}\n\n'],
    ]);
  });

  it('without such a text is told to be that', () => {
    expect(within('a.yaml', 'a: 1\n')).toBe('YAML without a block of nginx text');
  });
});

describe('Markdown', () => {
  it('has fences of nginx, in lists and quotations too', () => {
    const text = `a\n\n\`\`\`nginx\n${server}\`\`\`\n\n- b\n\n  ~~~conf\n  user a;\n  ~~~\n\n> \`\`\`\n> server { listen 80; }\n> \`\`\`\n`;
    expect(within('a.md', text)).toEqual([
      [null, server],
      [null, 'user a;\n'],
      [null, 'server { listen 80; }\n'],
    ]);
  });

  it('has other fences too', () => {
    expect(within('a.md', '```js\nserver();\n```\n```\nsome words\n```\n')).toBe(
      'Markdown without a block of nginx text',
    );
  });
});

describe('what is not of nginx', () => {
  it.each([
    ['<VirtualHost *:80>\n  ServerName a\n</VirtualHost>\n', 'a configuration of Apache'],
    ['global\n    daemon\nfrontend web\n    bind *:80\n', 'a configuration of HAProxy'],
    ['example.com {\n  reverse_proxy localhost:1\n}\n', 'a Caddyfile'],
    ['{ "server": 1 }', 'JSON'],
    ['#!/bin/sh\nset -e\n', 'a shell script'],
    ['FROM nginx:1.28\nCOPY a b\n', 'a Dockerfile'],
  ])('%s', (text, seems) => {
    expect(within('a.conf', text)).toBe(seems);
  });

  it.each([
    [server],
    [''],
    ['nonsense'],
    ['server {\n  listen 80\n}\n'],
    ['global\n{ a b;\n'],
    ['events {}\nhttp { server { location / { return 200 "<html>"; } } }'],
    ['{% if a %}\nserver {\n  listen 80;\n}\n{% endif %}\n'],
  ])('is not said of %j', (text) => {
    expect(within('a.conf', text)).toBeNull();
  });
});
