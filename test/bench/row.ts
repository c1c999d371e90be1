import { rows } from './rows';

// Measures one row, by its number: each has a process of its own. Without a number it says how many there are.
const [number, dist = 'dist'] = process.argv.slice(2);
const row = number === undefined ? undefined : rows[Number(number)];
if (row === undefined) console.log(JSON.stringify(rows.length));
else {
  const { what, unit, goal } = row;
  const value = await row.measure(dist);
  // JSON has no infinity, which stands for what was stopped.
  console.log(JSON.stringify({ what, unit, goal, value: value === Infinity ? 'stopped' : value }));
}
