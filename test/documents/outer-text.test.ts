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

describe('here-documents', () => {
  it('of a script that keeps them as they are', () => {
    const text = `#!/bin/sh\ncat > /etc/nginx/conf.d/a.conf <<'EOF'\n${server}EOF\nnginx\n`;
    expect(within('setup.sh', text)).toEqual([['/etc/nginx/conf.d/a.conf', server]]);
    expect(within('setup', text)).toEqual([['/etc/nginx/conf.d/a.conf', server]]);
  });

  it('of a script that reads them: what it does not escape but a placeholder is not known', () => {
    const escaped = (line: string): string =>
      `sudo tee /a.conf <<-EOF >/dev/null\n\tserver_name a;\n\t${line}\n\tEOF\n`;
    expect(within('a.sh', escaped('proxy_set_header Host \\$host;'))).toEqual([
      ['/a.conf', 'server_name a;\nproxy_set_header Host $host;\n'],
    ]);
    expect(within('a.sh', escaped('listen ${PORT};'))).toEqual([
      ['/a.conf', 'server_name a;\nlisten ${PORT};\n'],
    ]);
    const others = ['proxy_set_header Host $host;', 'listen $(port);', 'listen `port`;', 'listen ${port};'];
    expect(others.map((line) => within('a.sh', escaped(line)))).toEqual(
      others.map(() => 'a shell script without a block of nginx text'),
    );
  });

  it('of a script that takes variables of nginx for its own', () => {
    const script = (lines: string, before = ''): string => `${before}cat <<EOF > /a.conf\n${lines}\nEOF\n`;
    const lines = 'map $http_upgrade $up { default upgrade; }\nproxy_set_header Host $host;';
    expect(within('a.sh', script(lines))).toEqual([
      ['/a.conf', 'map   { default upgrade; }\nproxy_set_header Host ;\n'],
    ]);
    const read = readOuterText('a.sh', script(lines));
    const lost = read !== null && read.kind !== 'foreign' ? read.regions[0]?.lost : [];
    expect(lost).toEqual([
      { name: 'http_upgrade', at: 4 },
      { name: 'up', at: 5 },
      { name: 'host', at: 49 },
    ]);
    const unclear = [
      // One word is a name of scripts as often.
      script('proxy_set_header Host $host;'),
      script('proxy_set_header A $http_a; root $folder;'),
      ...['http_a=1\n', 'read -r http_a\n', 'for http_a in 1 2; do\n', ': "${http_a:=1}"\n'].map((before) =>
        script('proxy_set_header A $http_a;', before),
      ),
      script('proxy_set_header A ${http_a};'),
    ];
    expect(unclear.map((text) => within('a.sh', text))).toEqual(
      unclear.map(() => 'a shell script without a block of nginx text'),
    );
  });

  it('of a Dockerfile', () => {
    const text = `FROM nginx:1.28\nCOPY <<"EOF" /etc/nginx/conf.d/a.conf\n${server}EOF\n`;
    expect(within('Dockerfile', text)).toEqual([['/etc/nginx/conf.d/a.conf', server]]);
  });

  it('of HCL, indented', () => {
    const text =
      'resource "a" "b" {\n  content = <<-EOT\n    server {\n      listen ${var.port};\n      set $a "$${b}";\n    }\n  EOT\n}\n';
    expect(within('a.tf', text)).toEqual([[null, 'server {\n  listen ${var.port};\n  set $a "${b}";\n}\n']]);
    expect(within('a.tf', text.replace('var.port', 'max(1, 2)'))).toBe('HCL without a block of nginx text');
  });
});

describe('Nix', () => {
  it('has indented strings', () => {
    const text =
      "{\n  locations.\"/\".extraConfig = ''\n    proxy_set_header Host $host;\n    set $a ''${b}'';\n  description = ''Some words.'';\n}\n".replace(
        "}'';",
        "};\n  '';",
      );
    expect(within('a.nix', text)).toEqual([[null, 'proxy_set_header Host $host;\nset $a ${b};\n']]);
  });

  it('may fill in what is not known', () => {
    const text = (port: string): string => `{ extraConfig = ''\n  listen ${port};\n  ''; }`;
    expect(within('a.nix', text('${cfg.port}'))).toEqual([[null, 'listen ${cfg.port};\n']]);
    expect(within('a.nix', text('${toString port}'))).toBe('Nix without a block of nginx text');
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
