import { rule } from '../../server/src/rules/websocket-error-page-status';
import { forwarding } from '../support/forwarding';
import { testRule } from '../support/rule-tester';

/** A server with the error page and a location that forwards handshakes. */
function withErrorPage(errorPage: string, head = 'location @ws'): string {
  return forwarding({ server: [`${errorPage};`], head });
}

const NAMED = { head: 'location @ws' };

testRule(rule, {
  valid: [
    {
      name: 'a path that clients ask for themselves',
      files: withErrorPage('error_page 404 /ws', 'location = /ws'),
    },
    ...[
      '418 = @ws',
      '418 =101 @ws',
      '418 404 = @ws',
      '500 502 /50x.html',
      '404 @other',
      '404 http://a/ws',
    ].map((each) => ({ name: each, files: withErrorPage(`error_page ${each}`) })),
    {
      name: 'an error page of http that the server replaces',
      files: forwarding({ http: ['error_page 404 @ws;'], server: ['error_page 500 /x;'], ...NAMED }),
    },
    {
      name: 'a named location of another server',
      files: forwarding({ http: ['server { error_page 404 @ws; }'], ...NAMED }),
    },
  ],
  invalid: [
    {
      name: 'the status of the error stays',
      files: withErrorPage('«error_page 418 @ws»'),
      severity: 'warning',
      message: 'gets the status 418 in place of 101',
      output: withErrorPage('error_page 418 = @ws'),
    },
    {
      name: 'a fixed status',
      files: withErrorPage('«error_page 404 403 =200 "@ws"»'),
      severity: 'warning',
      message: 'gets the status 200',
      output: withErrorPage('error_page 404 403 = "@ws"'),
    },
    {
      name: 'in a location',
      files: forwarding({ server: ['location / { «error_page 418 @ws»; return 418; }'], ...NAMED }),
      severity: 'warning',
      output: forwarding({ server: ['location / { error_page 418 = @ws; return 418; }'], ...NAMED }),
    },
    {
      name: 'of http',
      files: forwarding({ http: ['«error_page 404 @ws»;'], ...NAMED }),
      severity: 'warning',
      output: forwarding({ http: ['error_page 404 = @ws;'], ...NAMED }),
    },
    {
      name: 'a back end without a sign of WebSocket',
      files:
        'events {}\nhttp { server { «error_page 404 @app»; location @app { proxy_pass http://app; } } }\n',
      severity: 'hint',
      output:
        'events {}\nhttp { server { error_page 404 = @app; location @app { proxy_pass http://app; } } }\n',
    },
  ],
});
