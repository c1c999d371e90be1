import { rule } from '../../server/src/rules/websocket-subrequest';
import { testRule } from '../support/rule-tester';

const HEADERS = ['proxy_set_header Upgrade $http_upgrade;', 'proxy_set_header Connection "upgrade";'];
const BLANK = ['proxy_set_header Upgrade "";', 'proxy_set_header Connection "";'];

/** A server that sets the headers, a location that asks, and the one that answers. */
function asking(
  ask: string,
  answer: readonly string[],
  {
    outer = HEADERS,
    path = '/ws',
    answering = '= /auth',
  }: { outer?: readonly string[]; path?: string; answering?: string } = {},
): string {
  return `events {}
http {
    server {
        proxy_http_version 1.1;
        ${outer.join('\n        ')}
        location ${path} {
            ${ask};
            proxy_pass http://app;
        }
        location ${answering} {
            ${answer.join('\n            ')}
        }
    }
}
`;
}

const PASS = 'proxy_pass http://auth;';
const MARKED = '«proxy_pass http://auth»;';

testRule(rule, {
  valid: [
    { name: 'the headers are blanked', files: asking('auth_request /auth', [PASS, ...BLANK]) },
    {
      name: 'any header of its own does',
      files: asking('auth_request /auth', [PASS, 'proxy_set_header Host $host;']),
    },
    { name: 'off', files: asking('auth_request off', [PASS]) },
    { name: 'no back end', files: asking('auth_request /auth', ['return 204;']) },
    { name: 'another location', files: asking('auth_request /other', [PASS]) },
    {
      name: 'headers that may be replaced in an include',
      files: asking('auth_request /auth', [PASS, 'include gone.conf;']),
    },
    {
      name: 'headers of the protected location alone',
      files: asking(`auth_request /auth; ${HEADERS.join(' ')}`, [PASS], { outer: ['proxy_buffering off;'] }),
    },
  ],
  invalid: [
    {
      name: 'an exact location without a blank',
      files: asking('auth_request /auth', [MARKED], { answering: '=/auth' }),
      severity: 'warning',
      output: asking('auth_request /auth', [PASS, ...BLANK], { answering: '=/auth' }),
    },
    {
      name: 'auth_request',
      files: asking('auth_request /auth', [MARKED]),
      severity: 'warning',
      message:
        /^Handshakes break at `auth_request \/auth`: this location inherits the upgrade headers and sends/,
      output: asking('auth_request /auth', [PASS, ...BLANK]),
    },
    {
      name: 'mirror',
      files: asking('mirror /auth', [MARKED, 'internal;']),
      severity: 'warning',
      message: 'Handshakes break at `mirror /auth`',
      output: asking('mirror /auth', [PASS, ...BLANK, 'internal;']),
    },
    {
      name: 'other inherited headers are kept',
      files: asking('auth_request /auth', [MARKED], { outer: [...HEADERS, 'proxy_set_header Host $host;'] }),
      severity: 'warning',
      output: asking('auth_request /auth', [PASS, ...BLANK, 'proxy_set_header Host $host;'], {
        outer: [...HEADERS, 'proxy_set_header Host $host;'],
      }),
    },
    {
      name: 'headers of its own',
      files: asking('auth_request /auth', [MARKED, ...HEADERS], { outer: HEADERS }),
      severity: 'warning',
      output: asking('auth_request /auth', [PASS, ...BLANK], { outer: HEADERS }),
    },
    {
      name: 'one that has no time, which is another mistake',
      files: asking('auth_request /auth', [MARKED, 'proxy_read_timeout 0;']),
      severity: 'warning',
      output: asking('auth_request /auth', [PASS, ...BLANK, 'proxy_read_timeout 0;']),
    },
    {
      name: 'by the sign of the location that asks',
      files: asking('auth_request /auth', [MARKED], { path: '/api/live' }),
      severity: 'information',
      output: asking('auth_request /auth', [PASS, ...BLANK], { path: '/api/live' }),
    },
  ],
});
