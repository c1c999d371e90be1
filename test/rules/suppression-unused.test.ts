import { describe, expect, it } from 'vitest';
import { rule } from '../../server/src/rules/suppression-unused';
import { analysisOf } from '../support/memory-host';
import { testRule } from '../support/rule-tester';

const LOCATION = 'location /ws { proxy_pass http://app; }';

testRule(rule, {
  valid: [
    {
      name: 'it silences something',
      files: `events {}\nhttp {\n server {\n  # nginx-websocket-disable-next-line websocket-upgrade-missing -- by design\n  ${LOCATION}\n }\n}\n`,
    },
    { name: 'another comment', files: 'events {}\n# nginx-websocket-disable\n' },
  ],
  invalid: [
    {
      name: 'nothing to silence',
      files: 'events {}\n«# nginx-websocket-disable-next-line websocket-upgrade-missing»\nhttp {}\n',
      severity: 'information',
      message: 'finds nothing',
      output: null,
    },
    {
      name: 'no such rule',
      files: 'events {}\n«# nginx-websocket-disable-file websocket-upgrade -- reason»\nhttp {}\n',
      severity: 'information',
      message: 'There is no rule `websocket-upgrade`',
      output: null,
    },
  ],
});

describe('suppression', () => {
  /** The rules that speak on a configuration with the comment above its location. */
  async function rulesWith(comment: string): Promise<string[]> {
    const text = `events {}\nhttp {\n server {\n  ${comment}\n  ${LOCATION}\n  location /cable { proxy_pass http://app; }\n }\n}\n`;
    return (await analysisOf(text)).problems.map((problem) => problem.rule);
  }

  it('is for the next line alone', async () => {
    expect(await rulesWith('# nginx-websocket-disable-next-line websocket-upgrade-missing')).toEqual([
      'websocket-upgrade-missing',
    ]);
  });

  it('is for the whole file', async () => {
    expect(await rulesWith('# nginx-websocket-disable-file websocket-upgrade-missing -- old')).toEqual([]);
  });

  it('takes several rules', async () => {
    expect(await rulesWith('# nginx-websocket-disable-file websocket-upgrade-missing, syntax')).toEqual([
      'suppression-unused',
    ]);
  });
});
