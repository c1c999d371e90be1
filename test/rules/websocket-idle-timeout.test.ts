import { rule } from '../../server/src/rules/websocket-idle-timeout';
import { forwarding } from '../support/forwarding';
import { testRule } from '../support/rule-tester';

const LONG = 'proxy_read_timeout 1h;';

testRule(rule, {
  valid: [
    ...['61s', '5m', '"1m 1s"', '1d', '60001ms', '$t', 'soon', '"5s 1m"', '1M', '"30 5s"'].map((time) => ({
      name: time,
      files: forwarding({ location: [`proxy_read_timeout ${time};`] }),
    })),
    {
      name: 'a short one of http that the location replaces',
      files: forwarding({ http: ['proxy_read_timeout 30s;'], location: [LONG] }),
    },
    {
      name: 'a location without a sign of WebSocket',
      files: 'events {}\nhttp { server { location / { proxy_pass http://app; proxy_read_timeout 30s; } } }\n',
    },
    {
      name: 'the default, where a handshake does not get as far as that',
      files: forwarding({ connection: 'proxy_set_header Connection close' }),
    },
    {
      name: 'the default, where an include may say otherwise',
      files: forwarding({ server: ['include gone.conf;'] }),
    },
    {
      name: 'the default, of an application that one thing alone speaks for',
      files: 'server { location / { proxy_pass http://mosquitto; } }\n',
    },
    {
      name: 'the other timeouts',
      files: forwarding({ location: [LONG, 'proxy_send_timeout 5s;', 'send_timeout 5s;'] }),
    },
  ],
  invalid: [
    ...['60', '60s', '1m', '"30s 500ms"', '500ms', '"30s 5ms"', '"1 30"'].map((time) => ({
      name: time,
      files: forwarding({ location: [`«proxy_read_timeout ${time}»;`] }),
      severity: 'information' as const,
      message: `nothing goes for \`${time.replaceAll('"', '')}\``,
      output: forwarding({ location: [LONG] }),
    })),
    ...['0', '0s', '0ms'].map((time) => ({
      name: time,
      files: forwarding({ location: [`«proxy_read_timeout ${time}»;`] }),
      severity: 'error' as const,
      message: /^Every request gets 504/,
      output: forwarding({ location: [LONG] }),
    })),
    {
      name: 'the default is a hint',
      files: forwarding({ pass: '«proxy_pass http://app»' }),
      severity: 'hint',
      message: 'for 60 s, the default of `proxy_read_timeout`',
      output: forwarding({ pass: 'proxy_pass http://app;\n            proxy_read_timeout 1h' }),
    },
    {
      name: 'the default, for an application that is often silent',
      files: forwarding({ head: 'location /mqtt', pass: '«proxy_pass http://mosquitto:9001»' }),
      severity: 'information',
      message: 'and Mosquitto is often silent that long. Allow',
      output: forwarding({
        head: 'location /mqtt',
        pass: 'proxy_pass http://mosquitto:9001;\n            proxy_read_timeout 1h',
      }),
    },
    {
      name: 'the default, for such an application in a file with a server',
      files: 'server {\n  location /websockify {\n    «proxy_pass http://127.0.0.1:6080»;\n  }\n}\n',
      severity: 'information',
      message: 'and noVNC is often silent that long, unless nginx.conf sets it.',
      output:
        'server {\n  location /websockify {\n    proxy_pass http://127.0.0.1:6080;\n    proxy_read_timeout 1h;\n  }\n}\n',
    },
    {
      name: 'a short one of the server is right for others',
      files: forwarding({ server: ['proxy_read_timeout 30s;'], pass: '«proxy_pass http://app»' }),
      severity: 'information',
      output: forwarding({
        server: ['proxy_read_timeout 30s;'],
        pass: 'proxy_pass http://app;\n            proxy_read_timeout 1h',
      }),
    },
    {
      name: 'where headers are the only sign it is a hint',
      files: forwarding({ head: 'location /app', location: ['«proxy_read_timeout 30s»;'] }),
      severity: 'hint',
      output: forwarding({ head: 'location /app', location: [LONG] }),
    },
    {
      name: '0 hurts every request, whatever it is',
      files: 'events {}\nhttp { server { location / { proxy_pass http://app; «proxy_read_timeout 0»; } } }\n',
      severity: 'error',
      output: 'events {}\nhttp { server { location / { proxy_pass http://app; proxy_read_timeout 1h; } } }\n',
    },
  ],
});
