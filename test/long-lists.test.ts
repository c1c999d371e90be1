import { join, relative } from 'node:path';
import { isCallExpression, isNewExpression, isSpreadElement } from 'typescript/unstable/ast/is';
import type { Node } from 'typescript/unstable/ast';
import { API } from 'typescript/unstable/sync';
import { describe, expect, it } from 'vitest';
import { expandMains } from '../server/src/project/main-files';
import { explain, nginxTestOf, routes } from '../server/src/service';
import { analysisOf, MemoryHost } from './support/memory-host';

/**
 * The arguments of a call are on the stack: `list.push(...others)` and `Math.max(...others)` end in a RangeError where
 * a configuration has some 100,000 of them. So nothing is spread into a call, but for what is listed here.
 */
const SHORT: ReadonlyMap<string, string> = new Map([
  ['server/src/lsp/code-actions.ts', 'what can be done about the findings in a selection'],
  ['server/src/lsp/server.ts', 'the features of the server'],
]);

const root = join(import.meta.dirname, '..');

const PROJECTS = [
  'server',
  'server/tsconfig.node.json',
  'server/tsconfig.web.json',
  'client',
  'client/tsconfig.web.json',
];

/** Calls with a list spread into them, by file. */
function spreadingCalls(): Map<string, string[]> {
  const calls = new Map<string, string[]>();
  const api = new API({ cwd: root });
  try {
    for (const name of PROJECTS) {
      const path = join(root, name.endsWith('.json') ? name : join(name, 'tsconfig.json'));
      const program = api.updateSnapshot({ openProject: path }).getProject(path)?.program;
      for (const file of program?.getSourceFileNames() ?? []) {
        const shown = relative(root, file);
        if (!/^(?:server|client)\/src\//.test(shown) || calls.has(shown)) continue;
        const source = program?.getSourceFile(file);
        if (source !== undefined) calls.set(shown, spreadingIn(source, source.text));
      }
    }
  } finally {
    api.close();
  }
  return calls;
}

function spreadingIn(node: Node, text: string): string[] {
  const found: string[] = [];
  const visit = (each: Node): void => {
    const isCall = isCallExpression(each) || isNewExpression(each);
    if (isCall && each.arguments?.some(isSpreadElement) === true)
      found.push(text.slice(each.pos, each.end).trim());
    each.forEachChild(visit);
  };
  visit(node);
  return found;
}

it('nothing is spread into a call', () => {
  const calls = spreadingCalls();
  expect(calls.size).toBeGreaterThan(300);
  const found = [...calls].filter(([, texts]) => texts.length > 0);
  expect(found.filter(([file]) => !SHORT.has(file))).toEqual([]);
  // What is listed without need may be taken off.
  expect([...SHORT.keys()].filter((file) => (calls.get(file) ?? []).length === 0)).toEqual([]);
});

const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

const pass = (to: string): string =>
  `proxy_pass http://${to}; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;`;

describe('a configuration with a great many', () => {
  it.each([
    [
      'locations',
      `location /ws/ { ${pass('localhost$uri')} } ${many(130_000, (index) => `location /x${index} {}`)}`,
    ],
    ['mirrors', `location /ws/ { ${pass('127.0.0.1:8080')} ${many(130_000, () => 'mirror off;')} }`],
  ])('%s is answered', async (_, body) => {
    const analysis = await analysisOf(`events {} http { server { listen 80; ${body} } }`);
    expect(routes(analysis)).toHaveLength(1);
    expect(explain(analysis, 'ws://localhost/ws/1').verdict).toBe('blocked');
    expect(nginxTestOf(analysis)).toBeDefined();
    expect(analysis.problems).toBeDefined();
  });

  it('main files finds them all', async () => {
    const files = Array.from({ length: 150_000 }, (_, index) => [`/etc/sites/${index}.conf`, ''] as const);
    const looked = { file: () => {}, directory: () => {} };
    const host = new MemoryHost(Object.fromEntries(files));
    expect(await expandMains(host, ['/etc/sites/*.conf'], '/', looked)).toHaveLength(150_000);
  });
});
