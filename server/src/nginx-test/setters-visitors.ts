import { hashKeyFault } from './hash-keys';
import { parseTime } from './numbers';
import { directiveFault, wrong } from './refusal';
import { firstOf, has, type Setter, valuesOf } from './setters';

/** What http knows of its visitors: referer, browser, mark (ngx_http_referer, _browser and _userid_filter modules). */

const REFERER_WORDS: ReadonlySet<string> = new Set(['none', 'blocked', 'server_names']);

const validReferers: Setter = (directive, { notes }, reading) =>
  firstOf(
    valuesOf(directive).map((value, at) => {
      const word = at + 1;
      if (value === '') return wrong('invalid referer ""', word);
      if (REFERER_WORDS.has(value)) return null;
      if (value.startsWith('~')) {
        if (value.length === 1) return wrong(`empty regex in "${value}"`, word);
        return reading.pattern(directive, word, value.slice(1));
      }
      const [host = ''] = value.split('/');
      return hashKeyFault(host.toLowerCase(), notes, true, word);
    }),
  );

const BROWSERS: ReadonlySet<string> = new Set(['opera', 'msie', 'gecko', 'safari', 'konqueror']);

/** `modern_browser NAME VERSION`; `unlisted` stands alone. */
const modernBrowser: Setter = (directive) => {
  const [name = '', version] = valuesOf(directive);
  if (version === undefined) return null;
  if (!BROWSERS.has(name.toLowerCase())) return wrong(`unknown browser name "${name}"`, 1);
  return /^[\d.]*$/.test(version) ? null : wrong(`invalid browser version "${version}"`, 2);
};

const userIdExpires: Setter = (directive, scope) => {
  if (has(scope, directive.name)) return directiveFault(directive.name, 'is duplicate');
  const value = directive.argument(0);
  if (value === 'max' || value === 'off' || parseTime(value, true) !== null) return null;
  return directiveFault(directive.name, 'invalid value', 1);
};

const userIdMark: Setter = (directive, scope) => {
  if (has(scope, directive.name)) return directiveFault(directive.name, 'is duplicate');
  const value = directive.argument(0);
  if (value === 'off' || /^[A-Za-z\d=]$/.test(value)) return null;
  return directiveFault(directive.name, 'value must be "off" or a single letter, digit or "="', 1);
};

export const visitorSetters: Readonly<Record<string, Setter>> = {
  valid_referers: validReferers,
  modern_browser: modernBrowser,
  userid_expires: userIdExpires,
  userid_mark: userIdMark,
};
