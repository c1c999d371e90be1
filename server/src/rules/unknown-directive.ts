import { t } from '../l10n';
import {
  contextsOf,
  directiveFacts,
  type DirectiveFact,
  documentedModule,
  existsIn,
  isBackported,
} from '../reference/directives';
import { forksWith, lacks } from '../reference/forks';
import { nearDirective } from '../reference/near-directives';
import { moduleOf } from '../reference/third-party';
import { formatVersion } from '../reference/versions';
import type { ConfigDirective } from '../model/configuration';
import { memoized } from '../model/memo';
import { modulesLoadedBy } from '../nginx-test/names';
import type { Model } from '../model/model';
import { type PlacedRefusal, refusalsFor } from './support/refusals';
import type { Finding, Fix, NginxCheck, Rule, RuleDocs } from './support/rule';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'unknown-directive',
  category: 'syntax',
  severity: 'warning',
  fix: 'suggestion',
  check: { visits: 'configuration', run: (model, _routes, nginx) => check(model, nginx) },
};

function* check(model: Model, nginx: NginxCheck): Generator<Finding> {
  const loaded = modulesLoadedBy(model.configuration);
  for (const refusal of refusalsFor('unknown-directive', model, nginx)) {
    const finding = findingFor(refusal, model, nginx, loaded);
    if (finding !== null) yield finding;
  }
}

function findingFor(
  { text, place, directive, context, certain }: PlacedRefusal,
  model: Model,
  { versionIsSet, fork }: NginxCheck,
  loaded: ReadonlySet<string>,
): Finding | null {
  const name = directive?.name ?? '';
  const severity = versionIsSet ? 'error' : 'hint';
  const module = moduleOf(name);
  const isDocumented = documentedModule(name) !== null;
  if (module !== null && (loaded.has(module) || (!certain && loaded.size > 0 && !isDocumented))) return null;
  if (fork !== null && lacks(fork, name)) {
    return { severity, message: t`${text}: ${fork} does not have it.`, place };
  }
  const facts = (directiveFacts().get(name) ?? []).filter(({ thirdParty }) => thirdParty === null);
  const other = facts.find((fact) => !existsIn(fact, model.version));
  if (other !== undefined) {
    const has = t`nginx ${formatVersion(model.version)} does not have it: ${releases(other)}`;
    if (isBackported(name))
      return { severity: 'hint', message: t`${text}: ${has}, and Debian brought it to earlier ones.`, place };
    return { severity, message: t`${text}: ${has}.`, place };
  }
  const [apart] = facts;
  if (apart !== undefined) {
    return {
      severity: 'hint',
      message: t`${text}: it belongs to ${apart.module}, which nginx has only when it is built with it or loads it.`,
      place,
    };
  }
  if (module !== null) {
    const isCommercial = isDocumented && certain && forksWith(name) === null;
    return {
      severity: isCommercial ? severity : 'hint',
      message: t`${text}: it belongs to ${module}, which plain nginx does not have.`,
      place,
    };
  }
  const near = nearDirective(name, context ?? 'unknown');
  if (near !== null) {
    const fix: Fix = {
      title: t`Change it to \`${near}\``,
      kind: 'suggestion',
      edits: [{ ...place, newText: near }],
    };
    return {
      severity: 'warning',
      message: t`${text}. Did you mean ${quoted(near)}?`,
      place,
      fixes: () => [fix],
    };
  }
  // A loaded module may define any directive.
  if (!certain && (loaded.size > 0 || fork !== null)) return null;
  if (isEntryOfFragment(directive, model)) return null;
  return {
    severity: 'warning',
    message: t`${text}: nginx refuses it, unless a module of yours brings it.`,
    place,
  };
}

/**
 * Whether a line may be an entry of a `map`, `geo` or `types` that includes its file: the file's surroundings are not
 * known, and none of its lines begins with a directive.
 */
function isEntryOfFragment(directive: ConfigDirective | null, model: Model): boolean {
  return directive?.parent === null && directive.children === null && hasEntriesAlone(model);
}

const hasEntriesAlone = memoized(({ configuration }: Model): boolean =>
  configuration.directives.every(
    ({ name, children }) => children === null && (name === 'include' || contextsOf(name).length === 0),
  ),
);

function releases({ since, until }: DirectiveFact): string {
  if (until !== null) return t`it went with ${formatVersion(until)}`;
  return since === null ? t('it is of another release') : t`it came with ${formatVersion(since)}`;
}

export const docs: RuleDocs = {
  what: 'A directive that nginx does not know.',
  why:
    'nginx refuses to start: `unknown directive`. A typo is the usual reason. A directive of a module that ' +
    'nginx is not built with, of a later release, or of the commercial edition is unknown too: that is only a hint ' +
    'until the version of your nginx is set.',
  how:
    'Correct the name. When a module of yours defines the directive, add it to the setting for extra directives; when ' +
    'it depends on the version, set the version of your nginx.',
  bad: `
events {}
http {
    server {
        listen 80;
        server_nmae example.com;
    }
}
`,
  good: `
events {}
http {
    server {
        listen 80;
        server_name example.com;
    }
}
`,
  proof: [
    { sees: { refused: 'unknown directive "server_nmae"', line: 5 } },
    {
      claim: 'a directive of a later release',
      text: { bad: [['server_nmae example.com', 'http2 on']] },
      good: 'good',
      before: '1.25.1',
      sees: { refused: 'unknown directive "http2"', line: 5 },
    },
    {
      claim: 'a directive of the commercial edition',
      text: { bad: [['server_nmae example.com;', 'location / { health_check; }']] },
      good: 'good',
      sees: { refused: 'unknown directive "health_check"', line: 5 },
    },
  ],
  sources: ['https://nginx.org/en/docs/dirindex.html'],
};
