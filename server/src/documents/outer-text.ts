import { readDump } from './dump';
import { readHereDocuments } from './here-documents';
import { readMarkdown } from './markdown';
import { readNix } from './nix';
import { readsAsNginx } from './reads-as-nginx';
import type { OuterText } from './region';
import { readYaml } from './yaml';

/** What a text is that is not nginx's own. */
export type Reading =
  | OuterText
  /** Nothing for nginx in it: `seems` says what it may be, in words. */
  | { readonly kind: 'foreign'; readonly seems: string };

/** Languages that are known by the name of a file. */
const BY_NAME: readonly (readonly [name: RegExp, language: string, read: (text: string) => OuterText])[] = [
  [/\.ya?ml(?:\.(?:j2|tpl|tmpl|erb))?$/i, 'YAML', readYaml],
  [/\.(?:md|markdown|mdx)$/i, 'Markdown', readMarkdown],
  [/\.(?:sh|bash|zsh|ksh)$/i, 'a shell script', readScript],
  [/^(?:Dockerfile|Containerfile)(?:\.[\w.-]+)?$|\.dockerfile$/i, 'a Dockerfile', readScript],
  [/\.(?:tf|hcl|nomad)$/i, 'HCL', (text) => readHereDocuments(text, 'hcl')],
  [/\.nix$/i, 'Nix', readNix],
];

/** Keys that only YAML of a cluster or of containers begins a line with. */
const YAML_TEXT =
  /^(?:apiVersion|kind|metadata|services|configs|data|files|write_files|option_settings|container_commands):(?:[ \t]|\r?$)/m;
/** A script of a shell, or a Dockerfile. */
const SCRIPT_TEXT = /^(?:#![^\n]*\b(?:ba|da|z|k)?sh\b|FROM [\w./:@${}-]+)/m;
const MARKDOWN_TEXT = /^[ \t>]*(?:```|~~~)[ \t]*nginx\b/im;

/**
 * The texts for nginx within a text, by its name and by what stands in it.
 *
 * @returns null for a text of nginx itself, or one that nobody can tell: it is read as nginx reads it
 */
export function readOuterText(name: string, text: string): Reading | null {
  const dump = readDump(text);
  if (dump !== null) return dump;
  for (const [pattern, language, read] of BY_NAME) {
    if (pattern.test(name)) return withRegions(read(text), language);
  }
  const reading = readByShape(text);
  // What nginx can read is nginx's, whatever else it looks like.
  return reading === null || readsAsNginx(text) ? null : reading;
}

/** What a text is shows in its beginning. */
const BEGINNING = 65_536;

function readByShape(text: string): Reading | null {
  const beginning = text.slice(0, BEGINNING);
  if (YAML_TEXT.test(beginning)) return withRegions(readYaml(text), 'YAML');
  if (MARKDOWN_TEXT.test(beginning)) return withRegions(readMarkdown(text), 'Markdown');
  if (SCRIPT_TEXT.test(beginning)) {
    const script = readScript(text);
    if (script.regions.length > 0) return script;
  }
  const foreign = FOREIGN.find(([, shape]) => shape.test(beginning));
  return foreign === undefined ? null : { kind: 'foreign', seems: foreign[0] };
}

function readScript(text: string): OuterText {
  return readHereDocuments(text, 'shell');
}

function withRegions(read: OuterText, language: string): Reading {
  return read.regions.length > 0
    ? read
    : { kind: 'foreign', seems: `${language} without a block of nginx text` };
}

/** What other programs' files look like. */
const FOREIGN: readonly (readonly [seems: string, shape: RegExp])[] = [
  [
    'a configuration of Apache',
    /^[ \t]*<(?:VirtualHost|Directory|IfModule|Location|LocationMatch|Proxy|Files)\b[^>\n]*>[ \t\r]*$/m,
  ],
  [
    'a configuration of HAProxy',
    /^(?:global|defaults|frontend [\w.-]+|backend [\w.-]+|listen [\w.-]+)[ \t]*\r?\n(?:[ \t]*(?:#.*)?\r?\n)*[ \t]+[a-z][^;{\n]*$/m,
  ],
  [
    'a Caddyfile',
    /^[ \t]*(?:reverse_proxy|file_server|handle_path|php_fastcgi|encode (?:zstd|gzip))\b[^;\n]*\r?$/m,
  ],
  ['JSON', /^\s*\{\s*(?:"|\})/],
  ['XML or HTML', /^\s*<(?:\?xml|!doctype|html)\b/i],
  ['a shell script', /^#![^\n]*\b(?:ba|da|z|k)?sh\b/],
  ['a Dockerfile', /^FROM [\w./:@${}-]+(?: (?:AS|as) [\w.-]+)?\r?$/m],
];
