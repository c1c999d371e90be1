import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface LanguageConfiguration {
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
