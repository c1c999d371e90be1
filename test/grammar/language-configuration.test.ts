import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface LanguageConfiguration {
  readonly comments: Readonly<Record<string, string>>;
  readonly brackets: readonly (readonly string[])[];
  readonly autoClosingPairs: readonly {
    readonly open: string;
    readonly close: string;
    readonly notIn: readonly string[];
  }[];
  readonly surroundingPairs: readonly (readonly string[])[];
  readonly wordPattern: string;
  readonly indentationRules: {
    readonly increaseIndentPattern: string;
    readonly decreaseIndentPattern: string;
  };
  readonly folding: { readonly markers: { readonly start: string; readonly end: string } };
}

const path = join(import.meta.dirname, '../../syntaxes/language-configuration.json');
const configuration: LanguageConfiguration = JSON.parse(readFileSync(path, 'utf8'));

describe('language configuration', () => {
  it('has the comment of nginx, and no other', () => {
    expect(configuration.comments).toEqual({ lineComment: '#' });
  });

  it('closes and surrounds with all brackets and quotes, and closes nothing in a comment', () => {
    const { autoClosingPairs, brackets, surroundingPairs } = configuration;
    const pairs = autoClosingPairs.map(({ open, close }) => [open, close]);
    expect(pairs).toEqual([...brackets, ['"', '"'], ["'", "'"]]);
    expect(surroundingPairs).toEqual(pairs);
    expect(autoClosingPairs.filter(({ notIn }) => !notIn.includes('comment'))).toEqual([]);
    // `"${` gets its brace, `"don't` no second quote.
    const inStrings = autoClosingPairs.filter(({ notIn }) => !notIn.includes('string'));
    expect(inStrings.map(({ open }) => open)).toEqual(['{', '(']);
  });

  it('takes what is typed before a completion as one word', () => {
    /** As VS Code looks for it: the match that the cursor touches. */
    const wordBefore = (text: string) =>
      [...text.matchAll(new RegExp(configuration.wordPattern, 'g'))].find(
        ([word], index, all) => (all[index]?.index ?? 0) + word.length === text.length,
      )?.[0];
    expect(
      [
        '    $ht',
        'a "b$ht',
        'proxy_pass http://$ho',
        'ws-l',
        '    wss-',
        'proxy_se',
        'error_page 401 @err',
      ].map(wordBefore),
    ).toEqual(['$ht', '$ht', '$ho', 'ws-l', 'wss-', 'proxy_se', '@err']);
    expect(['a ', 'a;', '$', '"'].map(wordBefore)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('takes a variable, a name with hyphens and a named location as one word each', () => {
    const words = (text: string) => text.match(new RegExp(configuration.wordPattern, 'g'));
    expect(words('map $http_upgrade $connection_upgrade {')).toEqual([
      'map',
      '$http_upgrade',
      '$connection_upgrade',
    ]);
    expect(words('proxy_set_header X-Real-IP "${remote_addr}";')).toEqual([
      'proxy_set_header',
      'X-Real-IP',
      '${remote_addr}',
    ]);
    expect(words('proxy_pass http://chat-server$request_uri;')).toEqual([
      'proxy_pass',
      'http',
      'chat-server',
      '$request_uri',
    ]);
    expect(words('location @error401 {')).toEqual(['location', '@error401']);
  });

  it('indents after a brace that ends its line, and outdents at one that begins it', () => {
    const { increaseIndentPattern, decreaseIndentPattern } = configuration.indentationRules;
    const indents = (line: string) => new RegExp(increaseIndentPattern).test(line);
    const outdents = (line: string) => new RegExp(decreaseIndentPattern).test(line);
    expect(
      ['server {', '    location / { # all', 'location ~ "#" {', '{'].filter((line) => !indents(line)),
    ).toEqual([]);
    expect(['# server {', 'events {}', 'listen 80;', '{% if tls %}', '{{ extra }}'].filter(indents)).toEqual(
      [],
    );
    expect(['}', '    } # server'].filter((line) => !outdents(line))).toEqual([]);
    expect(['# }', 'events {}'].filter(outdents)).toEqual([]);
  });

  it('folds regions', () => {
    const { start, end } = configuration.folding.markers;
    expect(new RegExp(start).test('  # region chat')).toBe(true);
    expect(new RegExp(end).test('#endregion')).toBe(true);
    expect(new RegExp(start).test('# regional')).toBe(false);
  });
});
