import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { formattingEdits, type FormattingStyle } from '../../server/src/features/formatting';
import { parseFile } from '../../server/src/model/load';
import { testMainFile } from './harness/nginx';
import { Resources, temporaryDirectory } from './harness/resources';
import { randomConfiguration } from './support/random-configurations';
import { Random } from './support/random';

/** What nginx says of a configuration is what it says of the formatted one: SEED is that of the first, FILES the number. */

const count = Number(process.env['FILES'] ?? 40);
const seed = Number(process.env['SEED'] ?? 20_261_123);

const style: FormattingStyle = { tabSize: 4, insertSpaces: true, values: 'align' };

function formatted(text: string): string {
  return formattingEdits(parseFile('/nginx.conf', text), style).reduceRight(
    (result, { start, end, newText }) => result.slice(0, start) + newText + result.slice(end),
    text,
  );
}

/** Blanks where nginx does not mind them, and none where it does not need them. */
function untidy(text: string, random: Random): string {
  return text
    .replaceAll(/^[ \t]+/gm, () => random.of(['', ' ', '\t', '      ']))
    .replaceAll(/\n/g, () => random.of(['\n', '\n', ' \r\n', '\n\n\n', ' # note;\n']));
}

it(`nginx takes ${count} formatted configurations for what they were (SEED=${seed})`, {
  timeout: 120_000,
}, async () => {
  const resources = new Resources();
  try {
    const { path: directory } = resources.add(await temporaryDirectory());
    let accepted = 0;
    for (let number = 0; number < count; number += 1) {
      const random = new Random(seed + number);
      const before = untidy(randomConfiguration(random).replaceAll('@DIR', directory), random);
      const after = formatted(before);
      const said = await messageOn(join(directory, `${number}.conf`), before);
      expect({ after, said: await messageOn(join(directory, `${number}.conf`), after) }).toEqual({
        after,
        said,
      });
      if (said === null) accepted += 1;
    }
    expect(accepted).toBeGreaterThan(count / 10);
  } finally {
    await resources.stop();
  }
});

/** The first message, without its line; null where nginx accepts the file. */
async function messageOn(path: string, text: string): Promise<string | null> {
  await writeFile(path, text);
  const { ok, first } = await testMainFile(path, { exact: true });
  return ok ? null : (first?.text ?? '');
}
