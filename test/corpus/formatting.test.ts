import { expect, it } from 'vitest';
import { ALIGNED, checkFormatting, SPACES, TABS } from '../support/formatting';
import { corpusRows, corpusText } from './corpus';

it('real configurations have the same tokens when they are formatted, and are in order then', () => {
  let formatted = 0;
  for (const row of corpusRows) {
    const text = corpusText(row);
    for (const style of [SPACES, TABS, ALIGNED]) {
      if (checkFormatting(text, `/${row.file}`, style)) formatted += 1;
    }
  }
  expect(formatted).toBeGreaterThan(500);
});
