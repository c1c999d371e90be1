import type { ProbeAnswer, ProbeParams, ProbeStep } from '../protocol';
import { probe } from './probe';
import { probeAnswer } from './probe-answer';
import { proxyVariables } from './proxies';
import { readWish } from './wish';

/**
 * Probes for a client of the language server.
 *
 * @param environment the variables of this process, which may name a proxy
 */
export async function answerProbe(
  params: ProbeParams,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
  onStep: (step: ProbeStep) => void,
): Promise<ProbeAnswer> {
  const wish = readWish(params);
  if ('kind' in wish) return wish;
  const { target, options } = wish;
  const at = new Date();
  const proxies = proxyVariables(environment, target.isSecure);
  return probeAnswer(await probe(target, { ...options, proxies, onStep }, signal), wish, at);
}
