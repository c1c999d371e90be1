import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { locationLenses } from '../server/src/features/code-lens';
import { conditionsText } from '../server/src/features/conditions-text';
import { wayOf } from '../server/src/features/way';
import { sentences, t, useTexts } from '../server/src/l10n';
import type { RuleDocs } from '../server/src/rules/support/rule';
import { rules } from '../server/src/rules/rules.generated';
import { type Analysis, analyze, explain, routes } from '../server/src/service';
import { assumedVersion } from '../server/src/reference/versions';
import { everydayConfigurations } from './live/random/everyday';
import { analysisOf, closureOf, inOnePart } from './support/memory-host';
import { textsOf } from './support/random-texts';
import { settingsFor } from './support/rule-tester';

afterEach(() => useTexts({}));

describe('a text', () => {
  it('is English as long as there is no other', () => {
    expect(t('Add `;` here.')).toBe('Add `;` here.');
    expect(t`${'`a`'} and ${2}`).toBe('`a` and 2');
  });

  it('is that of the language, with its values where they belong there', () => {
    useTexts({ 'Add `;` here.': '在此添加 `;`。', '{0} and {1}': '{1}、{0}', ' ': '' });
    expect(t('Add `;` here.')).toBe('在此添加 `;`。');
    expect(t`${'{1}'} and ${'b'}`).toBe('b、{1}');
    expect(t('Remove it.')).toBe('Remove it.');
    expect(sentences('一。', '', '二。')).toBe('一。二。');
  });
});

/**
 * A language that says nothing but the values: what is English in it was not translated, but for nginx's own words and
 * what is written in the files.
 */
const VALUES_ALONE = new Proxy<Record<string, string>>(
  {},
  { get: (_, key) => ['', ...[...String(key).matchAll(/\{\d+\}/g)].map(([value]) => value), ''].join('·') },
);

const ENGLISH = /[a-z]{2,} [a-z]{2,}|\b(?:empty|passes|blocked|unknown|otherwise|default)\b(?!_)/;

/** The texts in which something of ours is left, by what code marks and quotes do not hold. */
function leftIn(texts: readonly string[]): string[] {
  return texts.filter((text) => ENGLISH.test(text.replaceAll(/`[^`]*`|"[^"]*"/g, '')));
}

/** What people read of a configuration. */
function said(analysis: Analysis): string[] {
  const { problems } = analysis;
  const rows = routes(analysis);
  const found = problems.filter(({ rule }) => !OF_NGINX.has(rule));
  const ways = rows
    .flatMap(({ urls }) => urls.slice(0, 1))
    .map((url) => wayOf(problems, explain(analysis, url)));
  return [
    ...found.map(({ message }) => message),
    ...found.flatMap(({ related }) => related.map(({ message }) => message)),
    ...found.flatMap(({ fixes }) => fixes().map(({ title }) => title)),
    ...rows.flatMap(({ because }) => because.map(({ message }) => message)),
    ...rows.flatMap(({ cases }) => cases.map(({ when }) => conditionsText(when))),
    // Of what is blocked they show what is written.
    ...[...analysis.closure.files.values()]
      .flatMap((file) => locationLenses(rows, file))
      .flatMap(({ verdict, text }) => (verdict === 'blocked' ? [] : [text])),
    ...ways.flatMap(({ outcome, conditions, cases }) => {
      const stations = cases.flatMap((each) => each.stations);
      const steps = stations.flatMap((each) => each.steps);
      return [outcome.replace(/\d{3}.*$/, '')].concat(
        conditions,
        steps.map(({ message }) => message),
      );
    }),
  ];
}

/** They begin with what nginx says. */
const OF_NGINX: ReadonlySet<string> = new Set([
  'argument-count',
  'directive-context',
  'directive-duplicate',
  'directive-value',
  'include-missing',
  'server-name-conflict',
  'unknown-directive',
  'variable-unknown',
]);

describe('in a language that says nothing but the values', () => {
  it('nothing of the examples of rules is English', async () => {
    const folder = join(import.meta.dirname, '../server/src/rules');
    const ids = new Set(readdirSync(folder));
    for (const rule of rules) {
      expect(ids).toContain(`${rule.id}.ts`);
      const { docs } = (await import(`../server/src/rules/${rule.id}.ts`)) as { readonly docs: RuleDocs };
      useTexts(VALUES_ALONE);
      const texts = said(await analysisOf(docs.bad, assumedVersion, settingsFor(rule)));
      useTexts({});
      expect([rule.id, ...leftIn(texts)]).toEqual([rule.id]);
    }
  });

  it('nothing of random configurations is English, such as people write', async () => {
    const left = new Set<string>();
    for (const directives of everydayConfigurations(SEED, RUNS)) {
      const closure = await closureOf(textsOf(directives), { makeFile: inOnePart });
      useTexts(VALUES_ALONE);
      const analysis = analyze(closure, {
        version: assumedVersion,
        versionFrom: 'assumed',
        onFault: () => {},
      });
      for (const text of leftIn(said(analysis))) left.add(text);
      useTexts({});
    }
    expect([...left]).toEqual([]);
  });
});

const SEED = 20_261_130;
const RUNS = 12;

describe('what the walkthrough quotes', () => {
  it.each(['', 'zh-cn', 'zh-tw'])('is said, in each language: %s', async (language) => {
    const root = join(import.meta.dirname, '..');
    const read = (path: string): string => readFileSync(join(root, path), 'utf8');
    const page = read(`docs/walkthrough/fix${language === '' ? '' : `.nls.${language}`}.md`);
    const example = read('examples/nginx.conf').replaceAll(
      /^ *proxy_(?:http_version 1\.1|set_header (?:Upgrade|Connection) .*);\n/gm,
      '',
    );
    const bundle = language === '' ? {} : JSON.parse(read(`l10n/bundle.l10n.${language}.json`));
    useTexts(bundle);
    const { problems } = await analysisOf(example, assumedVersion, {}, 'assumed');
    const [quoted] = /(?<=^> ).*$/m.exec(page) ?? [];
    expect(problems.map(({ message }) => message)).toContain(quoted);
  });
});
