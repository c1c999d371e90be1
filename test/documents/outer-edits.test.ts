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
