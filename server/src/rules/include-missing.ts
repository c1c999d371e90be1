import { placeOf } from '../model/configuration';
import type { InclusionProblem } from '../model/load';
import type { Model } from '../model/model';
import type { Finding, Rule, RuleDocs } from './support/rule';

export const rule: Rule = {
  id: 'include-missing',
  category: 'syntax',
  severity: 'warning',
  fix: 'none',
  check: { visits: 'configuration', run: check },
};

function* check(model: Model): Generator<Finding> {
  const { main } = model.configuration.closure;
  for (const { directive, inclusion, cycle } of model.configuration.includeProblems) {
    const { problem } = inclusion;
    if (cycle.length > 0 || problem === null || problem.harmless || problem.kind === 'templated') continue;
    yield {
      severity:
        problem.kind !== 'unreadable' && isInstalled(problem.path) && isInstalled(main.path)
          ? 'warning'
          : 'information',
      message: `${textOf(problem)}: what it holds is not known here, so the locations that it affects are not judged.`,
      place: placeOf(directive),
    };
  }
}

/** In nginx's own folder on this machine a missing file is an error; elsewhere it may not have been copied. */
function isInstalled(path: string): boolean {
  return path.startsWith('/etc/nginx/');
}

/** In nginx's words, but for what only stands in our own way. */
function textOf({ kind, path, reason }: InclusionProblem): string {
  if (kind === 'missing') return `open() "${path}" failed (2: No such file or directory)`;
  if (kind === 'directory') return `pread() "${path}" failed (21: Is a directory)`;
  return `"${path}" is not read here (${reason})`;
}

export const docs: RuleDocs = {
  what: 'An included file cannot be read here.',
  why:
    'nginx refuses to start when an included file is missing. Here it may just be on another machine: whatever it ' +
    'holds, headers for instance, is not known, so nothing is said about the locations that it affects.',
  how: 'Correct the path. A relative one is relative to the directory of the main file, not of the including one.',
  bad: `
events {}
http {
    include not-there.conf;
}
`,
  good: `
events {}
http {
    include conf.d/*.conf;
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
