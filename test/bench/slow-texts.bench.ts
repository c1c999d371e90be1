import { HEAD_LENGTH, readsAsNginx } from '../../client/src/reads-as-nginx';
import { loadTokenizer } from '../grammar/tokenizer';
import { generateConfiguration } from './generated-configuration';
import { median, ratio, report, timeInRounds } from './measure';

/** Texts that make a search with a regular expression go back over what it has read. */

const tokenizer = await loadTokenizer(process.cwd());
const lines = ['{% ', '<% ', '"~ '];
const heads = [
  '{',
  '"',
  "'",
  '{{',
  '{%',
  '<%',
  '\\',
  '${',
  '#',
  'server {',
  '{{{%<%"',
  'a_by_lua_block {',
].flatMap((part) => [part.repeat(HEAD_LENGTH), `server {${part.repeat(HEAD_LENGTH)}`]);
const ordinary = generateConfiguration(HEAD_LENGTH);

const colour = (count: number) => () => lines.map((piece) => tokenizer.lines(piece.repeat(count)));
const [short = [], long = [], slowHeads = [], ordinaryHeads = []] = timeInRounds(7, [
  colour(1500),
  colour(6000),
  () => heads.map(readsAsNginx),
  () => heads.map(() => readsAsNginx(ordinary)),
]);

report([
  { name: 'colours of long lines with nothing that ends', value: median(long), unit: 'ms' },
  // Four is linear. Before the search for the end of a placeholder was bounded, time grew with the square.
  { name: 'in times of lines a quarter as long', value: ratio(long, short), unit: '×', budget: 8 },
  { name: 'whether 24 texts made to be slow are nginx', value: median(slowHeads), unit: 'ms' },
  { name: 'in times of ordinary texts', value: ratio(slowHeads, ordinaryHeads), unit: '×', budget: 50 },
]);
