import type { ProbeHeader, ProbeParams } from '../../server/src/protocol';
import type { Localizer } from './localizer';

/** What a person may choose for a probe beside its URL. */
export type ProbeOptions = Omit<ProbeParams, 'url' | 'workDoneToken'>;

/**
 * What is wrong with a URL while it is being typed, in a sentence; null when it is one of a WebSocket. The server is
 * stricter, and has the last word.
 */
export function urlProblem(text: string, l10n: Localizer): string | null {
  if (!/^(?:wss?|https?):\/\//i.test(text))
    return l10n.t('Write the URL in full: it begins with ws:// or wss://.');
  if (/\s/.test(text)) return l10n.t('A URL has no blanks.');
  if (text.includes('#')) return l10n.t('A WebSocket URL has no fragment (#…).');
  const authority = /^\w+:\/\/([^/?]*)/.exec(text)?.[1] ?? '';
  if (authority === '') return l10n.t('A host is missing after the two slashes.');
  if (authority.includes('@'))
    return l10n.t('Leave user and password out: send them in a header, such as Authorization.');
  return URL.canParse(text) ? null : l10n.t('The URL cannot be read: is its host or its port mistyped?');
}

/** The host of a URL with its port, as a person is asked about it; the text itself where it cannot be read. */
export function hostOf(url: string): string {
  return /^\w+:\/\/([^/?#]*)/.exec(url)?.[1] ?? url;
}

/** The values of parameters that are credentials; those too short to be secret are left out. */
export function querySecrets(url: string): string[] {
  const found = url.matchAll(
    /[?&](?:[^=&#]*(?:token|secret|password|passwd|api[-_]?key)[^=&#]*|auth|authorization|jwt|key|sid|sig|signature|ticket)=([^&#]{4,})/gi,
  );
  return [...found].map(([, value = '']) => value);
}

/** URLs that a text without a scheme may mean. */
export function guessedUrls(text: string, l10n: Localizer): string[] {
  if (text === '' || /^\w+:\/\//.test(text) || !/^[\w.[\]:-]+(?:[/?]\S*)?$/.test(text)) return [];
  return [`ws://${text}`, `wss://${text}`].filter((url) => urlProblem(url, l10n) === null);
}

/** Reads `Name: value`; an error is a sentence. */
export function readHeader(text: string, l10n: Localizer): ProbeHeader | string {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/.exec(text.trim()) ?? [];
  return name === undefined || value === undefined ? l10n.t('Write it as Name: value.') : [name, value];
}

/** Reads a list, separated by commas or blanks. */
export function readProtocols(text: string, l10n: Localizer): readonly string[] | string {
  const names = text.split(/[\s,]+/).filter((name) => name !== '');
  const wrong = names.find((name) => !/^[!#$%&'*+.^_`|~\w-]+$/.test(name));
  return wrong === undefined ? names : l10n.t('`{0}` is no name of a subprotocol.', wrong);
}

/** What is wrong with an Origin while it is being typed, in a sentence; null for one that a browser may send. */
export function originProblem(text: string, l10n: Localizer): string | null {
  return /^(?:null|[a-z][a-z\d+.-]*:\/\/[^\s/?#@\\]+)$/i.test(text)
    ? null
    : l10n.t('Write scheme and host, such as https://chat.example, without a path.');
}

/** Reads `HOST:PORT`; undefined for nothing, an error is an object. */
export function connectProblem(text: string, l10n: Localizer): string | null {
  const port = Number(/^(?:\[[\da-f:.]+\]|[^\s:/[\]]+):(\d{1,5})$/i.exec(text)?.[1]);
  return port > 0 && port <= 65_535 ? null : l10n.t('Write HOST:PORT, such as 127.0.0.1:8443.');
}

/** A day: the server waits no longer. */
const LONGEST_WAIT = 86_400;

export function secondsProblem(text: string, l10n: Localizer): string | null {
  const seconds = Number(text);
  return text.trim() !== '' && seconds > 0 && seconds <= LONGEST_WAIT
    ? null
    : l10n.t('Write a number of seconds above 0, {0} at most.', LONGEST_WAIT);
}

/**
 * What differs from the plainest probe, in a sentence or none. Of headers the names alone: their values may be secret.
 */
export function optionsText(options: ProbeOptions, l10n: Localizer): string {
  const { headers = [], protocols = [], origin, connect, insecure, message, hold, timeout } = options;
  const parts = [
    ...(connect === undefined ? [] : [l10n.t('connected to {0}', connect)]),
    ...(headers.length === 0 ? [] : [l10n.t('headers {0}', headers.map(([name]) => name).join(', '))]),
    ...(protocols.length === 0 ? [] : [l10n.t('subprotocols {0}', protocols.join(', '))]),
    ...(typeof origin === 'string' ? [l10n.t('Origin {0}', origin)] : []),
    ...(origin === null ? [l10n.t('no second handshake with an Origin')] : []),
    ...(insecure === true ? [l10n.t('an untrusted certificate accepted')] : []),
    ...(message === undefined ? [] : [l10n.t('a message sent')]),
    ...(hold === undefined ? [] : [l10n.t('held for {0} s', hold)]),
    ...(timeout === undefined ? [] : [l10n.t('timeout {0} s', timeout)]),
  ];
  return parts.length === 0 ? '' : l10n.t('With options: {0}.', parts.join('; '));
}
