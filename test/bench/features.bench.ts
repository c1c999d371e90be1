import { locationLenses } from '../../server/src/features/code-lens';
import { completionAt } from '../../server/src/features/completion/completion';
import { handshake } from '../../server/src/handshake/handshake';
import { withTexts } from '../../server/src/model/load';
import { assumedVersion } from '../../server/src/reference/versions';
import { type Analysis, analyze, routes } from '../../server/src/service';
import { analysisOf, closureOf } from '../support/memory-host';
import { median, ratio, report, timeInRounds } from './measure';

/** Each is done for so many things, and for four times as many. */
const SIZES = [1000, 4000] as const;

const MAIN = '/nginx.conf';

/** Makes a new analysis each time, as a pressed key does: what was found is kept for one that is known. */
async function pressing(text: string): Promise<() => Analysis> {
  const closure = await closureOf({ [MAIN]: text });
  let keys = 0;
  return () => {
    keys += 1;
    const typed = withTexts(closure, new Map([[MAIN, `${text}# ${keys}\n`]]));
    return analyze(typed, { version: assumedVersion });
  };
}

/** Completes a directive at the end of a file of so many servers. */
async function completion(servers: number): Promise<() => unknown> {
  const server = 'server { listen 80; location / { proxy_pass http://chat; } }\n';
  const before = `events {}\nhttp {\nupstream chat { server a; }\n${server.repeat(servers)}server { lis`;
  const press = await pressing(`${before} }\n}\n`);
  return () => {
    const { model, closure } = press();
    const found = completionAt(model, closure.main, before.length);
    if (found === null) throw new Error('Nothing is offered.');
    return found;
  };
}

/** Makes the lenses of so many locations. */
async function lenses(count: number): Promise<() => unknown> {
  const pass = 'proxy_pass http://127.0.0.1:1;';
  const locations = Array.from({ length: count }, (_, at) => `location /ws/${at} {\n ${pass}\n }\n`).join('');
  const press = await pressing(`events {}\nhttp { server {\n${locations}} }\n`);
  return () => {
    const analysis = press();
    const found = locationLenses(routes(analysis), analysis.closure.main);
    if (found.length !== count) throw new Error(`There are ${found.length} lenses.`);
    return found;
  };
}

/** Asks for a port that nobody listens on, with the name of each of so many servers. */
async function unserved(servers: number): Promise<() => unknown> {
  const names = Array.from({ length: servers }, (_, at) => `s${at}`);
  const text = names.map((name) => `server { listen 80; server_name ${name}; }\n`).join('');
  const { model } = await analysisOf(`events {}\nhttp {\n${text}}\n`);
  return () => {
    for (const name of names) {
      if (!handshake(model, `wss://${name}/`).error?.includes('No server'))
        throw new Error(`${name} is served.`);
    }
  };
}

const subjects = [completion, lenses, unserved];
const times = timeInRounds(
  15,
  await Promise.all(subjects.flatMap((subject) => SIZES.map((size) => subject(size)))),
);
const [fewServers = [], manyServers = [], fewLenses = [], manyLenses = [], fewUrls = [], manyUrls = []] =
  times;

// Four is linear; a walk over everything for each thing would be sixteen.
const budget = 8;
report([
  { name: 'tree and completion at the end of 4,000 servers', value: median(manyServers), unit: 'ms' },
  { name: 'in times of 1,000 servers', value: ratio(manyServers, fewServers), unit: '×', budget },
  { name: 'tree and lenses of 4,000 locations', value: median(manyLenses), unit: 'ms' },
  { name: 'in times of 1,000 locations', value: ratio(manyLenses, fewLenses), unit: '×', budget },
  { name: 'URLs that none of 4,000 servers serves, one for each', value: median(manyUrls), unit: 'ms' },
  { name: 'in times of 1,000 servers', value: ratio(manyUrls, fewUrls), unit: '×', budget },
]);
