import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Signatures, signaturesAt } from '../../server/src/features/signature-help';
import { brokenText } from '../support/broken-text';
import { modelOf } from '../support/memory-host';
import { readMarks } from '../support/marks';

/** The signatures at the `|`, in a location where it is one line alone. */
async function signatures(marked: string): Promise<Signatures | null> {
  const whole = marked.includes('{') ? marked : `events {}\nhttp { server { location / {\n${marked}\n} } }`;
  const { text, offsets } = readMarks(whole);
  const model = await modelOf(text);
  return signaturesAt(model, model.configuration.closure.main, offsets[0] ?? 0);
}

/** The label of the active signature with `<>` around the active parameter. */
async function shown(marked: string): Promise<string> {
  const found = await signatures(marked);
  const signature = found?.signatures[found.active];
  if (signature === undefined) return '';
  const { label, parameters, active } = signature;
  const [start, end] = parameters[active ?? -1] ?? [label.length, label.length];
  return active === null ? label : `${label.slice(0, start)}<${label.slice(start, end)}>${label.slice(end)}`;
}

const inServer = (line: string): string => `events {}\nhttp { server {\n${line}\n} }`;

describe('signature help', () => {
  it.each([
    ['proxy_set_header |', 'proxy_set_header <field> value'],
    ['proxy_set_header Ho|st $host;', 'proxy_set_header <field> value'],
    ['proxy_set_header Host |;', 'proxy_set_header field <value>'],
    ['proxy_set_header Host $h|ost;', 'proxy_set_header field <value>'],
    ['proxy_set_header Host "a |b";', 'proxy_set_header field <value>'],
    ['proxy_set_header Host a |;', 'proxy_set_header field value'],
    ['proxy_http_version |', 'proxy_http_version <1.0 | 1.1 | 2>'],
    ['add_header A b al|ways;', 'add_header name value <[always]>'],
    ['limit_req zone=a del|ay=4;', 'limit_req zone=name [burst=number] <[nodelay | delay=number]>'],
    ['index a b |', 'index <file> ...'],
    ['expires off|', 'expires <epoch | max | off>'],
    ['expires 1h|', 'expires <[modified]> time'],
    ['proxy_set_header\n    |', 'proxy_set_header <field> value'],
  ])('%s', async (line, expected) => {
    expect(await shown(line)).toBe(expected);
  });

  it('has a signature for each form, and chooses the one that fits', async () => {
    const found = await signatures(inServer('listen |'));
    expect(found?.signatures.map(({ label }) => label.split(' ')[1])).toEqual([
      'address[:port]',
      'port',
      'unix:path',
    ]);
    expect(await shown(inServer('listen unix:/a |;'))).toMatch(/^listen unix:path <\[default_server\]>/);
    expect(await shown(inServer('listen 443 |;'))).toMatch(/^listen port <\[default_server\]>/);
    expect(await shown(inServer('listen 443 ssl backlog=|;'))).toContain('<[backlog=number]>');
    expect(await shown(inServer('listen [::]:80|;'))).toMatch(/^listen <address\[:port\]>/);
  });

  it('is that of the module that the directive stands in', async () => {
    expect(await shown('events {}\nhttp { upstream a { server | } }')).toBe('server <address> [parameters]');
    expect(await shown('events {}\nstream { server { proxy_pass | } }')).toBe('proxy_pass <address>');
    expect(await shown('events {}\nhttp { map | { } }')).toBe('map <string> $variable');
  });

  it.each([
    ['a name', 'proxy_se|t_header Host a;'],
    ['a comment', '# proxy_set_header |'],
    ['the line after a directive', 'proxy_set_header Host a;\n|'],
    ['a directive without arguments', 'internal |'],
    ['an unknown directive', 'unknown_thing |'],
    ['a directive that may not stand there', 'worker_processes |'],
    ['the entries of a map', 'events {}\nhttp { map $a $b { default | } }'],
  ])('is nothing in %s', async (_, line) => {
    expect(await signatures(line)).toBeNull();
  });

  it('is given in any text without a fault, with ranges within the label', async () => {
    await fc.assert(
      fc.asyncProperty(brokenText, async (text) => {
        const model = await modelOf(text);
        const { main } = model.configuration.closure;
        for (let offset = 0; offset <= text.length; offset += 1) {
          const found = signaturesAt(model, main, offset);
          if (found === null) continue;
          expect(found.active).toBeLessThan(found.signatures.length);
          for (const { label, parameters, active } of found.signatures) {
            expect(active ?? 0).toBeLessThan(parameters.length);
            expect(parameters.every(([start, end]) => start < end && end <= label.length)).toBe(true);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
