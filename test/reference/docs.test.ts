import { describe, expect, it } from 'vitest';
import { directiveFacts } from '../../server/src/reference/directives';
import { allVariableDocs, directiveDocs, docsIn, variableDocs } from '../../server/src/reference/docs';
import { parametersOf, plainForm } from '../../server/src/reference/syntax-forms';

describe('the documentation of directives', () => {
  it('is there for nearly all that nginx has', () => {
    const own = [...directiveFacts()].filter(([, facts]) =>
      facts.some(({ thirdParty }) => thirdParty === null),
    );
    const without = own.filter(([name]) => directiveDocs(name).length === 0);
    expect(own.length).toBeGreaterThan(650);
    // Of systems that few use, and of removed modules.
    expect(without.length).toBeLessThan(own.length * 0.08);
  });

  it('is that of the context', () => {
    expect(docsIn('server', ['upstream'])?.module).toBe('ngx_http_upstream_module');
    expect(docsIn('server', ['stream'])?.module).toBe('ngx_stream_core_module');
    expect(docsIn('listen', ['mail server'])?.module).toBe('ngx_mail_core_module');
    expect(docsIn('proxy_pass', ['if in location'])?.module).toBe('ngx_http_proxy_module');
    expect(docsIn('rewrite', ['if in server'])?.contexts).toContain('if in location');
    expect(docsIn('no_such_directive', ['http'])).toBeNull();
  });

  it('says what is obsolete, and where to read on', () => {
    expect(docsIn('http2_push', ['http'])?.obsoleteSince).toEqual({ major: 1, minor: 25, patch: 1 });
    expect(docsIn('proxy_pass', ['location'])?.obsoleteSince).toBeNull();
    expect(docsIn('user', ['main'])?.url).toBe('https://nginx.org/en/docs/ngx_core_module.html#user');
    expect(docsIn('proxy_pass', ['location'])?.text).toMatch(/…$/);
  });

  it('is whole Markdown: each example that begins also ends', () => {
    const broken = [...directiveFacts().keys()]
      .flatMap((name) => directiveDocs(name))
      .filter(({ text }) => text.split('```').length % 2 === 0 || text.includes('~/'));
    expect(broken.map(({ name }) => name)).toEqual([]);
  });
});

describe('the documentation of variables', () => {
  it('is that of the family where a variable has none of its own', () => {
    expect(variableDocs('HOST')?.url).toBe(
      'https://nginx.org/en/docs/http/ngx_http_core_module.html#var_host',
    );
    expect(variableDocs('http_upgrade')).toMatchObject({ name: 'http_', isFamily: true });
    expect(variableDocs('sent_http_location')).toMatchObject({ name: 'sent_http_' });
    expect(variableDocs('connection_upgrade')).toBeNull();
    expect(allVariableDocs().filter(({ text, name }) => text === '' || name === '')).toEqual([]);
  });
});

describe('parametersOf', () => {
  it.each<[form: string, labels: string[]]>([
    [
      '*`address`*[:*`port`*] [`ssl`] [`backlog`=*`number`*]',
      ['address[:port]', '[ssl]', '[backlog=number]'],
    ],
    ['`on` | `off`', ['on | off']],
    ['[ `=` | `~` | `~*` | `^~` ] *`uri`* `{...}`', ['[= | ~ | ~* | ^~]', 'uri']],
    [
      '*`path`* [*`format`* [`buffer`=*`size`*] [`flush`=*`time`*]]',
      ['path', '[format]', '[buffer=size]', '[flush=time]'],
    ],
    ['*`file`* ... *`uri`*', ['file', 'uri']],
    ['', []],
    [' `{...}`', []],
  ])('of %s', (form, labels) => {
    expect(parametersOf(form).map(({ label }) => label)).toEqual(labels);
  });

  it.each<[form: string, words: string[][]]>([
    ['`on` | `off`', [['on', 'off']]],
    ['[`ipv6only`=`on`|`off`]', [['ipv6only=on', 'ipv6only=off']]],
    ['[`backlog`=*`number`*]', [['backlog=']]],
    ['[`expires=`*`time`*]', [['expires=']]],
    ['[`samesite=``strict`|`lax`|*`$variable`*]', [['samesite=strict', 'samesite=lax']]],
    [
      '`off` | `none` | [`builtin`[:*`size`*]] [`shared`:*`name`*:*`size`*]',
      [['off', 'none', 'builtin'], ['shared:']],
    ],
    ['[*`time`* | `off`]', [['off']]],
    ['`@`*`name`*', [['@']]],
  ])('knows the words of %s', (form, words) => {
    expect(parametersOf(form).map((parameter) => parameter.words)).toEqual(words);
  });

  it('tells what is optional, and what repeats', () => {
    expect(parametersOf('*`code`* ... [`=`[*`response`*]] *`uri`*')).toMatchObject([
      { optional: false, repeats: true },
      { optional: true, repeats: false },
      { optional: false, repeats: false },
    ]);
    expect(plainForm('*`code`* ... *`uri`*')).toBe('code ... uri');
  });

  it('reads every form of the manual', () => {
    const forms = [...directiveFacts().keys()].flatMap((name) =>
      directiveDocs(name).flatMap(({ syntax }) => syntax),
    );
    const faulty = forms.filter((form) =>
      parametersOf(form).some(
        ({ label }) => label.includes('`') || label.split('[').length !== label.split(']').length,
      ),
    );
    expect(forms.length).toBeGreaterThan(800);
    expect(faulty).toEqual([]);
  });
});
