import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { outerEdits } from '../../server/src/documents/outer-edits';
import { readOuterText } from '../../server/src/documents/outer-text';
import type { Region } from '../../server/src/documents/region';

function regionIn(name: string, text: string): Region {
  const read = readOuterText(name, text);
  const [region] = read === null || read.kind === 'foreign' ? [] : read.regions;
  if (region === undefined) throw new Error('There is no nginx text.');
  return region;
}

/** Lines with all that means something to one language or another. */
const ADDED = [
  'proxy_set_header Host $host;',
  'set $a "${host}";',
  "set $b '';",
  'set $c "\\$d";',
  'set $e "`f`%{g}";',
];

it.each([
  ['a.yaml', "kind: ConfigMap\ndata:\n  a.conf: |\n    server_name 'a';\n    listen 80;\n"],
  ['compose.yml', "configs:\n  site:\n    content: |\n      server_name 'a';\n      listen 80;\n"],
  ['a.md', "- ```nginx\n  server_name 'a';\n  listen 80;\n  ```\n"],
  ['literal.sh', "cat > /a.conf <<'EOF'\nserver_name 'a';\nlisten 80;\nEOF\n"],
  ['read.sh', "cat > /a.conf <<-EOF\n\tserver_name 'a';\n\tlisten 80;\n\tEOF\n"],
  ['a.tf', "content = <<-EOT\n    server_name 'a';\n    listen 80;\n  EOT\n"],
  ['a.nix', "{ extraConfig = ''\n    server_name 'a';\n    listen 80;\n  ''; }\n"],
])('lines are written as %s has them', (name, outer) => {
  const region = regionIn(name, outer);
  expect(region.text).toBe("server_name 'a';\nlisten 80;\n");
  const text = `server_name 'a';\n${ADDED.join('\n')}\nlisten 81;\n`;
  let edited = outer;
  for (const { start, end, text: by } of outerEdits(outer, region, text).toReversed())
    edited = edited.slice(0, start) + by + edited.slice(end);
  expect(regionIn(name, edited).text).toBe(text);
  expect(edited.split('\n')[0]).toBe(outer.split('\n')[0]);
  expect(edited.split('\n').at(-2)?.trim()).toBe(
    outer.replace('listen 80', 'listen 81').split('\n').at(-2)?.trim(),
  );
});

function editedBy(name: string, outer: string, text: string): string {
  return outerEdits(outer, regionIn(name, outer), text)
    .toSorted((a, b) => b.start - a.start)
    .reduce((edited, { start, end, text: by }) => edited.slice(0, start) + by + edited.slice(end), outer);
}

it('variables that a shell takes away are put back, and what it is to fill in stays', () => {
  const outer =
    'cat <<-EOF > a.conf\n\tserver_name a; # http_upgrade\n\treturn 301 https://$host:${PORT}$request_uri;\nEOF\n';
  const region = regionIn('a.sh', outer);
  expect(region.text).toBe('server_name a; # http_upgrade\nreturn 301 https://:${PORT};\n');
  expect(region.lost.map(({ name, at }) => [name, region.text.slice(at, at + 1)])).toEqual([
    ['host', ':'],
    ['request_uri', ';'],
  ]);
  const text = region.text.replace('//:', '//$host:').replace('};', '}$request_uri;');
  expect(editedBy('a.sh', outer, text)).toBe(outer.replace('$host', '\\$host').replace('$req', '\\$req'));
});

const LINES = [
  'listen 80;',
  'listen ${PORT};',
  'set $a "${b.c}";',
  'set $d "`e`";',
  'location ~ \\.php$ { deny all; }',
  "set $f '';",
  '  root "/%{g}";',
];

it.each([
  ['a.yaml', 'kind: ConfigMap\ndata:\n  a.conf: |\n', '    ', ''],
  ['compose.yml', 'configs:\n  site:\n    content: |\n', '      ', ''],
  ['a.md', '```nginx\n', '', '```\n'],
  ['literal.sh', "cat > /a.conf <<'EOF'\n", '', 'EOF\n'],
  ['read.sh', 'cat > /a.conf <<-EOF\n', '\t', '\tEOF\n'],
  ['a.tf', 'content = <<-EOT\n', '    ', '  EOT\n'],
  ['a.nix', "{ extraConfig = ''\n", '    ', "  ''; }\n"],
])('any lines of %s become any others, and no byte around them changes', (name, head, indent, foot) => {
  const lines = fc.array(fc.constantFrom(...LINES), { minLength: 1, maxLength: 5 });
  const raw = fc.constantFrom('listen ${PORT};', 'listen ${a.b};', 'server_name a.b;');
  fc.assert(
    fc.property(raw, lines, lines, (kept, before, after) => {
      const start = `${head}${indent}server_name a;\n${indent}${kept}\n${foot}`;
      const read = readOuterText(name, start);
      fc.pre(read !== null && read.kind !== 'foreign');
      const first = `server_name a;\n${regionIn(name, start).text.split('\n')[1] ?? ''}\n`;
      const withLines = editedBy(name, start, `${first}${before.join('\n')}\n`);
      expect(regionIn(name, withLines).text).toBe(`${first}${before.join('\n')}\n`);
      const others = editedBy(name, withLines, `${first}${after.join('\n')}\n`);
      expect(regionIn(name, others).text).toBe(`${first}${after.join('\n')}\n`);
      expect(others.startsWith(`${head}${indent}server_name a;\n${indent}${kept}\n`)).toBe(true);
      expect(others.endsWith(foot)).toBe(true);
    }),
    { seed: 20_261_130, numRuns: 200 },
  );
});
