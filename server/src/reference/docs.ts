import { directiveDocRows, variableDocRows } from './docs.generated';
import { type NginxVersion, parseVersion } from './versions';

/** The entry of nginx's manual for a directive of one module. */
export interface DirectiveDocs {
  readonly name: string;
  readonly module: string;
  /** As `DirectiveFact` names them. */
  readonly contexts: readonly string[];
  /** The forms of its arguments, without its name: Markdown, where `*` marks what to fill in. */
  readonly syntax: readonly string[];
  /** The release that made it obsolete; null for none. */
  readonly obsoleteSince: NginxVersion | null;
  /** The beginning of the text, as Markdown. Ends with `…` where the manual has more. */
  readonly text: string;
  /** Where the manual has it. */
  readonly url: string;
}

/** The entry of nginx's manual for a variable, or for a family of them. */
export interface VariableDocs {
  /** Without `$`; of a family the prefix, such as `http_`. */
  readonly name: string;
  readonly isFamily: boolean;
  readonly module: string;
  /** Markdown. */
  readonly text: string;
  readonly url: string;
}

const MANUAL = 'https://nginx.org/en/docs/';

/** The documentation of all directives of a name, one for each module that has it; none for those of other authors. */
export function directiveDocs(name: string): readonly DirectiveDocs[] {
  directives ??= readDirectives();
  return directives.get(name) ?? [];
}

let directives: ReadonlyMap<string, readonly DirectiveDocs[]> | undefined;

/** The documentation of a directive in its contexts; of the first module that has it where none fits, null for none. */
export function docsIn(name: string, contexts: readonly string[]): DirectiveDocs | null {
  const docs = directiveDocs(name);
  const fits = (each: DirectiveDocs): boolean => each.contexts.some((context) => contexts.includes(context));
  return docs.find(fits) ?? docs[0] ?? null;
}

/** The documentation of a variable, by its name without `$`; the one of its family where it has none itself. */
export function variableDocs(name: string): VariableDocs | null {
  const lower = name.toLowerCase();
  const known = allVariableDocs();
  const family = (): VariableDocs | undefined =>
    known.find((each) => each.isFamily && lower.startsWith(each.name));
  return known.find((each) => !each.isFamily && each.name === lower) ?? family() ?? null;
}

/** The documentation of all variables and families of nginx. */
export function allVariableDocs(): readonly VariableDocs[] {
  variables ??= variableDocRows().map(readVariable);
  return variables;
}

let variables: readonly VariableDocs[] | undefined;

function readDirectives(): ReadonlyMap<string, readonly DirectiveDocs[]> {
  const byName = new Map<string, DirectiveDocs[]>();
  for (const row of directiveDocRows()) {
    const [name = '', module = '', contexts = '', syntax = '', obsolete = '', text = ''] = row;
    const docs: DirectiveDocs = {
      name,
      module,
      contexts: contexts.split(','),
      syntax: syntax.split('\n'),
      obsoleteSince: parseVersion(obsolete),
      text: inManual(text),
      url: `${pageOf(module)}#${name}`,
    };
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [docs]);
    else known.push(docs);
  }
  return byName;
}

function readVariable([name = '', module = '', text = '']: readonly string[]): VariableDocs {
  const isFamily = name.endsWith('_');
  return { name, isFamily, module, text: inManual(text), url: `${pageOf(module)}#var_${name}` };
}

function inManual(text: string): string {
  return text.replaceAll('](~/', `](${MANUAL}`);
}

function pageOf(module: string): string {
  const part = /^ngx_(http|stream|mail)_/.exec(module)?.[1];
  return `${MANUAL}${part === undefined ? '' : `${part}/`}${module}.html`;
}
