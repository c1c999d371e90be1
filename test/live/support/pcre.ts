import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testMainFile } from '../harness/nginx';
import { temporaryDirectory } from '../harness/resources';

/** What the PCRE of this machine says of a pattern, in nginx's words; null when it takes it. */
async function said(pattern: string): Promise<string | null> {
  const directory = await temporaryDirectory();
  try {
    const file = join(directory.path, 'nginx.conf');
    await writeFile(file, `events {}\nhttp { server { location ~ "${pattern}" { } } }\n`);
    const { ok, first } = await testMainFile(file, { exact: true });
    return ok || first === null ? null : first.text;
  } finally {
    await directory.stop();
  }
}

/**
 * Whether PCRE complains as 10.42 and its forerunners do, in whose words we speak. Later ones name other places in a
 * pattern, and a configuration does not tell which one nginx is linked with.
 */
const speaksOurWords = (await said('[[:letter:]]'))?.endsWith(' at "letter:]]"') === true;

/** A message with as much of PCRE's complaint as can be compared: that it complains, where its words are not ours. */
export function withComparableWords(text: string): string {
  return speaksOurWords ? text : text.replace(/^(pcre2?_compile\(\) failed:) .*$/s, '$1 …');
}
