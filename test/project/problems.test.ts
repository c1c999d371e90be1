import { describe, expect, it } from 'vitest';
import { problemsByFile, problemsIn, problemsOf } from '../../server/src/project/problems';
import type { Problem } from '../../server/src/rules/support/problem';
import type { RuleSettings } from '../../server/src/rules/support/severity';
import type { Analysis } from '../../server/src/service';
import { analysisOf } from '../support/memory-host';

const RULE = 'websocket-upgrade-missing';
const SHARED = '/n/shared.conf';
const LOCATION = 'location /ws {\n    proxy_pass http://a;\n    proxy_read_timeout 1h;\n}\n';
const SITE = `server {\n    listen 80;\n${LOCATION}}\n`;
const FORWARDING =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";';

/** The analysis of a main file at a path that includes the shared one. */
function including(
  path: string,
  {
    http = '',
    shared = SITE,
    rules = {},
  }: { readonly http?: string; readonly shared?: string; readonly rules?: RuleSettings } = {},
): Promise<Analysis> {
  const main = `events {}\nhttp {\n    ${http}\n    include ${SHARED};\n}\n`;
  return analysisOf({ [path]: main, [SHARED]: shared }, undefined, rules);
}

const ofRule = (problems: readonly Problem[], rule = RULE): Problem[] =>
  problems.filter((problem) => problem.rule === rule);

/** What people see of a problem, in plain data. */
const shown = (problems: readonly Problem[]): unknown[] =>
  problems.map(({ rule, severity, message, place, related, fixes }) => ({
    rule,
    severity,
    message,
    path: place.file.realPath,
    start: place.start,
    related: related.map((each) => each.message),
    fixes: fixes().map(({ title, edits }) => [
      title,
      edits.map((edit) => [edit.file.realPath, edit.start, edit.newText]),
    ]),
  }));

/** The edits of the first fix, by file. */
const editedFiles = (problem: Problem | undefined): string[] =>
  (problem?.fixes()[0]?.edits ?? []).map(({ file }) => file.realPath).toSorted();

describe('the problems of several configurations', () => {
  it('are those of the one where there is one', async () => {
    const analysis = await including('/n/a.conf');
    expect(problemsOf([analysis])).toBe(analysis.problems);
    expect(problemsOf([])).toEqual([]);
    expect(problemsIn([], SHARED)).toEqual([]);
  });

  it('have one of a shared file once, with the fix that is right in all', async () => {
    const problems = ofRule(problemsOf([await including('/n/a.conf'), await including('/n/b.conf')]));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(/Add the three directives\. This is meant for WebSocket: [^()]*\.$/);
    expect(problems[0]?.fixes()).toHaveLength(2);
  });

  it('have the highest severity, whichever comes last', async () => {
    const plain = await including('/n/a.conf');
    const strict = await including('/n/b.conf', { rules: { [RULE]: 'error' } });
    const lenient = await including('/n/c.conf', { rules: { [RULE]: 'hint' } });
    for (const order of [
      [plain, strict, lenient],
      [lenient, strict, plain],
      [strict, lenient, plain],
    ]) {
      const problems = ofRule(problemsOf(order));
      expect(problems.map(({ severity }) => severity)).toEqual(['error']);
      expect(problems[0]?.contexts).toEqual([]);
      expect(problems[0]?.fixes()).toHaveLength(2);
    }
  });

  it('name the configurations that have it when others do not, and have no fix for these then', async () => {
    const wrong = await including('/n/a.conf');
    const right = await including('/n/b.conf', { http: FORWARDING });
    const [problem, ...rest] = ofRule(problemsOf([wrong, right]));
    expect(rest).toEqual([]);
    expect(problem?.message).toMatch(
      /Add the three directives\. This is meant for WebSocket: [^()]*\. \(In the configuration of a\.conf\.\)$/,
    );
    expect(problem?.fixes()).toEqual([]);
    const third = await including('/m/a.conf');
    const [both] = ofRule(problemsOf([right, wrong, third]));
    expect(both?.message).toMatch(/\(In the configurations of m\/a\.conf; n\/a\.conf\.\)$/);
    const more = await Promise.all(['/x/1', '/x/2', '/x/3'].map((path) => including(path)));
    const [many] = ofRule(problemsOf([...more, right, wrong, third]));
    expect(many?.message).toMatch(/\(In the configurations of m\/a\.conf; n\/a\.conf; 1; and 2 more\.\)$/);
  });

  it('name the instance where all configurations have it, but not in all instances', async () => {
    const location = { [SHARED]: LOCATION };
    const main = (inner: string): string => `events {}\nhttp {\n${inner}}\n`;
    const whole = await analysisOf({
      '/n/a.conf': main(`server { include ${SHARED}; }\n`),
      ...location,
    });
    const partial = await analysisOf({
      '/n/b.conf': main(`server { include ${SHARED}; }\nserver { ${FORWARDING} include ${SHARED}; }\n`),
      ...location,
    });
    const [problem, ...rest] = ofRule(problemsIn([whole, partial], SHARED));
    expect(rest).toEqual([]);
    expect(problem?.message).toMatch(
      /directives\. This is meant for WebSocket: [^()]*\. \(Where b\.conf, line 3, includes it\.\) \(In the configuration of a\.conf\.\)$/,
    );
    expect(problem?.fixes()).toEqual([]);
  });

  it('are the same in any order', async () => {
    const analyses = [
      await including('/n/a.conf', { rules: { [RULE]: 'error' } }),
      await including('/n/b.conf', { http: 'proxy_http_version 1.1;' }),
      await including('/n/c.conf', { http: FORWARDING }),
      await including('/n/d.conf', { http: 'include gone.conf;' }),
    ];
    const all = shown(problemsIn(analyses, SHARED));
    expect(all.length).toBeGreaterThan(1);
    for (let turn = 1; turn < analyses.length; turn += 1) {
      const order = [...analyses.slice(turn), ...analyses.slice(0, turn)];
      expect(shown(problemsIn(order, SHARED))).toEqual(all);
      expect(shown(problemsIn(order.toReversed(), SHARED))).toEqual(all);
      expect(shown(problemsOf(order).filter(({ place }) => place.file.realPath === SHARED))).toEqual(all);
    }
  });

  it('do to each file of one configuration alone what that needs', async () => {
    const shared =
      'server {\n    listen 80;\n    location / {\n        proxy_pass http://a;\n        proxy_set_header Connection $connection_upgrade;\n    }\n}\n';
    const rule = 'connection-map-missing';
    const [a, b] = [await including('/n/a.conf', { shared }), await including('/n/b.conf', { shared })];
    expect(editedFiles(ofRule(a.problems, rule)[0])).toEqual(['/n/a.conf']);
    const problems = ofRule(problemsOf([a, b]), rule);
    expect(problems).toHaveLength(1);
    expect(editedFiles(problems[0])).toEqual(['/n/a.conf', '/n/b.conf']);
  });

  it('say of a comment that silences nothing when it does so in no configuration', async () => {
    const silenced = SITE.replace(
      '    proxy_pass',
      `    # nginx-websocket-disable-next-line ${RULE}\n    proxy_pass`,
    );
    const used = await including('/n/a.conf', { shared: silenced });
    const unused = await including('/n/b.conf', { shared: silenced, http: FORWARDING });
    const rule = 'suppression-unused';
    expect(ofRule(unused.problems, rule)).toHaveLength(1);
    expect(ofRule(problemsOf([used, unused]), rule)).toEqual([]);
    expect(ofRule(problemsOf([used, unused]))).toEqual([]);
    const too = await including('/n/c.conf', { shared: silenced, http: FORWARDING });
    expect(ofRule(problemsOf([too, unused]), rule)).toHaveLength(1);
  });
});

it('every file of several configurations is there once, with its problems in the order of the text', async () => {
  const shared = `${SITE}${SITE.replace('80', '81')}`;
  const analyses = [
    await including('/n/a.conf', { shared }),
    await including('/n/b.conf', { shared, http: 'include gone.conf;' }),
  ];
  const files = problemsByFile(analyses);
  expect(files.map(({ file, mains }) => [file.realPath, mains.map((main) => main.realPath)])).toEqual([
    ['/n/a.conf', ['/n/a.conf']],
    [SHARED, ['/n/a.conf', '/n/b.conf']],
    ['/n/b.conf', ['/n/b.conf']],
  ]);
  const starts = files[1]?.problems.map(({ place }) => place.start) ?? [];
  expect(starts.length).toBeGreaterThan(1);
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  for (const { file, problems } of files) {
    expect(shown(problems)).toEqual(shown(problemsIn(analyses, file.realPath)));
  }
});
