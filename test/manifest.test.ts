import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../package.json';
import { defaultSettings, readSettings } from '../server/src/model/settings';
import { rules } from '../server/src/rules/rules.generated';
import { assumedVersion } from '../server/src/reference/versions';
import { englishOf } from './support/manifest-texts';
import { analysisOf } from './support/memory-host';

const settings: Readonly<Record<string, { default: unknown; scope: string; pattern?: string }>> =
  manifest.contributes.configuration.properties;

function pageAt(path: string): string {
  return readFileSync(join(import.meta.dirname, '..', path), 'utf8');
}

const schema: {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly additionalProperties: boolean;
} = JSON.parse(readFileSync(join(import.meta.dirname, '../syntaxes/nginx-websocket.schema.json'), 'utf8'));

describe('the settings in the manifest', () => {
  it.each(Object.entries(defaultSettings))('have %s with the default that the server has', (name, value) => {
    expect(settings[`nginxWebsocket.${name}`]?.default).toEqual(value);
  });

  it('have no default that the server refuses', () => {
    const values = Object.entries(settings).map(([name, { default: value }]) => [
      name.replace('nginxWebsocket.', ''),
      value,
    ]);
    expect(readSettings(Object.fromEntries(values)).faults).toEqual([]);
  });

  it('complete the id of every rule, and no other', () => {
    const setting = manifest.contributes.configuration.properties['nginxWebsocket.rules'];
    expect(Object.keys(setting.properties)).toEqual(rules.map(({ id }) => id));
    expect(setting.additionalProperties).toBe(false);
  });

  it('let no workspace that is not trusted name a program', () => {
    const { restrictedConfigurations, supported } = manifest.capabilities.untrustedWorkspaces;
    // Only with `limited` does VS Code look at the list.
    expect(supported).toBe('limited');
    const programs = ['testCommand', 'reloadCommand', 'dumpCommand'].map((name) => `nginxWebsocket.${name}`);
    expect(restrictedConfigurations).toEqual(programs);
    for (const name of programs) expect(settings[name]?.scope).toBe('machine-overridable');
  });
});

describe('the schema of nginx-websocket.json', () => {
  it('has the settings that are read from the file, and no other', () => {
    expect(Object.keys(schema.properties)).toEqual(['$schema', ...Object.keys(defaultSettings)]);
    expect(schema.additionalProperties).toBe(false);
  });

  it('is in force for files of that name', () => {
    expect(manifest.contributes.jsonValidation).toEqual([
      { fileMatch: 'nginx-websocket.json', url: './syntaxes/nginx-websocket.schema.json' },
    ]);
  });
});

describe('the commands in the manifest', () => {
  const { commands, menus, walkthroughs } = manifest.contributes;
  const contributed: ReadonlySet<string> = new Set(commands.map(({ command }) => command));

  it('are under one heading of the palette', () => {
    for (const { command, category, title } of commands) {
      expect(command).toMatch(/^nginxWebsocket\./);
      expect(category).toBe('NGINX WebSocket');
      expect(englishOf(title)).not.toBe('');
    }
    expect(contributed.size).toBe(commands.length);
  });

  it('are those that menus name', () => {
    const named = Object.values(menus).flatMap((items) => items.map(({ command }) => command));
    expect(named.filter((command) => !contributed.has(command))).toEqual([]);
  });

  it('are those that the walkthrough offers, besides those of VS Code', () => {
    const texts = walkthroughs
      .flatMap(({ steps }) => steps.map(({ description }) => englishOf(description)))
      .join('\n');
    const offered = [...texts.matchAll(/\(command:(nginxWebsocket\.[\w.]+)\)/g)].map(([, name = '']) => name);
    // A view has a command that shows it; `probe` comes with the probe.
    const own = offered.filter((name) => !/\.focus$|\.probe$/.test(name));
    expect(own.length).toBeGreaterThan(1);
    expect(own.filter((command) => !contributed.has(command))).toEqual([]);
  });

  it('of the walkthrough have pages that are shipped', () => {
    for (const { media } of walkthroughs.flatMap(({ steps }) => steps)) {
      expect(manifest.files).toContain('docs/walkthrough/*.md');
      expect(media.markdown).toMatch(/^docs\/walkthrough\/\w+\.md$/);
      const pictures = [...pageAt(media.markdown).matchAll(/!\[[^\]]+\]\(\.\.\/(images\/[^)]+)\)/g)];
      expect(pictures).not.toEqual([]);
      for (const [, picture] of pictures) expect(manifest.files).toContain(`docs/${picture}`);
    }
  });
});

describe('the pages of the walkthrough', () => {
  it('say what the editor says', async () => {
    const text = pageAt('examples/broken/nginx.conf');
    const { problems } = await analysisOf(text, assumedVersion, {}, 'assumed');
    const problem = problems.find(({ rule }) => rule === 'websocket-upgrade-missing');
    const page = pageAt('docs/walkthrough/fix.md');
    expect(page).toContain(`> ${problem?.message}\n`);
    const [, code = ''] = /```nginx\n([^`]*)```/.exec(page) ?? [];
    const inserted = problem?.fixes()[0]?.edits.map(({ newText }) => newText.replaceAll(/^ +/gm, '')) ?? [];
    expect(code).not.toBe('');
    expect(inserted.some((each) => each.includes(code))).toBe(true);
  });
});
