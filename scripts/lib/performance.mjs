// docs/performance.md: each row with its goal and what was measured, and the machine that it was measured on.
import { writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';

/**
 * @typedef {object} Measured
 * @property {string} what
 * @property {string} unit
 * @property {number} goal
 * @property {number | 'stopped' | null} value null where it could not be measured
 */

/**
 * Measures all rows, and writes them.
 * @param {string} file
 * @param {(args: readonly string[]) => any} run gives the number of rows without arguments, a row for its number
 */
export function writePerformance(file, run) {
  const count = run([]);
  const loads = [loadavg()[0] ?? 0];
  /** @type {Measured[]} */
  const measured = [];
  for (let number = 0; number < count; number += 1) {
    const row = run([String(number)]);
    console.log(`${row.what}: ${shown(row)}, goal ${row.goal} ${row.unit}`);
    measured.push(row);
    loads.push(loadavg()[0] ?? 0);
  }
  writeFileSync(file, textOf(measured, loads));
}

/**
 * @param {readonly Measured[]} rows
 * @param {readonly number[]} loads of the machine meanwhile
 */
function textOf(rows, loads) {
  const [processor] = cpus();
  const memory = (totalmem() / 1e9).toFixed(0);
  const [least, most] = [Math.min(...loads), Math.max(...loads)].map((load) => load.toFixed(1));
  const lines = rows.map((row) => {
    const isReached = typeof row.value === 'number' && row.value <= row.goal;
    const mark = row.value === null ? '' : isReached ? 'yes' : 'no';
    return `| ${row.what} | ${shown(row)} | ${row.goal.toLocaleString('en')} ${row.unit} | ${mark} |`;
  });
  return `# Performance

\`npm run bench\` writes this page: do not edit it. Each row was measured in a process of its own. \`×\` without more is in
times of a loop that does no more than look at each character of all texts, in the same process. Times are medians; no
two servers of the texts are alike. What is typed, key by key, is a directive with its value, and a block; it goes to the
analysis, without the messages between an editor and the server. What took more than half a minute was stopped.

Measured with Node ${process.versions.node} on ${platform()} ${arch()}, ${availableParallelism()} × ${processor?.model.trim() ?? 'unknown'}, ${memory} GB of
memory. The load of the machine was ${least} to ${most}: where that is above 1, times on the clock are longer than they need be.

| what | measured | goal | reached |
|---|---|---|---|
${lines.join('\n')}
`;
}

/** @param {Measured} row */
function shown({ value, unit }) {
  if (value === null) return 'not measured';
  if (value === 'stopped') return 'stopped';
  return `${value < 10 ? value.toFixed(2) : Math.round(value).toLocaleString('en')} ${unit}`;
}
