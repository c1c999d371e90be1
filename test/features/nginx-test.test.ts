import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainMessage, type NginxMessage, parseNginxOutput } from '../../server/src/features/nginx-test';

/** The messages, as `level text @file:line`. */
function shown(output: string): string[] {
  return parseNginxOutput(output).messages.map(({ level, text, file, line }) =>
    file === null ? `${level} ${text}` : `${level} ${text} @${file}:${line}`,
  );
}

// What nginx 1.22.1 printed, but for the names of directories.
describe('the output of nginx', () => {
  it('that accepts a configuration has no messages', () => {
    const output =
      'nginx: the configuration file /srv/nginx.conf syntax is ok\nnginx: configuration file /srv/nginx.conf test is successful\n';
    expect(parseNginxOutput(output)).toEqual({ messages: [], tested: '/srv/nginx.conf', isSyntaxOk: true });
  });

  it('has the place at the end of a message', () => {
    const output =
      'nginx: [emerg] unknown directive "bogus" in /srv/warn.conf:8\nnginx: configuration file /srv/warn.conf test failed\n';
    expect(parseNginxOutput(output)).toEqual({
      messages: [{ level: 'emerg', text: 'unknown directive "bogus"', file: '/srv/warn.conf', line: 8 }],
      tested: '/srv/warn.conf',
      isSyntaxOk: false,
    });
  });

  it('may have warnings before the fault, each with the time when the log is the standard error', () => {
    const output = `2026/11/23 03:16:26 [warn] 15743#15743: low address bits of 127.0.0.1/8 are meaningless in /srv/many.conf:4
2026/11/23 03:16:26 [warn] 15743#15743: the "ssl" directive is deprecated, use the "listen ... ssl" directive instead in /srv/many.conf:7
2026/11/23 03:16:26 [emerg] 15743#15743: unknown directive "bogus" in /srv/many.conf:9
nginx: configuration file /srv/many.conf test failed
`;
    expect(shown(output)).toEqual([
      'warn low address bits of 127.0.0.1/8 are meaningless @/srv/many.conf:4',
      'warn the "ssl" directive is deprecated, use the "listen ... ssl" directive instead @/srv/many.conf:7',
      'emerg unknown directive "bogus" @/srv/many.conf:9',
    ]);
  });

  it('may name no place, and say the same twice', () => {
    const output = `2026/11/23 03:16:26 [warn] 15745#15745: conflicting server name "a" on 0.0.0.0:8099, ignored
2026/11/23 03:16:26 [warn] 15745#15745: conflicting server name "a" on 0.0.0.0:8099, ignored
nginx: the configuration file /srv/nginx.conf syntax is ok
nginx: [emerg] unknown "nope" variable
nginx: configuration file /srv/nginx.conf test failed
`;
    expect(shown(output)).toEqual([
      'warn conflicting server name "a" on 0.0.0.0:8099, ignored',
      'emerg unknown "nope" variable',
    ]);
  });

  it('may have the name of a container before it, and the line ends of a terminal', () => {
    const output =
      'web-1  | nginx: [emerg] unexpected "}" in /etc/nginx/conf.d/a.conf:3\r\nweb-1  | nginx: configuration file /etc/nginx/nginx.conf test failed\r\n';
    expect(shown(output)).toEqual(['emerg unexpected "}" @/etc/nginx/conf.d/a.conf:3']);
    expect(parseNginxOutput(output).tested).toBe('/etc/nginx/nginx.conf');
  });

  it.each([
    [
      'a word with a line break',
      'nginx: [emerg] unknown directive "bo\ngus" in /srv/multi.conf:3\nnginx: configuration file /srv/multi.conf test failed\n',
      'emerg unknown directive "bo\ngus" @/srv/multi.conf:3',
    ],
    [
      'two times in',
      'nginx: [emerg] host not found in "nohost.invalid:80" of the "listen" directive in /srv/lhost.conf:2\n',
      'emerg host not found in "nohost.invalid:80" of the "listen" directive @/srv/lhost.conf:2',
    ],
    [
      'a directory with in',
      'nginx: [emerg] unexpected ";" in /srv/made in house/nginx.conf:2\n',
      'emerg unexpected ";" @/srv/made in house/nginx.conf:2',
    ],
    [
      'the name of Angie',
      'angie: [emerg] unexpected "}" in /etc/angie/angie.conf:3\nangie: configuration file /etc/angie/angie.conf test failed\n',
      'emerg unexpected "}" @/etc/angie/angie.conf:3',
    ],
    [
      'a relative path',
      'nginx: [emerg] invalid value "2" in ./nginx.conf:7\n',
      'emerg invalid value "2" @./nginx.conf:7',
    ],
    [
      'something after it that is not of nginx',
      'nginx: [emerg] unknown "nope" variable\ncommand terminated with exit code 1\n',
      'emerg unknown "nope" variable',
    ],
  ])('with %s', (_what, output, expected) => {
    expect(shown(output)).toEqual([expected]);
  });

  it('need not be of nginx at all', () => {
    const output = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.\n';
    expect(parseNginxOutput(output)).toEqual({ messages: [], tested: null, isSyntaxOk: false });
    fc.assert(fc.property(fc.string(), (text) => parseNginxOutput(text).messages.length === 0));
  });

  it('gives back every message and its place', () => {
    const text = fc.stringMatching(/^[a-z"]{1,9}$/);
    const file = fc.stringMatching(/^(\/[a-m. ]{1,6}){1,3}$/);
    const message = fc.record({ text, file, line: fc.integer({ min: 1, max: 9999 }) });
    fc.assert(
      fc.property(fc.uniqueArray(message, { selector: (each) => JSON.stringify(each) }), (messages) => {
        const output = messages.map((each) => `nginx: [emerg] ${each.text} in ${each.file}:${each.line}\n`);
        expect(parseNginxOutput(output.join('')).messages).toEqual(
          messages.map((each) => ({ level: 'emerg', ...each })),
        );
      }),
    );
  });
});

function message(text: string, file: string | null = null): NginxMessage {
  return { level: 'emerg', text, file, line: file === null ? null : 1 };
}

describe('a message about this machine', () => {
  it.each<[message: NginxMessage, explanation: RegExp]>([
    [
      message('open() "/run/nginx.pid" failed (13: Permission denied)'),
      /^nginx is started as a user who may not use `\/run\/nginx\.pid`: .+ Test with the rights that nginx has/,
    ],
    [
      message(
        'cannot load certificate key "/srv/k.key": BIO_new_file() failed (SSL: error:8000000D:system library::Permission denied:calling fopen(/srv/k.key, r) error:10080002:BIO routines::system lib)',
      ),
      /who may not use `\/srv\/k\.key`/,
    ],
    [
      message(
        'cannot load certificate "/nope/x.crt": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen(/nope/x.crt, r) error:10000080:BIO routines::no such file)',
      ),
      /names `\/nope\/x\.crt`, which is not on this machine/,
    ],
    [
      message('open() "/root/none/access.log" failed (2: No such file or directory)'),
      /not on this machine: .+ Test where nginx runs/,
    ],
    [
      message('bind() to 0.0.0.0:80 failed (13: Permission denied)'),
      /^nginx may not listen at 0\.0\.0\.0:80 here \(Permission denied\): only a user/,
    ],
    [
      message('bind() to 203.0.113.1:8099 failed (99: Cannot assign requested address)'),
      /not one of this machine\. Test where nginx runs/,
    ],
    [
      message('host not found in upstream "chat-server"', '/a'),
      /does not find the host `chat-server` from here/,
    ],
    [
      message('host not found in "nohost.invalid:80" of the "listen" directive', '/a'),
      /the host `nohost\.invalid:80`/,
    ],
    [message('getpwnam("nosuchuser") failed', '/a'), /^There is no user `nosuchuser` on this machine/],
  ])('%j is explained', (each, explanation) => {
    expect(explainMessage(each)).toMatch(explanation);
  });

  it.each<[message: NginxMessage]>([
    [message('unknown directive "bogus"', '/a')],
    [message('unknown "nope" variable')],
    [message('open() "/srv/nope.conf" failed (2: No such file or directory)', '/a')],
    [
      {
        ...message('the "user" directive makes sense only if the master process runs with …', '/a'),
        level: 'warn',
      },
    ],
    [
      message(
        'cannot load certificate "/srv/c": PEM_read_bio_X509_AUX() failed (SSL: error:0480006C:PEM routines::no start line:Expecting: TRUSTED CERTIFICATE)',
      ),
    ],
  ])('is not %j: that is a fault of the files', (each) => {
    expect(explainMessage(each)).toBeNull();
  });
});
