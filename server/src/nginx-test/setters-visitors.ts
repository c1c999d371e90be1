import type { ConfigDirective } from '../model/configuration';
import { addHashKey } from './hash-keys';
import { lowerAscii } from '../values/server-name';
import type { Conf } from './conf';
import type { Reading } from './reading';
import { directiveFault, type Fault, wrong } from './refusal';
import { has, type Setter, valuesOf } from './setters';
import { parseSeconds } from '../values/time';

/** What http knows about its visitors: referer, browser, user id (ngx_http_referer, _browser and _userid_filter modules). */

/** `valid_referers`; merging asks whether it has names (ngx_http_valid_referers). */
const validReferers: Setter = (directive, conf, reading) => {
  for (const [at, value] of valuesOf(directive).entries()) {
    const fault = refererFault(directive, at + 1, value, conf, reading);
    if (fault !== null) return fault;
  }
  return null;
};

function refererFault(
  directive: ConfigDirective,
  word: number,
  value: string,
  conf: Conf,
  reading: Reading,
): Fault | null {
  if (value === '') return wrong('invalid referer ""', word);
  if (value === 'none' || value === 'blocked') {
    conf.notes.set('referers without name', '');
    return null;
  }
  if (value === 'server_names') {
    conf.notes.set('referers of the server', '');
    return null;
  }
  if (value === '~') return wrong(`empty regex in "${value}"`, word);
  if (value.startsWith('~')) return reading.pattern(directive, word, value.slice(1));
  const slash = value.indexOf('/');
  return addReferer(slash === -1 ? value : value.slice(0, slash), word, conf);
}

function addReferer(name: string, word: number, { notes }: Conf): Fault | null {
  switch (addHashKey(notes, name, true)) {
    case 'added':
      notes.set('referers', '');
      return null;
    case 'invalid':
      return wrong(`invalid hostname or wildcard "${name}"`, word);
    case 'conflict': {
      const text = `conflicting parameter "${lowerAscii(name)}"`;
      return { text, word, rule: 'directive-duplicate' };
    }
  }
}

const BROWSERS: ReadonlySet<string> = new Set(['opera', 'msie', 'gecko', 'safari', 'konqueror']);

/** `modern_browser NAME VERSION`; `unlisted` has no version. It returns NGX_CONF_ERROR for others without a message. */
const modernBrowser: Setter = (directive) => {
  const [name = '', version] = valuesOf(directive);
  if (version === undefined) {
    if (name === 'unlisted') return null;
    return {
      text: `nginx refuses "modern_browser ${name}" without a version, and does not say so`,
      isSilent: true,
    };
  }
  if (!BROWSERS.has(name.toLowerCase())) return wrong(`unknown browser name "${name}"`, 1);
  return /^[\d.]*$/.test(version) ? null : wrong(`invalid browser version "${version}"`, 2);
};

const userIdExpires: Setter = (directive, conf) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  const value = directive.argument(0);
  if (value === 'max' || value === 'off' || parseSeconds(value) !== null) return null;
  return directiveFault(directive.name, 'invalid value', 1);
};

const userIdMark: Setter = (directive, conf) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
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
