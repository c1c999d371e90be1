// The build for browsers, which defines `mocha`.
// oxlint-disable-next-line import/no-unassigned-import
import 'mocha/mocha.js';

/** By this the launcher knows our lines from those of VS Code. */
function print(line: string): void {
  console.log(`@@tests ${line}`);
}

/**
 * Runs the tests of this folder in the extension host of a browser, a worker. The last line on the console is
 * `N passing`.
 *
 * @throws when a test fails
 */
export async function run(): Promise<void> {
  // The reporters of Mocha write with formats that this console does not know.
  mocha.setup({ ui: 'tdd', reporter: Mocha.reporters.Base, timeout: 180_000 });
  // It calls suite() and test(), which exist from here on.
  await import('./web.test');
  let passes = 0;
  let failures = 0;
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on('suite', ({ title }) => print(`  ${title}`))
      .on('pass', ({ title }) => {
        passes += 1;
        print(`    ✔ ${title}`);
      })
      .on('fail', ({ title }, error: Error) => {
        failures += 1;
        print(`    ✘ ${title}\n${error.stack ?? error.message}`);
      });
  });
  print(`${passes} passing`);
  if (failures === 0) return;
  print(`${failures} failing`);
  throw new Error('There are failures.');
}
