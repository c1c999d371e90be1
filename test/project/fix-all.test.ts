import { describe, expect, it } from 'vitest';
import { withTexts } from '../../server/src/model/load';
import { fixAll, type FixAllOptions } from '../../server/src/project/fix-all';
import { problemsOf } from '../../server/src/project/problems';
import { type Analysis, analyze } from '../../server/src/service';
import { analysisOf } from '../support/memory-host';

const SHARED = '/n/shared.conf';
const SITE =
  'server {\n    listen 80;\n    location /ws {\n        proxy_pass http://a;\n    }\n    location / {\n        proxy_pass http://a;\n        proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection $connection_upgrade;\n    }\n}\n';

const including = (path: string, http = ''): Promise<Analysis> =>
  analysisOf({ [path]: `events {}\nhttp {\n${http}    include ${SHARED};\n}\n`, [SHARED]: SITE });

/** The texts that fix-all makes, by path. */
const fixed = (analyses: readonly Analysis[], options?: FixAllOptions): Map<string, string> =>
  new Map(fixAll(analyses, options).map(({ file, text }) => [file.realPath, text]));

describe('fix-all over several configurations', () => {
  it('mends what they share once, and each main file', async () => {
    const analyses = [await including('/n/a.conf'), await including('/n/b.conf')];
    const texts = fixed(analyses);
    expect([...texts.keys()].toSorted()).toEqual(['/n/a.conf', '/n/b.conf', SHARED]);
    for (const main of ['/n/a.conf', '/n/b.conf']) {
      expect(texts.get(main)?.match(/map \$http_upgrade \$connection_upgrade/g)).toHaveLength(1);
    }
    expect(texts.get(SHARED)?.match(/proxy_set_header Upgrade/g)).toHaveLength(2);
    const after = analyses.map(({ closure, options }) => analyze(withTexts(closure, texts), options));
    expect(
      problemsOf(after).filter(({ severity }) => severity === 'error' || severity === 'warning'),
    ).toEqual([]);
    expect(fixed(after).size).toBe(0);
  });

  it('is the same in any order', async () => {
    const analyses = [
      await including('/n/a.conf'),
      await including('/n/b.conf'),
      await including('/n/c.conf'),
    ];
    expect(fixed(analyses.toReversed())).toEqual(fixed(analyses));
  });

  it('leaves alone what would be wrong in one of them', async () => {
    const forwarding =
      '    proxy_http_version 1.1;\n    proxy_set_header Upgrade $http_upgrade;\n    proxy_set_header Connection "upgrade";\n';
    const map = '    map $http_upgrade $connection_upgrade { default upgrade; "" ""; }\n';
    const wrong = await including('/n/a.conf', map);
    const right = await including('/n/b.conf', map + forwarding);
    expect(
      fixed([wrong])
        .get(SHARED)
        ?.match(/proxy_set_header Upgrade/g),
    ).toHaveLength(2);
    expect(fixed([wrong, right]).get(SHARED) ?? SITE).not.toMatch(/\/ws \{[^}]*Upgrade/);
    // What only one of them has is mended as before.
    expect(fixed([await including('/n/a.conf'), right]).has('/n/a.conf')).toBe(true);
  });

  it('keeps to one rule or one file', async () => {
    const analyses = [await including('/n/a.conf'), await including('/n/b.conf')];
    expect([...fixed(analyses, { rule: 'connection-map-missing' }).keys()].toSorted()).toEqual([
      '/n/a.conf',
      '/n/b.conf',
    ]);
    expect(fixed(analyses, { files: new Set(['/n/a.conf']) }).size).toBe(0);
  });
});
