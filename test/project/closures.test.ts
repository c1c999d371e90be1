import { describe, expect, it } from 'vitest';
import { Closures, type OpenTexts } from '../../server/src/project/closures';
import type { Loaded } from '../../server/src/project/roots';
import { MemoryHost } from '../support/memory-host';

const MAIN = '/n/nginx.conf';
const SITE = '/n/site.conf';

/** Files in memory, some of them open with another text. */
class Texts extends MemoryHost implements OpenTexts {
  readonly open = new Map<string, string>();

  openPaths(): Iterable<string> {
    return this.open.keys();
  }

  openText(path: string): string | undefined {
    return this.open.get(path);
  }

  override readFile(path: string): ReturnType<MemoryHost['readFile']> {
    const text = this.open.get(path);
    return text === undefined
      ? super.readFile(path)
      : Promise.resolve({ kind: 'text', text, realPath: path });
  }
}

const textOf = (loaded: Loaded, path: string): string | undefined =>
  'problem' in loaded ? undefined : loaded.files.get(path)?.text;

describe('a closure', () => {
  const start = (): { texts: Texts; closures: Closures; load: () => Promise<Loaded> } => {
    const texts = new Texts({ [MAIN]: 'http {\n    include site.conf;\n}\n', [SITE]: 'server {\n}\n' });
    const closures = new Closures(texts);
    return { texts, closures, load: () => closures.load(MAIN, []) };
  };

  it('is kept until something it looked at changes', async () => {
    const { texts, closures, load } = start();
    const first = await load();
    expect(await load()).toBe(first);
    expect(closures.forget('/elsewhere.conf', false)).toBe(false);
    texts.files.set(SITE, 'server { listen 81; }\n');
    expect(await load()).toBe(first);
    expect(closures.forget(SITE, false)).toBe(true);
    expect(textOf(await load(), SITE)).toContain('81');
  });

  it('is kept until the text of an open file in it changes; other trees stay', async () => {
    const { texts, load } = start();
    const first = await load();
    texts.open.set(SITE, 'server {\n}\n');
    expect(await load()).toBe(first);
    texts.open.set(SITE, 'server { listen 82; }\n');
    const second = await load();
    expect(textOf(second, SITE)).toContain('82');
    if ('problem' in first || 'problem' in second) throw new Error('They can be read.');
    expect(second.main.tree).toBe(first.main.tree);
  });

  it('takes in an open file once its text is a configuration', async () => {
    const { texts, load } = start();
    texts.open.set(SITE, 'serv');
    const refused = await load();
    expect(textOf(refused, SITE)).toBeUndefined();
    expect(await load()).toBe(refused);
    texts.open.set(SITE, 'server {\n}\n');
    expect(textOf(await load(), SITE)).toBe('server {\n}\n');
  });

  it('that could not be read is read when the file is open', async () => {
    const { texts, closures } = start();
    expect(await closures.load('/n/new.conf', [])).toHaveProperty('problem.kind', 'missing');
    texts.open.set('/n/new.conf', 'http {\n}\n');
    expect(textOf(await closures.load('/n/new.conf', []), '/n/new.conf')).toBe('http {\n}\n');
  });
});
