import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../package.json';
import { defaultSettings, readSettings } from '../server/src/model/settings';
import { rules } from '../server/src/rules/rules.generated';

const settings: Readonly<Record<string, { default: unknown; scope: string; pattern?: string }>> =
  manifest.contributes.configuration.properties;

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
    expect(restrictedConfigurations).toEqual(['nginxWebsocket.testCommand']);
    expect(settings['nginxWebsocket.testCommand']?.scope).toBe('machine-overridable');
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
