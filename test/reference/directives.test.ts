import { describe, expect, it } from 'vitest';
import { contextsOf, directiveFacts, isDirective } from '../../server/src/reference/directives';

describe('isDirective', () => {
  it.each<[name: string, argumentCount: number]>([
    ['proxy_pass', 1],
    ['proxy_set_header', 2],
    ['listen', 1],
    ['listen', 5],
    ['internal', 0],
    ['location', 1],
    ['location', 2],
    ['http', 0],
    // Of two modules: the block of http, and the line of an upstream.
    ['server', 0],
    ['server', 3],
    ['content_by_lua_block', 0],
    ['set_by_lua_block', 1],
  ])('%s with %i arguments is one', (name, argumentCount) => {
    expect(isDirective(name, argumentCount)).toBe(true);
  });

  it.each<[name: string, argumentCount: number]>([
    ['proxy_pass', 0],
    ['proxy_pass', 2],
    ['proxy_set_header', 1],
    ['internal', 1],
    ['proxy_htp_version', 1],
    // The names are case-sensitive.
    ['Listen', 1],
    ['', 0],
    ['constructor', 0],
  ])('%s with %i arguments is none', (name, argumentCount) => {
    expect(isDirective(name, argumentCount)).toBe(false);
  });
});

describe('contextsOf', () => {
  it('gives those of all modules that have the name', () => {
    expect(contextsOf('server')).toEqual(expect.arrayContaining(['http', 'upstream', 'stream', 'mail']));
    expect(contextsOf('proxy_set_header')).toEqual(['http', 'server', 'location']);
    expect(contextsOf('map')).not.toContain('server');
    expect(contextsOf('no_such_directive')).toEqual([]);
  });
});

describe('directiveFacts', () => {
  it('know each directive by its name, with what it takes', () => {
    const faulty = [...directiveFacts()].filter(
      ([name, facts]) =>
        !/^[a-z0-9_]+$/.test(name) ||
        facts.some(({ contexts }) => contexts.length === 0) ||
        !facts.every(({ args }) => ('min' in args ? [args.min] : args).every(Number.isInteger)),
    );
    expect(directiveFacts().size).toBeGreaterThan(800);
    expect(faulty).toEqual([]);
  });
});
