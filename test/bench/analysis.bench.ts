import { withTexts } from '../../server/src/model/load';
import { assumedVersion } from '../../server/src/reference/versions';
import { analyze, nginxTestOf } from '../../server/src/service';
import { closureOf } from '../support/memory-host';
import { generateConfiguration } from './generated-configuration';
import { median, ratio, report, timeInRounds } from './measure';

const MAIN = '/nginx.conf';
const SMALL = generateConfiguration(20_000);
const LARGE = generateConfiguration(400_000);
const PATTERNS = [500, 1500].map(serversNamedByPatterns);

function serversNamedByPatterns(count: number): string {
  const servers = Array.from(
    { length: count },
    (_, index) =>
      `server { server_name ~^site-${index}\\.; location /ws { proxy_pass http://127.0.0.1:80; } }\n`,
  );
  return `events {}\nhttp {\n${servers.join('')}}\n`;
}

/** All that an editor asks for after a key was pressed: the findings, the routes and what nginx would say. */
async function analysisOf(text: string): Promise<() => unknown> {
  const closure = await closureOf({ [MAIN]: text });
  let keys = 0;
  return () => {
    keys += 1;
    const typed = withTexts(closure, new Map([[MAIN, `${text}# ${keys}\n`]]));
    const analysis = analyze(typed, { version: assumedVersion });
    return [analysis.problems, analysis.routes, nginxTestOf(analysis)];
  };
}

const [small = [], large = [], someNames = [], manyNames = []] = timeInRounds(
  15,
  await Promise.all([SMALL, LARGE, ...PATTERNS].map(analysisOf)),
);
const linesOf = (text: string): string => `${text.split('\n').length.toLocaleString('en')} lines`;

report([
  { name: `analysis of ${linesOf(SMALL)}`, value: median(small), unit: 'ms' },
  { name: `analysis of ${linesOf(LARGE)}`, value: median(large), unit: 'ms' },
  {
    name: 'analysis, in times of what it would be if it were linear',
    value: ratio(large, small) / (LARGE.length / SMALL.length),
    unit: '×',
    budget: 2,
  },
  { name: 'analysis of 1,500 servers named by patterns', value: median(manyNames), unit: 'ms' },
  // One name is looked for among three times as many.
  { name: 'in times of 500 such servers', value: ratio(manyNames, someNames), unit: '×', budget: 6 },
]);
