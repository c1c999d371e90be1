import { formattingEdits, type FormattingStyle } from '../../server/src/features/formatting';
import { isDirective } from '../../server/src/reference/directives';
import { lex } from '../../server/src/syntax/lexer';
import { parse } from '../../server/src/syntax/parser';
import { generateConfiguration } from './generated-configuration';
import { median, ratio, report, timeInRounds, usedMegabytes } from './measure';

/** What reading each character of a text costs, and no more. */
function plainLoop(text: string): number {
  let sum = 0;
  for (let offset = 0; offset < text.length; offset += 1) sum = (sum + text.charCodeAt(offset)) | 0;
  return sum;
}

const text = generateConfiguration(1_000_000);
const tree = parse(text, { isDirective });
if (tree.errors.length > 0) throw new Error('The configuration to measure with has syntax errors.');

// The loop runs as often in a round as makes it about as long as the rest: what disturbs then disturbs both alike.
const LOOPS = 4;
const style: FormattingStyle = { tabSize: 2, insertSpaces: true, values: 'align' };
const [loops = [], lexed = [], parsed = [], templated = [], formatted = []] = timeInRounds(31, [
  () => Array.from({ length: LOOPS }, () => plainLoop(text)),
  () => lex(text, false),
  () => parse(text, { isDirective }),
  () => parse(text, { isDirective, template: true }),
  () => formattingEdits(tree, style),
]);
const loop = loops.map((time) => time / LOOPS);

const long = generateConfiguration(10_000_000);
const [tokensOfLong = []] = timeInRounds(3, [() => lex(long, false)]);
const before = usedMegabytes();
const { tokens } = lex(long, false);
const held = usedMegabytes() - before;

report([
  { name: 'characters of 1 MB in a plain loop', value: median(loop), unit: 'ms' },
  { name: 'tokens of 1 MB', value: median(lexed), unit: 'ms' },
  { name: 'tree of 1 MB', value: median(parsed), unit: 'ms' },
  { name: 'tree of 1 MB, in plain loops', value: ratio(parsed, loop), unit: '×', budget: 6 },
  { name: 'tree of 1 MB as a template, in plain loops', value: ratio(templated, loop), unit: '×', budget: 6 },
  { name: 'formatting of 1 MB', value: median(formatted), unit: 'ms' },
  {
    name: `tokens of 10 MB, ${tokens.count.toLocaleString('en')} of them`,
    value: median(tokensOfLong),
    unit: 'ms',
  },
  { name: 'memory for them', value: held, unit: 'MB', budget: 20 },
]);
