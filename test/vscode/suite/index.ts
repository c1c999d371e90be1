import Mocha from 'mocha';
import { hasPage } from './support/page';

/**
 * Runs all tests of this folder in the extension host that it is loaded into. The last line on the console is
 * `N passing`.
 *
 * @throws when a test fails
 */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', reporter: 'spec', color: false, timeout: 60_000, slow: 10_000 });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  // These call suite() and test(), which exist from here on.
  await import('./quick-fix.test');
  await import('./languages.test');
  await import('./detection.test');
  await import('./freshness.test');
  await import('./server.test');
  if (hasPage) await import('./window.test');
  const { failures, passes } = await new Promise<Mocha.Stats>((resolve, reject) => {
    const runner = mocha.run(() => {
      if (runner.stats === undefined) reject(new Error('Mocha has no result.'));
      else resolve(runner.stats);
    });
  });
  console.log(`${passes} passing`);
  if (failures > 0) throw new Error(`${failures} failing`);
}
