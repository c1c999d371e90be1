/**
 * The image of nginx fills in `templates/NAME.template` and writes it to `conf.d/NAME` before nginx starts
 * (20-envsubst-on-templates.sh).
 */
const WRITTEN = /^(.*)\/conf\.d\/(.+)$/;
const ENDING = '.template';

/** Where the template of a file, or those of the files that a pattern matches, is kept; null for what the image does not write. */
export function imageTemplateOf(path: string): string | null {
  const [, directory, name] = WRITTEN.exec(path) ?? [];
  return directory === undefined || name === undefined || name.endsWith(ENDING)
    ? null
    : `${directory}/templates/${name}${ENDING}`;
}

/** The files that a pattern matches once the templates are filled in, in nginx's order: each takes the place of its file. */
export function withImageTemplates(
  paths: readonly string[],
  templates: readonly string[],
): readonly string[] {
  if (templates.length === 0) return paths;
  const written = new Map(paths.map((path) => [path, path] as const));
  for (const template of templates) written.set(writtenTo(template), template);
  return [...written].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

function writtenTo(template: string): string {
  return template.slice(0, -ENDING.length).replace(/^(.*)\/templates\//, '$1/conf.d/');
}
