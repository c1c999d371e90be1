import { describe, expect, it } from 'vitest';
import manifest from '../package.json';
import { broken, directoryWith, runIn } from './cli/support';

type Field = 'file' | 'line' | 'column' | 'severity' | 'message' | 'code';

/** What VS Code makes of a line by a problem matcher of the manifest; null for nothing. */
function matched(name: string, line: string): Partial<Record<Field, string>> | null {
  const matcher = manifest.contributes.problemMatchers.find((each) => each.name === name);
  if (matcher === undefined) throw new Error(`There is no ${name}.`);
  const { regexp, ...fields } = matcher.pattern;
  const groups = new RegExp(regexp).exec(line);
  return groups && Object.fromEntries(Object.entries(fields).map(([field, group]) => [field, groups[group]]));
}

describe('the problem matcher of check', () => {
  it('takes each finding out of a report, and nothing else', async () => {
    const directory = await directoryWith({ 'sites/a b.conf': broken });
    const { stdout } = await runIn(directory, ['check', '--severity', 'hint', 'sites/a b.conf']);
    const all = stdout.split('\n').map((line) => matched('nginx-websocket', line));
    const { stdout: json } = await runIn(directory, ['check', '--format', 'json', 'sites/a b.conf']);
    const { files } = JSON.parse(json) as {
      files: { diagnostics: { rule: string; severity: string; line: number; column: number }[] }[];
    };
    const expected = files.flatMap(({ diagnostics }) => diagnostics);
    expect(expected.length).toBeGreaterThan(0);
    expect(all.filter((each) => each !== null)).toEqual(
      expected.map(({ rule, severity, line, column }) => ({
        file: 'sites/a b.conf',
        line: String(line),
        column: String(column),
        severity,
        message: expect.any(String) as string,
        code: rule,
      })),
    );
  });

  it('knows a file on a drive of Windows', () => {
    expect(matched('nginx-websocket', 'C:/a/n.conf:2:3  hint     It is so. [host-header]')).toMatchObject({
      file: 'C:/a/n.conf',
      severity: 'hint',
      code: 'host-header',
    });
  });
});

it('the problem matcher of nginx -t knows what nginx says of a line', () => {
  expect(
    matched('nginx-test', 'nginx: [emerg] unknown directive "x" in /etc/nginx/conf.d/a.conf:12'),
  ).toEqual({
    severity: 'emerg',
    message: 'unknown directive "x"',
    file: '/etc/nginx/conf.d/a.conf',
    line: '12',
  });
  expect(matched('nginx-test', 'nginx: configuration file /etc/nginx/nginx.conf test failed')).toBeNull();
});
