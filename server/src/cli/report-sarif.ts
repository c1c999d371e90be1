import { jsonText } from '../features/support/escape';
import type { Location, Log, ReportingDescriptor, Result } from 'sarif';
import { homepage, version } from '../../../package.json';
import { rules } from '../rules/rules.generated';
import { rulePage } from '../rules/support/pages';
import type { Severity } from '../rules/support/rule';
import { ruleTexts } from './rule-texts.generated';
import type { Range } from '../project/ranges';
import type { Report, ReportedProblem } from '../project/report';

const LEVELS = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
} as const satisfies Record<Severity, Result.level>;

const driverRules: readonly ReportingDescriptor[] = rules.map(({ id, severity, category }) => ({
  id,
  ...textsOf(id),
  helpUri: rulePage(id),
  defaultConfiguration: { level: LEVELS[severity] },
  properties: { tags: [category] },
}));

/** What viewers show of a rule: its title, what is wrong, and what to do. */
function textsOf(id: string): Pick<ReportingDescriptor, 'shortDescription' | 'fullDescription' | 'help'> {
  const texts = ruleTexts.get(id);
  if (texts === undefined) return {};
  const { what, why, how } = texts;
  return {
    shortDescription: messageOf(what),
    fullDescription: messageOf(why),
    help: messageOf(`${why}\n\n${how}\n\n[Examples and sources](${rulePage(id)})`, `${why}\n\n${how}`),
  };
}

/** A text as it is written, and for viewers without Markdown. */
function messageOf(markdown: string, plain = markdown): { text: string; markdown: string } {
  return { text: plain.replaceAll('`', ''), markdown };
}

const indexes: ReadonlyMap<string, number> = new Map(rules.map(({ id }, index) => [id, index]));

/**
 * The report as SARIF 2.1.0, of any severity: for code scanning.
 *
 * @param hasBaseline whether it is told of each result whether it is accepted (§3.27.24, baselineState)
 */
export function sarifOf(report: Report, hasBaseline: boolean): string {
  const log: Log = {
    version: '2.1.0',
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    runs: [
      {
        tool: {
          driver: { name: 'nginx-websocket', version, informationUri: homepage, rules: [...driverRules] },
        },
        columnKind: 'utf16CodeUnits',
        results: report.files.flatMap(({ file, problems }) =>
          problems.map((problem) => ({
            ...resultOf(file, problem),
            ...(hasBaseline ? { baselineState: problem.isKnown ? 'unchanged' : 'new' } : {}),
          })),
        ),
      },
    ],
  };
  return `${jsonText(log)}\n`;
}

function resultOf(file: string, { rule, severity, message, range, at, related }: ReportedProblem): Result {
  const ruleIndex = indexes.get(rule);
  return {
    ruleId: rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: LEVELS[severity],
    message: { text: message },
    locations: [at === null ? locationOf(file, range) : locationOf(at.file, at)],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((each) => ({
            physicalLocation: {
              artifactLocation: { uri: uriOf(each.file) },
              region: { startLine: each.line },
            },
            message: { text: each.message },
          })),
        }),
  };
}

function locationOf(file: string, { line, column, endLine, endColumn }: Range): Location {
  const region = { startLine: line, startColumn: column, endLine, endColumn };
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, region } };
}

/** Half a character: no name on a disk has one, and no URI can. */
const LONE = /\p{Surrogate}/gu;

/** A name as a relative reference (RFC 3986 §4.2), or as the URI of an absolute path. */
function uriOf(file: string): string {
  const path = file.replaceAll(LONE, '\uFFFD').split('/').map(encodeURIComponent).join('/');
  if (path.startsWith('/')) return `file://${path}`;
  // A drive of Windows.
  return /^[a-z]%3A\//i.test(path) ? `file:///${path.replace('%3A', ':')}` : path;
}
