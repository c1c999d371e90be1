import { type ConfigDirective, walk } from '../model/configuration';
import { t } from '../l10n';
import { type FileContext, likelyContext } from '../model/context';
import type { FileReading, Host } from '../model/host';
import { type Closure, fileOf, loadClosure, type MakeFile, withTexts } from '../model/load';
import type { Model } from '../model/model';
import { directoryOf } from '../model/paths';
import type { SourceFile } from '../model/source-file';
import { isFilledIn } from '../model/variables';
import type { NginxVersion } from '../reference/versions';
import { type Analysis, analyze, routes } from '../service';
import { hasPlaceholder } from '../syntax/templates/languages';
import { urlsToTry } from './urls';

/** A configuration that cannot be tried. The message says why. */
export class NotRunnable extends Error {}

/**
 * The analysis of a configuration as an nginx can be started with it: whole, and for the version of that nginx.
 *
 * @param urls those that are asked for; none for those of all routes
 * @param host where the files are from
 * @throws NotRunnable
 */
export async function runnable(
  found: Analysis,
  version: NginxVersion,
  urls: readonly string[],
  host: Host,
): Promise<Analysis> {
  const { closure, model, options } = found;
  const template = [...closure.files.values()].find(isToBeFilledIn) ?? filledIn(model)?.file;
  if (template !== undefined)
    throw new NotRunnable(t`${template.path} is a template: verify what it is filled in to.`);
  if (urls.length === 0 && routes(found).length === 0)
    throw new NotRunnable(t('No location of this configuration hands requests to a back end: name a URL.'));
  const whole = await wholeClosure(host, closure, likelyContext(model.configuration.directives));
  if (whole === null)
    throw new NotRunnable(
      t('Where this part of a configuration belongs cannot be told: name its main file.'),
    );
  const analysis = analyze(inOnePart(whole), {
    ...options,
    version,
    versionFrom: 'setting',
    remember: false,
  });
  if (urls.length === 0 && urlsToTry(analysis).length === 0)
    throw new NotRunnable(t('No route of this configuration has a URL that is known: name one.'));
  return analysis;
}

/** Whether a file has placeholders that are no words of nginx. */
function isToBeFilledIn({ tree, text }: SourceFile): boolean {
  return tree.template && hasPlaceholder(text);
}

/** A directive with a placeholder that looks like a variable of nginx: `${NAME}`. What is no template is run as it is. */
function filledIn({ configuration }: Model): ConfigDirective | undefined {
  for (const directive of walk(configuration.directives)) {
    if (!directive.file.tree.template) continue;
    if (directive.words.some((_, index) => index > 0 && isFilledIn(directive, index - 1))) return directive;
  }
  return undefined;
}

/** The same with no file in parts: what is edited is whole files. */
function inOnePart(closure: Closure): Closure {
  const files = [...closure.files.values()];
  if (files.every(({ parts }) => parts === undefined)) return closure;
  return withTexts(closure, new Map(files.map(({ realPath, text }) => [realPath, text])), Infinity);
}

// --- Parts of a configuration

const NAME = '.nginx-websocket-verify.conf';

/** What is put around a part, by where it belongs; nothing of it decides anything. */
const AROUND: Readonly<Partial<Record<FileContext, readonly [before: string, after: string]>>> = {
  http: ['events {} http {', '}'],
  server: ['events {} http { server { listen 80;', '} }'],
  location: ['events {} http { server { listen 80; location / {', '} } }'],
};

/** A whole configuration around a part of one, whose outer levels set nothing. Null where none can be made. */
async function wholeClosure(host: Host, closure: Closure, context: FileContext): Promise<Closure | null> {
  if (context === 'main') return closure;
  const around = AROUND[context];
  if (around === undefined) return null;
  const path = `${directoryOf(closure.main.path)}/${NAME}`;
  const text = `${around[0]} include "${closure.main.path}"; ${around[1]}\n`;
  const makeFile: MakeFile = (read) => fileOf(read, null, Infinity);
  const { pathMappings } = closure;
  const whole = await loadClosure(withFile(host, path, text), path, { pathMappings, makeFile });
  return 'problem' in whole ? null : whole;
}

/** The same files, and one more. */
function withFile(host: Host, path: string, text: string): Host {
  const added: FileReading = { kind: 'text', text, realPath: path };
  return {
    readFile: (asked) => (asked === path ? Promise.resolve(added) : host.readFile(asked)),
    readDirectory: (asked) => host.readDirectory(asked),
    refusal: async (asked) => (await host.refusal?.(asked)) ?? null,
    realPath: async (asked) => (host.realPath === undefined ? asked : host.realPath(asked)),
  };
}
