import { expect, it } from 'vitest';
import { rule } from '../../server/src/rules/websocket-any-protocol';
import { forwarding } from '../support/forwarding';
import { analysisOf } from '../support/memory-host';
import { testRule } from '../support/rule-tester';

const MARKED = '«proxy_set_header Upgrade $http_upgrade»';
const ONLY = [
  'map $http_upgrade $websocket_upgrade {',
  "    default '';",
  '    ~*^websocket$ $http_upgrade;',
  '}',
  '',
];
const BY_MAP = 'proxy_set_header Upgrade $websocket_upgrade';

testRule(rule, {
  valid: [
    { name: 'a fixed value', files: forwarding({ upgrade: 'proxy_set_header Upgrade websocket' }) },
    { name: 'a map', files: forwarding({ http: ONLY, upgrade: BY_MAP }) },
    { name: 'nothing is upgraded', files: forwarding({ upgrade: 'proxy_set_header Host $host' }) },
  ],
  invalid: [
    {
      name: 'whatever the client asks for',
      files: forwarding({ upgrade: MARKED }),
      severity: 'information',
      message: '`h2c` too',
      output: forwarding({ http: ONLY, upgrade: BY_MAP }),
    },
    {
      name: 'the name is taken',
      files: forwarding({ server: ['set $websocket_upgrade 1;'], upgrade: MARKED }),
      severity: 'information',
      output: forwarding({
        http: ONLY.map((line) => line.replace('$websocket_upgrade', '$only_websocket')),
        server: ['set $websocket_upgrade 1;'],
        upgrade: 'proxy_set_header Upgrade $only_websocket',
      }),
    },
  ],
});

it('is off unless the settings name it', async () => {
  const found = async (setting: Parameters<typeof analysisOf>[2]): Promise<string[]> =>
    (await analysisOf(forwarding({}), undefined, setting)).problems.map((problem) => problem.rule);
  expect(await found({})).not.toContain(rule.id);
  expect(await found({ [rule.id]: 'off' })).not.toContain(rule.id);
  expect(await found({ [rule.id]: 'information' })).toContain(rule.id);
});
