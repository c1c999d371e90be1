import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { configurationAround, legalTexts } from '../support/legal-texts';
import { testMainFile } from './harness/nginx';
import { Resources, temporaryDirectory } from './harness/resources';

const resources = new Resources();
afterEach(() => resources.stop());

describe('a text that other parsers do not take', () => {
  it.each(legalTexts.filter(({ foreign }) => foreign !== true))('$name: nginx does', async (legal) => {
    const { path } = resources.add(await temporaryDirectory());
    const file = join(path, 'nginx.conf');
    await writeFile(file, configurationAround(legal));
    const { ok, first } = await testMainFile(file);
    expect([first?.text ?? '', ok]).toEqual(['', true]);
  });
});
