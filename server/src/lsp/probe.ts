import { RequestType } from 'vscode-languageserver';
import { t } from '../l10n';
import { type ProbeAnswer, type ProbeParams, probeRequest } from '../protocol';
import type { ServerContext } from './context';
import type { Environment } from './environment';
import { Turns } from './turns';

/** More at once would only take time from each other, and from the editor. */
const MOST_PROBES = 8;

/** Answers requests for a live handshake, where this machine can open connections. */
export function registerProbe(
  { connection, capabilities, runner }: ServerContext,
  probe: Environment['probe'],
): void {
  const turns = new Turns(MOST_PROBES);
  const request = new RequestType<ProbeParams, ProbeAnswer | null, never>(probeRequest);
  connection.onRequest(request, async (params, token) => {
    let seen: ProbeAnswer | null = null;
    const answer = await runner.answer<ProbeAnswer | null>('Probe', token, null, async () => {
      if (probe === undefined) {
        const reason = t('This server cannot open connections: probe from a terminal or a desktop.');
        return { kind: 'refused', reason };
      }
      const { workDoneToken } = params;
      if (workDoneToken === undefined || capabilities.window?.workDoneProgress !== true) {
        seen = await turns.run(token, () => probe(params, token, () => {}));
        return seen;
      }
      const progress = connection.window.attachWorkDoneProgress(workDoneToken);
      progress.begin('Probe', undefined, undefined, true);
      try {
        seen = await turns.run(token, () =>
          probe(params, token, ({ name, detail }) => progress.report(`${name}: ${detail}`)),
        );
        return seen;
      } finally {
        progress.done();
      }
    });
    // Who ends a hold wants to know what was seen until then.
    return isHeld(seen) ? seen : answer;
  });
}

function isHeld(answer: ProbeAnswer | null): boolean {
  return answer?.kind === 'result' && answer.result.steps.some(({ name }) => name === 'hold');
}
