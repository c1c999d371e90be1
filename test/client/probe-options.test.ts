import { describe, expect, it } from 'vitest';
import {
  connectProblem,
  guessedUrls,
  hostOf,
  originProblem,
  optionsText,
  readHeader,
  readProtocols,
  secondsProblem,
  urlProblem,
} from '../../client/src/probe-options';
import { readOrigin } from '../../server/src/probe/origin';
import { readTarget } from '../../server/src/probe/target';
import { english } from '../support/localizer';

describe('a URL that is typed', () => {
  it.each(['ws://localhost', 'wss://chat.example:8443/a?b=c', 'http://[::1]:80/', 'HTTPS://chat.example/é'])(
    'is taken: %s',
    (url) => {
      expect(urlProblem(url, english)).toBeNull();
      expect(() => readTarget(url)).not.toThrow();
    },
  );

  it.each([
    ['', /ws:\/\//],
    ['chat.example/hub', /ws:\/\//],
    ['ftp://chat.example', /ws:\/\//],
    ['ws://', /host/],
    ['ws:///hub', /host/],
    ['ws://chat.example/#top', /fragment/],
    ['ws://me:secret@chat.example', /password/],
    ['ws://chat.example/a b', /blanks/],
    ['ws://chat.example:99999/', /mistyped/],
  ])('is not: %s', (url, problem) => {
    expect(urlProblem(url, english)).toMatch(problem);
    // A password is not repeated.
    expect(urlProblem(url, english)).not.toContain('secret');
  });

  it.each([
    ['localhost:8080/chat', ['ws://localhost:8080/chat', 'wss://localhost:8080/chat']],
    ['chat.example', ['ws://chat.example', 'wss://chat.example']],
    ['[::1]:80', ['ws://[::1]:80', 'wss://[::1]:80']],
    ['', []],
    ['what is this', []],
    ['ws://chat.example', []],
  ])('may lack its scheme: %s', (text, urls) => {
    expect(guessedUrls(text, english)).toEqual(urls);
  });

  it('has a host that people are asked about', () => {
    expect(hostOf('wss://chat.example:8443/hub?token=abc')).toBe('chat.example:8443');
    expect(hostOf('ws://chat.example?token=abc')).toBe('chat.example');
  });
});

describe('options', () => {
  it('are read', () => {
    expect(readHeader(' Origin:  https://a.example ', english)).toEqual(['Origin', 'https://a.example']);
    expect(readHeader('Empty:', english)).toEqual(['Empty', '']);
    expect(readHeader('no colon', english)).toMatch(/Name: value/);
    expect(readProtocols('chat, superchat', english)).toEqual(['chat', 'superchat']);
    expect(readProtocols('chat; q=1', english)).toMatch(/no name/);
  });

  it('are judged as they are typed', () => {
    for (const good of ['127.0.0.1:80', '[::1]:8443', 'chat.example:1'])
      expect(connectProblem(good, english)).toBeNull();
    for (const bad of ['localhost', ':80', 'a:0', 'a:65536', '::1:80', '']) {
      expect(connectProblem(bad, english)).toMatch(/HOST:PORT/);
    }
    for (const good of ['https://chat.example', 'http://[::1]:80', 'null', 'vscode-webview://a']) {
      expect(originProblem(good, english)).toBeNull();
      expect(readOrigin(good)).toBe(good);
    }
    for (const bad of ['chat.example', 'https://chat.example/', 'https://', ''])
      expect(originProblem(bad, english)).toMatch(/scheme and host/);
    for (const good of ['1', '0.5', '86400']) expect(secondsProblem(good, english)).toBeNull();
    for (const bad of ['0', '-1', 'x', '86401', ' ']) expect(secondsProblem(bad, english)).toMatch(/seconds/);
  });

  it('are told without what may be secret', () => {
    const text = optionsText(
      {
        headers: [
          ['Cookie', 'session=abcdef'],
          ['X-Own', 'hidden too'],
        ],
        protocols: ['chat'],
        connect: '127.0.0.1:80',
        insecure: true,
        message: 'a secret message',
        hold: 5,
        timeout: 2,
      },
      english,
    );
    expect(text).toBe(
      'With options: connected to 127.0.0.1:80; headers Cookie, X-Own; subprotocols chat; an untrusted certificate accepted; a message sent; held for 5 s; timeout 2 s.',
    );
    expect(optionsText({ origin: 'null' }, english)).toBe('With options: Origin null.');
    expect(optionsText({ origin: null }, english)).toBe('With options: no second handshake with an Origin.');
    expect(optionsText({}, english)).toBe('');
  });
});
