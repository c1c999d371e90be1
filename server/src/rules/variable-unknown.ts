import { t } from '../l10n';
import { connectionHeaders } from '../model/levels';
import type { Model } from '../model/model';
import { variablesIn } from '../values/script';
import { isOfOtherBuild, variableSince, type VariablePart } from '../reference/variable-facts';
import { variableNames } from '../reference/variables.generated';
import { formatVersion } from '../reference/versions';
import { nearNames } from './support/near-names';
import { refusalsFor } from './support/refusals';
import type { Finding, Fix, NginxCheck, Rule, RuleDocs } from './support/rule';

export const rule: Rule = {
  id: 'variable-unknown',
  category: 'syntax',
  severity: 'error',
  fix: 'suggestion',
  check: { visits: 'configuration', run: (model, _routes, nginx) => check(model, nginx) },
};

function* check(model: Model, nginx: NginxCheck): Generator<Finding> {
  const refusals = [...refusalsFor('variable-unknown', model, nginx)];
  if (refusals.length === 0) return;
  const said = connectionVariables(model);
  for (const { text, place, context } of refusals) {
    const name = /^unknown "(.*)" variable$/s.exec(text)?.[1] ?? '';
    if (said.has(name)) continue;
    if (/^[1-9]$/.test(name)) {
      yield captureInBraces(name, text, place);
      continue;
    }
    const part = context === 'stream' ? 'stream' : 'http';
    const absent = ofAnotherNginx({ name, text, place, part }, model, nginx);
    if (absent !== null) {
      yield absent;
      continue;
    }
    const [near = null] = nearNames(name, [...variableNames, ...model.maps.keys()]);
    const advice = near === null ? t('Define it, or correct its name.') : t`Did you mean \`$${near}\`?`;
    yield {
      severity: 'error',
      message: t`${text}: nginx refuses to start, because nothing defines \`$${name}\`. ${advice}`,
      place,
      fixes: () => (near === null ? [] : fixesFor(name, near, place)),
    };
  }
}

/** A variable of nginx's manual that this release, or this build, does not have: until the version is set, only a hint. */
function ofAnotherNginx(
  { name, text, place, part }: { name: string; text: string; place: Finding['place']; part: VariablePart },
  { version }: Model,
  { versionIsSet }: NginxCheck,
): Finding | null {
  const severity = versionIsSet ? 'error' : 'hint';
  const since = variableSince(name, part);
  if (since !== null) {
    const has = t`nginx ${formatVersion(version)} does not have it: it came with ${formatVersion(since)}`;
    return { severity, message: t`${text}: ${has}.`, place };
  }
  if (!isOfOtherBuild(name)) return null;
  const has = t('it belongs to the commercial nginx, or to a module that this one does not have');
  return { severity, message: t`${text}: ${has}.`, place };
}

/** `${1}` is a variable named 1. A capture has one digit, so the correct form of `${1}2` is `$12`. */
function captureInBraces(name: string, text: string, place: Finding['place']): Finding {
  const start = place.file.text.indexOf(`\${${name}}`, place.start);
  const edit = { file: place.file, start, end: start + name.length + 3, newText: `$${name}` };
  return {
    severity: 'error',
    message: t`${text}: nginx refuses to start, because a capture takes no braces. Write \`$${name}\`; it has one digit, and what follows is text.`,
    place,
    fixes: () =>
      start === -1 || start >= place.end
        ? []
        : [{ title: t`Change it to \`$${name}\``, kind: 'suggestion', edits: [edit] }],
  };
}

/** Variables of `proxy_set_header Connection`: the rule connection-map-missing reports and fixes them. */
function connectionVariables(model: Model): Set<string> {
  const names = new Set<string>();
  for (const directive of connectionHeaders(model.configuration)) {
    for (const name of variablesIn(directive.argument(1))) names.add(name);
  }
  return names;
}

function fixesFor(name: string, near: string, place: Finding['place']): Fix[] {
  const text = place.file.text.slice(place.start, place.end);
  const at = text.toLowerCase().search(new RegExp(String.raw`\$\{?${name}(?!\w)`));
  if (at === -1) return [];
  const start = place.start + text.toLowerCase().indexOf(name, at);
  const edit = { file: place.file, start, end: start + name.length, newText: near };
  return [{ title: t`Change it to \`$${near}\``, kind: 'suggestion', edits: [edit] }];
}

export const docs: RuleDocs = {
  what: 'A variable is used that nothing defines.',
  why:
    'nginx refuses to start: `unknown "…" variable`, without a file or a line, and last of all, so that other mistakes ' +
    'hide it.',
  how: 'Correct the name, or define the variable: with `map`, `set`, `geo` or a named group of a pattern.',
  bad: `
events {}
http {
    server {
        listen 80;
        return 200 "$reqest_uri";
    }
}
`,
  good: `
events {}
http {
    server {
        listen 80;
        return 200 "$request_uri";
    }
}
`,
  proof: [
    { sees: { refused: 'unknown "reqest_uri" variable', line: null } },
    {
      claim: 'another mistake hides it',
      text: { bad: [['return', 'keepalive_timeout soon;\n        return']] },
      sees: { refused: '"keepalive_timeout" directive invalid value', line: 5 },
      mended: 'same',
      ownWords: true,
    },
    {
      claim: 'variables that are defined',
      text: {
        good: [
          ['server {', 'map $uri $by_map { default 1; }\n    geo $by_geo { default 1; }\n    server {'],
          [
            'return 200 "$request_uri";',
            'set $by_set 1;\n        location ~ ^/(?<by_group>.*) { return 200 $by_map$by_geo$by_set$by_group; }',
          ],
        ],
      },
      finds: false,
      sees: { starts: true },
    },
  ],
  sources: ['https://nginx.org/en/docs/varindex.html'],
};
