import { buildConfiguration, type Configuration } from '../../server/src/model/configuration';
import { symbolsOf } from '../../server/src/model/symbols';
import { isDirective } from '../../server/src/reference/directives';
import { parse } from '../../server/src/syntax/parser';
import { generateConfiguration } from './generated-configuration';
import { median, ratio, report, timeInRounds } from './measure';

const text = generateConfiguration(700_000);
const tree = parse(text, { isDirective });

/** A new one each time: symbols are kept for one that is known. */
function configuration(): Configuration {
  const main = { path: '/nginx.conf', realPath: '/nginx.conf', text, tree, builtIn: false };
  return buildConfiguration({
    main,
    files: new Map([[main.realPath, main]]),
    inclusions: new Map(),
    project: null,
    foreign: new Map(),
    pathMappings: [],
    trees: [],
    watched: { files: new Set(), directories: new Set() },
  });
}

const [parsed = [], built = [], found = []] = timeInRounds(31, [
  () => parse(text, { isDirective }),
  () => configuration(),
  () => symbolsOf(configuration()),
]);
const symbols = found.map((time, round) => time - (built[round] ?? 0));

report([
  {
    name: `names of ${text.split('\n').length.toLocaleString('en')} lines`,
    value: median(symbols),
    unit: 'ms',
  },
  { name: 'names, in times of the tree', value: ratio(symbols, parsed), unit: '×', budget: 8 },
]);
