import { t } from '../l10n';
import { placeOf } from '../model/configuration';
import { isHarmlessWhenMissing } from '../model/known-includes';
import type { InclusionProblem } from '../model/load';
import type { Model } from '../model/model';
import { rootOf } from '../model/paths';
import type { Finding, Rule, RuleDocs } from './support/rule';
import { quoted } from './support/words';

export const rule: Rule = {
  id: 'include-missing',
  category: 'syntax',
  severity: 'warning',
  fix: 'none',
  check: { visits: 'configuration', run: check },
};

function* check(model: Model): Generator<Finding> {
  const { main } = model.configuration.closure;
  const empty = new Set<string>();
  for (const { directive, inclusion, cycle } of model.configuration.includeProblems) {
    const { problem } = inclusion;
    if (cycle.length > 0 || problem === null || problem.kind === 'templated') continue;
    const place = placeOf(directive);
    if (problem.kind === 'empty') {
      if (empty.has(problem.path) || isHarmlessWhenMissing(problem.path)) continue;
      empty.add(problem.path);
      yield { severity: 'information', message: emptyText(problem), place };
    } else if (!problem.harmless) {
      yield {
        severity:
          problem.kind !== 'unreadable' && isInstalled(problem.path) && isInstalled(main.path)
            ? 'warning'
            : 'information',
        message: t`${textOf(problem)}: what it holds is not known here, so the locations that it affects are not judged.`,
        place,
      };
    }
  }
}

function emptyText({ path }: InclusionProblem): string {
  return t`Nothing here matches ${quoted(pathAlone(path))}: nginx takes that as empty, and so it is read here. If the files are elsewhere, \`pathMappings\` says where.`;
}

/** In nginx's own folder on this machine a missing file is an error; elsewhere it may not have been copied. */
function isInstalled(path: string): boolean {
  return path.startsWith('/etc/nginx/');
}

/** A path as nginx writes it, without the address of what is not on a local disk. */
function pathAlone(path: string): string {
  return path.slice(rootOf(path).length);
}

/** In nginx's words, but for what only stands in our own way. */
function textOf({ kind, path: there, reason }: InclusionProblem): string {
  const path = pathAlone(there);
  if (kind === 'missing') return `open() "${path}" failed (2: No such file or directory)`;
  if (kind === 'directory') return `pread() "${path}" failed (21: Is a directory)`;
  return t`"${path}" is not read here (${reason})`;
}

export const docs: RuleDocs = {
  what: 'An included file cannot be read here, or nothing matches an included pattern.',
  why:
    'nginx refuses to start when an included file is missing. Here it may just be on another machine: whatever it ' +
    'holds, headers for instance, is not known, so nothing is said about the locations that it affects.',
  how:
    'Correct the path. A relative one is relative to the directory of the main file, not of the including one. An ' +
    'absolute path is looked for in the copy of a tree by its longest tail that is there: `/etc/nginx/conf.d/a.conf` is ' +
    '`conf.d/a.conf` beside the main file. The setting `pathMappings` says otherwise.',
  bad: `
events {}
http {
    include not-there.conf;
}
`,
  good: `
include modules-enabled/*.conf;
events {}
http {
}
`,
  proof: [
    {
      sees: {
        refused: 'open() "/etc/nginx/not-there.conf" failed (2: No such file or directory)',
        line: 3,
      },
    },
    {
      claim: 'a path is relative to the directory of the main file',
      text: { bad: [['not-there.conf', 'sub/a.conf']] },
      files: { 'sub/a.conf': 'include b.conf;\n', 'sub/b.conf': '' },
      good: { bad: [['not-there.conf', 'sub/b.conf']] },
      sees: { refused: 'open() "/etc/nginx/b.conf" failed (2: No such file or directory)' },
    },
  ],
  sources: ['https://nginx.org/en/docs/ngx_core_module.html#include'],
};
