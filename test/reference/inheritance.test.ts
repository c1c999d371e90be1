import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directiveFacts, type Inheritance } from '../../server/src/reference/directives';
import { inheritanceOf, inheritanceSetting, inheritedWith } from '../../server/src/reference/inheritance';
import { assumedVersion } from '../../server/src/reference/versions';

describe('inheritanceOf', () => {
  it.each<[name: string, context: string, expected: Inheritance | null]>([
    ['proxy_read_timeout', 'location', 'value'],
    ['proxy_http_version', 'location', 'value'],
    ['internal', 'location', 'value'],
    ['alias', 'location', 'value'],
    ['proxy_set_header', 'location', 'list'],
    ['add_header', 'location', 'list'],
    ['error_page', 'location', 'list'],
    ['deny', 'location', 'list'],
    ['ssl_certificate', 'server', 'list'],
    ['proxy_pass', 'location', 'unnamed'],
    ['try_files', 'location', 'own'],
    ['return', 'server', 'own'],
    // There is nothing to inherit in stream, where only a server has it.
    ['proxy_pass', 'stream server', null],
    ['server_name', 'server', null],
    ['keepalive', 'upstream', null],
    ['more_set_headers', 'http', null],
    ['no_such_directive', 'http', null],
  ])('%s in %s', (name, context, expected) => {
    expect(inheritanceOf(name, [context])).toBe(expected);
  });

  it('is known of nearly all directives of nginx that several levels of http may have', () => {
    const isOfLevels = (contexts: readonly string[]): boolean =>
      contexts.includes('server') && contexts.includes('location');
    const facts = [...directiveFacts().values()]
      .flat()
      .filter(
        ({ thirdParty, contexts, kind }) => thirdParty === null && isOfLevels(contexts) && kind !== 'block',
      );
    const unknown = facts.filter(({ inheritance }) => inheritance === null).map(({ name }) => name);
    expect(facts.length).toBeGreaterThan(350);
    expect(unknown.toSorted()).toEqual([
      'gzip_disable',
      'http2_push',
      'http2_push_preload',
      'secure_link',
      'secure_link_md5',
      'secure_link_secret',
      'stub_status',
    ]);
  });

  it('says nothing of directives that the command tables do not have', () => {
    const path = join(import.meta.dirname, '../../scripts/data/nginx-inheritance.json');
    const { modules } = JSON.parse(readFileSync(path, 'utf8')) as {
      modules: Record<string, Record<string, string[]>>;
    };
    const listed = Object.entries(modules).flatMap(([module, kinds]) =>
      Object.values(kinds).flatMap((names) => names.map((name) => `${module} ${name}`)),
    );
    const known = [...directiveFacts().values()]
      .flat()
      .filter(({ inheritance }) => inheritance !== null)
      .map(({ module, name }) => `${module} ${name}`);
    expect(listed.toSorted()).toEqual(known.toSorted());
  });
});

it('tells which directives are inherited together', () => {
  expect(inheritedWith('deny')).toEqual(['allow', 'deny']);
  expect(inheritedWith('alias')).toEqual(['root', 'alias']);
  expect(inheritedWith('proxy_set_header')).toEqual(['proxy_set_header']);
});

it('tells which directive changes how another is inherited', () => {
  const later = { major: 1, minor: 29, patch: 3 };
  expect(inheritanceSetting('add_header', later)).toBe('add_header_inherit');
  expect(inheritanceSetting('add_trailer', later)).toBe('add_trailer_inherit');
  expect(inheritanceSetting('add_header', assumedVersion)).toBeNull();
  expect(inheritanceSetting('proxy_set_header', later)).toBeNull();
});
