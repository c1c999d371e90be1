import { describe, expect, it } from 'vitest';
import { foldsIn } from '../server/src/features/folding';
import { outlineOf } from '../server/src/features/outline';
import { selectionAt } from '../server/src/features/selection';
import { semanticTokensIn } from '../server/src/features/semantic-tokens';
import { symbolsOf } from '../server/src/model/symbols';
import { configurationAround, legalTexts } from './support/legal-texts';
import { analysisOf } from './support/memory-host';

describe('a text that nginx takes and other parsers do not', () => {
  it.each(legalTexts)('$name', async (legal) => {
    const text = configurationAround(legal);
    const analysis = await analysisOf(text);
    const { main } = analysis.closure;
    expect(main.tree.errors).toEqual([]);
    const grave = analysis.problems.filter(({ severity }) => severity === 'error' || severity === 'warning');
    expect(grave.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);

    const { configuration } = analysis.model;
    expect(outlineOf(main.tree).map(({ label }) => label)).toContain('http');
    expect(foldsIn(main.tree).length).toBeGreaterThan(0);
    for (const { place, symbol } of symbolsOf(configuration).in(main)) {
      expect(text.slice(place.start, place.end).toLowerCase()).toBe(symbol.name.toLowerCase());
    }
    for (const { type } of semanticTokensIn(configuration, main, analysis.problems)) {
      expect(type).not.toBe('unknownDirective');
    }
    for (let offset = 0; offset <= text.length; offset += 1) {
      expect(selectionAt(main.tree, offset).at(-1)).toEqual({ start: 0, end: text.length });
    }
  });

  it('a part of a configuration without what is around it', async () => {
    for (const text of [
      'server { listen 80; location / { return 204; } }',
      'location / { return 204; }',
      'proxy_set_header Host $host;\nproxy_http_version 1.1;',
      'upstream a { server 127.0.0.1:1; }',
      'ssl_protocols TLSv1.2 TLSv1.3;',
    ]) {
      const { problems } = await analysisOf({ '/etc/nginx/snippets/part.conf': text });
      expect(problems.filter(({ severity }) => severity === 'error' || severity === 'warning')).toEqual([]);
    }
  });

  it('entries of a map in a file of their own', async () => {
    const { problems } = await analysisOf({
      '/etc/nginx/nginx.conf':
        'events { } http { map $uri $a { include entries; } server { listen 80; return 200 $a; } }',
      '/etc/nginx/entries': 'default 0;\n~^/a(?<rest>.*)$ 1; # a\n"~^/b{2}" $rest;',
    });
    expect(problems.filter(({ severity }) => severity === 'error' || severity === 'warning')).toEqual([]);
  });
});
