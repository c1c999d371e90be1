import type { ProbeHeader, ProbeParams } from '../../server/src/protocol';

/** What a person may choose for a probe beside its URL. */
export type ProbeOptions = Omit<ProbeParams, 'url' | 'workDoneToken'>;

/**
 * What is wrong with a URL while it is being typed, in a sentence; null when it is one of a WebSocket. The server is
 * stricter, and has the last word.
 */
export function urlProblem(text: string): string | null {
  if (!/^(?:wss?|https?):\/\//i.test(text)) return 'Write the URL in full: it begins with ws:// or wss://.';
  if (/\s/.test(text)) return 'A URL has no blanks.';
  if (text.includes('#')) return 'A WebSocket URL has no fragment (#…).';
  const authority = /^\w+:\/\/([^/?]*)/.exec(text)?.[1] ?? '';
  if (authority === '') return 'A host is missing after the two slashes.';
  if (authority.includes('@'))
    return 'Leave user and password out: send them in a header, such as Authorization.';
  return URL.canParse(text) ? null : 'The URL cannot be read: is its host or its port mistyped?';
}

/** The host of a URL with its port, as a person is asked about it; the text itself where it cannot be read. */
export function hostOf(url: string): string {
  return /^\w+:\/\/([^/?#]*)/.exec(url)?.[1] ?? url;
}

/** The values of parameters that prove who somebody is; those too short to be secret are left out. */
export function querySecrets(url: string): string[] {
  const found = url.matchAll(
    /[?&](?:[^=&#]*(?:token|secret|password|passwd|api[-_]?key)[^=&#]*|auth|authorization|jwt|key|sid|sig|signature|ticket)=([^&#]{4,})/gi,
  );
  return [...found].map(([, value = '']) => value);
}

/** URLs that a text without a scheme may stand for. */
export function guessedUrls(text: string): string[] {
  if (text === '' || /^\w+:\/\//.test(text) || !/^[\w.[\]:-]+(?:[/?]\S*)?$/.test(text)) return [];
  return [`ws://${text}`, `wss://${text}`].filter((url) => urlProblem(url) === null);
}

/** Reads `Name: value`; an error is a sentence. */
export function readHeader(text: string): ProbeHeader | string {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/.exec(text.trim()) ?? [];
  return name === undefined || value === undefined ? 'Write it as Name: value.' : [name, value];
}

/** Reads a list, separated by commas or blanks. */
export function readProtocols(text: string): readonly string[] | string {
  const names = text.split(/[\s,]+/).filter((name) => name !== '');
  const wrong = names.find((name) => !/^[!#$%&'*+.^_`|~\w-]+$/.test(name));
  return wrong === undefined ? names : `\`${wrong}\` is no name of a subprotocol.`;
}

/** Reads `HOST:PORT`; undefined for nothing, an error is an object. */
export function connectProblem(text: string): string | null {
  const port = Number(/^(?:\[[\da-f:.]+\]|[^\s:/[\]]+):(\d{1,5})$/i.exec(text)?.[1]);
  return port > 0 && port <= 65_535 ? null : 'Write HOST:PORT, such as 127.0.0.1:8443.';
}

/** A day: the server waits no longer. */
const LONGEST_WAIT = 86_400;

export function secondsProblem(text: string): string | null {
  const seconds = Number(text);
  return text.trim() !== '' && seconds > 0 && seconds <= LONGEST_WAIT
    ? null
    : `Write a number of seconds above 0, ${LONGEST_WAIT} at most.`;
}

/**
 * What differs from the plainest probe, in a sentence or none. Of headers the names alone: their values may be secret.
 */
export function optionsText(options: ProbeOptions): string {
  const { headers = [], protocols = [], connect, insecure, message, hold, timeout } = options;
  const parts = [
    ...(connect === undefined ? [] : [`connected to ${connect}`]),
    ...(headers.length === 0 ? [] : [`headers ${headers.map(([name]) => name).join(', ')}`]),
    ...(protocols.length === 0 ? [] : [`subprotocols ${protocols.join(', ')}`]),
    ...(insecure === true ? ['an untrusted certificate accepted'] : []),
    ...(message === undefined ? [] : ['a message sent']),
    ...(hold === undefined ? [] : [`held for ${hold} s`]),
    ...(timeout === undefined ? [] : [`timeout ${timeout} s`]),
  ];
  return parts.length === 0 ? '' : `With options: ${parts.join('; ')}.`;
}
