import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One snippet, as snippets/nginx.json has it. */
export interface Snippet {
  readonly prefix: string;
  readonly description: string;
  readonly body: readonly string[];
}

const file = join(import.meta.dirname, '../../snippets/nginx.json');

/** All snippets, in the order of the file. */
export const snippets: readonly Snippet[] = Object.values(
  JSON.parse(readFileSync(file, 'utf8')) as Record<string, Snippet>,
);

/** The snippet with that prefix. */
export function snippet(prefix: string): Snippet {
  const found = snippets.find((each) => each.prefix === prefix);
  if (found === undefined) throw new Error(`There is no snippet ${prefix}.`);
  return found;
}

/** A placeholder with its default: `${1:chat}`. */
export const PLACEHOLDER = /\$\{(\d+):([^}]*)\}/g;

/**
 * What stands in the document after a snippet was inserted.
 *
 * @param prefix of the snippet
 * @param values what was typed instead of a default, by the placeholder's number
 */
export function inserted(prefix: string, values: Readonly<Record<string, string>> = {}): string {
  return snippet(prefix)
    .body.join('\n')
    .replaceAll(PLACEHOLDER, (_, number: string, text: string) => values[number] ?? text)
    .replaceAll(/\\([$\\}])/g, '$1');
}

const inHttp = (text: string): string => `events {\n}\nhttp {\n${text}\n}\n`;
const inServer = (text: string): string => inHttp(`server {\nlisten 80;\n${text}\n}`);
const inLocation = (text: string): string =>
  inServer(`location /ws {\nproxy_pass http://127.0.0.1:3000;\n${text}\n}`);

const AROUND = {
  http: inHttp,
  'a server': inServer,
  'a location': inLocation,
  'an empty file': (text: string) => text,
} as const;

/** Where a snippet belongs, by what its description says: a description that names no place is an error. */
export function placeOf({ prefix, description }: Snippet): keyof typeof AROUND {
  const [place, ...others] = [...description.matchAll(/, in (http|a server|a location|an empty file)\b/g)];
  if (place === undefined || others.length > 0)
    throw new Error(`${prefix} does not say once where it belongs.`);
  return place[1] as keyof typeof AROUND;
}

/** A whole configuration with the snippet where its description says, beside those that the description names. */
export function configurationWith(
  { prefix, description, ...rest }: Snippet,
  values: Readonly<Record<string, string>> = {},
): string {
  const around = AROUND[placeOf({ prefix, description, ...rest })](inserted(prefix, values));
  const named = snippets.filter((other) => other.prefix !== prefix && description.includes(other.prefix));
  const beside = named.map((other) => `${inserted(other.prefix)}\n`).join('');
  return around.replace('http {\n', (opening) => opening + beside);
}
