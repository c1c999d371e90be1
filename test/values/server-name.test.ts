import { describe, expect, it } from 'vitest';
import {
  type HostKey,
  hostKey,
  lowerAscii,
  serverNameError,
  serverNamePattern,
} from '../../server/src/values/server-name';

it.each<[key: string, kind: HostKey['kind'], name: string]>([
  ['Chat.Example', 'exact', 'chat.example'],
  ['', 'exact', ''],
  ['*.example', 'head', 'example'],
  ['www.*', 'tail', 'www'],
  ['.example', 'both', 'example'],
  ['.', 'exact', '.'],
  ['_', 'exact', '_'],
])('the key %j', (key, kind, name) => {
  expect(hostKey(key)).toEqual({ kind, name });
});

it.each(['*', 'a*', '*a', 'a.*.b', '*.a.*', 'a..b', '*.'])('no table holds %s', (key) => {
  expect(hostKey(key)).toBeNull();
});

it('only letters of ASCII are put in lower case', () => {
  expect(lowerAscii('ÄBc')).toBe('Äbc');
});

describe('a server name', () => {
  it('is a pattern after ~, without case where it has a capital letter', () => {
    expect(serverNamePattern('~^a$')).toEqual({ pattern: '^a$', ignoreCase: false });
    expect(serverNamePattern('~^A$')).toEqual({ pattern: '^A$', ignoreCase: true });
    expect(serverNamePattern('a~')).toBeNull();
  });

  it.each<[name: string, error: string | null]>([
    ['a.example', null],
    ['*.a', null],
    ['', null],
    ['~^a', null],
    ['.', 'server name "." is invalid'],
    ['*', 'server name "*" is invalid'],
    ['*a.b', 'server name "*a.b" is invalid'],
    ['~', 'empty regex in server name "~"'],
  ])('%j: %s', (name, error) => {
    expect(serverNameError(name)).toBe(error);
  });
});
