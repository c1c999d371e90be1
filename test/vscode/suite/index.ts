import Mocha from 'mocha';
import { env, workspace } from 'vscode';
import { hasPage } from './support/page';
import { afterReload, isReloaded, reloadWindow } from './support/reload';

/**
 * Runs the tests of this folder in the extension host that it is loaded into: those for a trusted workspace, those for
 * Restricted Mode, or those for another display language. The last line on the console is `N passing`. In a trusted
 * workspace the window is reloaded once all have passed, and what is left is run: those about what comes back.
 *
 * @throws when a test fails
 */
export async function run(): Promise<void> {
  // On a loaded machine a window now and then is slower than a person would be: a test may try once more, and says so.
  const options = {
    ui: 'tdd',
    reporter: 'spec',
    color: false,
    timeout: 180_000,
    slow: 10_000,
    retries: 1,
  } as const;
  const mocha = new Mocha(options);
  const only = new RegExp(process.env['NGINX_WEBSOCKET_ONLY'] ?? '');
  mocha.grep(only);
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  // These call suite() and test(), which exist from here on.
  if (env.language !== 'en') {
    await import('./localization.test');
  } else if (isReloaded) {
    await import('./reload.test');
  } else if (workspace.isTrusted) {
    await import('./quick-fix.test');
    await import('./outer-documents.test');
    await import('./formatting.test');
    await import('./languages.test');
    await import('./language.test');
    await import('./navigation.test');
    await import('./editing.test');
    await import('./detection.test');
    await import('./freshness.test');
    await import('./test-configuration.test');
    await import('./code-lens.test');
    await import('./verify.test');
    await import('./check-workspace.test');
    await import('./language-model-tools.test');
    await import('./first-steps.test');
    await import('./tasks.test');
    await import('./server.test');
    if (hasPage) {
      await import('./panel.test');
      await import('./map.test');
      await import('./probe.test');
      await import('./window.test');
      await import('./routes.test');
      await import('./status.test');
      await import('./palette.test');
      await import('./running-nginx.test');
    }
  } else {
    await import('./restricted.test');
  }
  const { failures, passes } = await new Promise<Mocha.Stats>((resolve, reject) => {
    const runner = mocha.run(() => {
      if (runner.stats === undefined) reject(new Error('Mocha has no result.'));
      else resolve(runner.stats);
    });
    runner.on('retry', (test: Mocha.Test, error: Error) => {
      console.log(`tried again: ${test.fullTitle()}\n${error.stack ?? error.message}`);
    });
  });
  console.log(`${passes} passing`);
  if (failures > 0) throw new Error(`${failures} failing`);
  const isWhole = hasPage && workspace.isTrusted && env.language === 'en';
  if (isWhole && !isReloaded && only.test(afterReload)) await reloadWindow();
}
