import { directiveFacts, documentedModule } from '../reference/directives';
import { moduleOf } from '../reference/third-party';
import type { Adapted, Lacks } from './adapt';

/**
 * What the copy has to do without so that nginx takes it: directives of modules that this nginx lacks, and their
 * variables. Null where nginx refuses it for another reason.
 *
 * @param said what nginx wrote
 * @param predicted what nginx was expected to refuse; null for nothing
 */
export function lacksMore(said: string, lacks: Lacks, predicted: string | null): Lacks | null {
  const { directives, variables, certificate } = lacks;
  const directive = /unknown directive "([^"]+)"/.exec(said)?.[1];
  if (directive !== undefined && !directives.has(directive) && isOfModule(directive))
    return { ...lacks, directives: new Set([...directives, directive]) };
  const variable = /unknown "([^"]+)" variable/.exec(said)?.[1];
  if (
    variable !== undefined &&
    !variables.has(variable) &&
    predicted?.includes(`"${variable}" variable`) !== true
  )
    return { ...lacks, variables: new Set([...variables, variable]) };
  if (!certificate && predicted === null && said.includes('no "ssl_certificate" is defined'))
    return { ...lacks, certificate: true };
  return null;
}

function isOfModule(name: string): boolean {
  return directiveFacts().has(name) || documentedModule(name) !== null || moduleOf(name) !== null;
}

/** What nginx says, with the files called as they are. */
export function inOwnWords(said: string, folder: string, { sources }: Pick<Adapted, 'sources'>): string {
  return said.replaceAll(/[^\s"]+\/(conf\/[\w.-]+)/g, (path, name: string) =>
    path.startsWith(folder) ? (sources.get(name)?.path ?? path) : path,
  );
}
