import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The rules of the house on who may import whom; docs/ARCHITECTURE.md says why. */

const root = join(import.meta.dirname, '..');
const server = join(root, 'server/src');

/** Outermost first. A folder may import those on later lines and itself; folders on one line do not know each other. */
const LAYERS: readonly (readonly string[])[] = [
  ['node.ts', 'web.ts', 'cli.ts'],
  ['node-run.ts', 'node-stdio.ts'],
  ['lsp', 'cli'],
  ['node-host.ts'],
  ['project'],
  ['verify'],
  ['service.ts', 'probe'],
  ['features'],
  ['rules'],
  ['edits', 'handshake', 'nginx-test'],
  ['model'],
  ['documents', 'values'],
  ['reference'],
  ['syntax'],
];

/** What every layer may import: types and constants, and the words for people. */
const SHARED = new Set(['protocol.ts', 'l10n.ts']);

interface Import {
  readonly file: string;
  readonly target: string;
}

/** All imports of the TypeScript files and modules of Node below a folder, those of types too; relative ones as paths from the project's root. */
function importsBelow(folder: string): Import[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.m?ts$|\.mjs$/.test(name),
  );
  return files.flatMap((name) => {
    const path = join(folder, name);
    const file = relative(root, path);
    const text = readFileSync(path, 'utf8');
    const pattern =
      /(?:^|\n)\s*(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'|\bimport\(\s*'([^']+)'|(?:^|\n)import\s*'([^']+)'|\brequire\(\s*'([^']+)'/g;
    return [...text.matchAll(pattern)].map((match) => {
      const target = match[1] ?? match[2] ?? match[3] ?? match[4] ?? '';
      return { file, target: target.startsWith('.') ? relative(root, join(dirname(path), target)) : target };
    });
  });
}

/** The layer of a path below server/src, by its number; -1 for what all may import. */
function layerOf(path: string): { name: string; level: number } {
  const [first = ''] = relative('server/src', path).split('/');
  const name = LAYERS.flat().includes(first) ? first : `${first}.ts`;
  if (SHARED.has(name)) return { name, level: Number.POSITIVE_INFINITY };
  const level = LAYERS.findIndex((names) => names.includes(name));
  if (level === -1) throw new Error(`${path} belongs to no layer: add it to the list, or move it.`);
  return { name, level };
}

/**
 * The circles in which files import each other, directly or through others.
 * @returns for each circle its files, in alphabetical order
 */
function circlesIn(imports: readonly Import[]): string[][] {
  const targets = new Map<string, string[]>();
  for (const { file, target } of imports) targets.set(file, [...(targets.get(file) ?? []), target]);
  const reached = new Map(
    [...targets.keys()].map((file) => {
      const found = new Set<string>();
      const open = [file];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        const fresh = (targets.get(next) ?? []).filter((target) => !found.has(target));
        for (const target of fresh) found.add(target);
        open.push(...fresh);
      }
      return [file, found] as const;
    }),
  );
  const circles = new Map<string, string[]>();
  for (const [file, found] of reached) {
    if (!found.has(file)) continue;
    const circle = [...found].filter((other) => reached.get(other)?.has(file) === true).sort();
    circles.set(circle.join(' '), circle);
  }
  return [...circles.values()];
}

/** A relative import leaves out `.ts`. */
function withEnding({ file, target }: Import): Import {
  return { file, target: /\.\w+$/.test(target) ? target : `${target}.ts` };
}

describe('circles between files', () => {
  it('are found', () => {
    const chain = ['a b', 'b c', 'c a', 'd a', 'd e', 'e d', 'f f', 'a g', 'g h'];
    const imports = chain.map((each) => ({ file: each.slice(0, 1), target: each.slice(2) }));
    expect(circlesIn(imports)).toEqual([['a', 'b', 'c'], ['d', 'e'], ['f']]);
  });

  it('are nowhere, imports of types counted', () => {
    const imports = ['server/src', 'client/src', 'client/webview', 'scripts', 'test'].flatMap((folder) =>
      importsBelow(join(root, folder)).map(withEnding),
    );
    const files = new Set(imports.map(({ file }) => file));
    expect(imports.filter(({ target }) => files.has(target)).length).toBeGreaterThan(1000);
    expect(circlesIn(imports)).toEqual([]);
  });
});

describe('layers', () => {
  const serverImports = importsBelow(server);
  const clientImports = importsBelow(join(root, 'client/src'));
  const pageImports = importsBelow(join(root, 'client/webview'));

  it('finds imports at all', () => {
    expect(serverImports.length).toBeGreaterThan(50);
    expect(clientImports.length).toBeGreaterThan(5);
    expect(pageImports.length).toBeGreaterThan(5);
  });

  it('go downward only', () => {
    const upward = serverImports.filter(({ file, target }) => {
      if (!target.startsWith('server/')) return false;
      const from = layerOf(file);
      const to = layerOf(target);
      return to.name !== from.name && to.level <= from.level;
    });
    expect(upward).toEqual([]);
  });

  it('leave vscode to the client, and the protocol to lsp', () => {
    const vscode = serverImports.filter(({ target }) => target === 'vscode');
    const protocol = serverImports.filter(
      ({ file, target }) =>
        target.startsWith('vscode-languageserver') &&
        !/^server\/src\/(?:lsp\/|node(?:-stdio)?\.ts|web\.ts)/.test(file),
    );
    expect([...vscode, ...protocol]).toEqual([]);
  });

  it('leave Node to the edges', () => {
    const node = serverImports.filter(
      ({ file, target }) =>
        target.startsWith('node:') &&
        !/^server\/src\/(?:probe\/|verify\/|cli\/|node\.ts|cli\.ts|node-host\.ts|node-run\.ts)/.test(file),
    );
    expect(node).toEqual([]);
  });

  it('give the client one file of the server', () => {
    const crossing = [...clientImports, ...pageImports].filter(
      ({ target }) => target.startsWith('server/') && !/^server\/src\/protocol(?:\.ts)?$/.test(target),
    );
    expect(crossing).toEqual([]);
  });

  it('keep the page of the panel free of VS Code, Node and the client', () => {
    const outward = pageImports.filter(
      ({ target }) => target === 'vscode' || target.startsWith('node:') || target.startsWith('client/src/'),
    );
    expect(outward).toEqual([]);
  });

  it('let the client know the messages of the page alone', () => {
    const crossing = clientImports.filter(
      ({ target }) => target.startsWith('client/webview/') && target !== 'client/webview/messages',
    );
    expect(crossing).toEqual([]);
  });

  it('keep syntax and the protocol free of imports', () => {
    const outward = serverImports.filter(
      ({ file, target }) =>
        (file.startsWith('server/src/syntax/') && !target.startsWith('server/src/syntax/')) ||
        file === 'server/src/protocol.ts',
    );
    expect(outward).toEqual([]);
  });
});
