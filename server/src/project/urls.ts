import type { Explanation } from '../handshake/explanation';
import type { ExpectedUrl, Settings } from '../protocol';
import { type Analysis, explain } from '../service';

/** A URL that is meant for WebSocket, and what becomes of its handshake. */
export interface JudgedUrl {
  readonly url: string;
  readonly expect: ExpectedUrl['expect'] | null;
  readonly explanation: Explanation;
  /** Whether that is what is expected; where nothing is said, that it is neither blocked nor unknown. */
  readonly isAsExpected: boolean;
}

/** A configuration, and the settings for it. */
interface Asked {
  readonly analysis: Analysis;
  readonly settings: Pick<Settings, 'websocketUrls'>;
}

/**
 * What becomes of the URLs in the settings of some configurations, each URL once. Where several configurations are
 * asked for one, the first that serves it answers.
 */
export function judgeUrls(asked: readonly Asked[]): JudgedUrl[] {
  const judged = new Map<string, JudgedUrl>();
  for (const { analysis, settings } of asked) {
    for (const each of settings.websocketUrls) {
      const { url, expect = null } = typeof each === 'string' ? { url: each } : each;
      const known = judged.get(url);
      if (known !== undefined && known.explanation.error === undefined) continue;
      const explanation = explain(analysis, url);
      if (known !== undefined && explanation.error !== undefined) continue;
      judged.set(url, { url, expect, explanation, isAsExpected: isAsExpected(explanation, expect) });
    }
  }
  return [...judged.values()];
}

function isAsExpected({ verdict }: Explanation, expect: JudgedUrl['expect']): boolean {
  return expect === null ? verdict !== 'blocked' && verdict !== 'unknown' : verdict === expect;
}
