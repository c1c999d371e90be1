// Runs the live tests, the random comparison among them, with nginx of other ages than this machine's: those of
// Debian's newer suites. Where they cannot be had it says so and does not fail.
import { canHaveSuites, suiteNginx, whyNot } from './lib/debian-suites.mjs';
import { run, runScript } from './lib/process.mjs';
import { runVitest } from './lib/vitest.mjs';

/** Of nginx 1.26 and 1.30 when this was written. */
const suites = ['trixie', 'forky'];

runScript(async () => {
  if (!canHaveSuites()) {
    console.log('Not tried with other releases of nginx: that takes root on Debian or Ubuntu.');
    return 0;
  }
  /** @type {string[]} */
  const sums = [];
  let failures = 0;
  for (const suite of suites) {
    const nginx = await suiteNginx(suite).catch(whyNot);
    if (typeof nginx === 'string') {
      sums.push(`Not tried with the nginx of Debian ${suite}: ${nginx}`);
      continue;
    }
    const { output } = await run(nginx.binary, ['-v'], { output: 'keep' });
    const name = output.trim().replace('nginx version: ', '');
    console.log(`\n=== live tests with ${name} of Debian ${suite}`);
    const start = Date.now();
    const env = { ...process.env, NGINX_BINARY: nginx.binary, NGINX_MODULES: nginx.modules };
    const { passed, failed } = await runVitest('live', { env });
    const seconds = ((Date.now() - start) / 1000).toFixed(0);
    const state = failed === 0 ? 'passed' : 'FAILED';
    sums.push(`${name.padEnd(14)} ${state}  ${passed} of ${passed + failed}, ${seconds} s`);
    failures += failed;
  }
  console.log(`\n${sums.join('\n')}`);
  return failures === 0 ? 0 : 1;
});
