import { rule } from '../../server/src/rules/proxy-pass-scheme';
import { testRule } from '../support/rule-tester';

/** A location that forwards handshakes to the target. */
function passingTo(target: string): string {
  return `events {}
http {
    server {
        location /ws {
            proxy_pass ${target};
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
        }
    }
}
`;
}

testRule(rule, {
  valid: [
    ...['http://app', 'https://app/ws://x', 'HTTP://app', '$backend', '{{ scheme }}://app'].map((target) => ({
      name: target,
      files: passingTo(target),
    })),
    {
      name: 'in a stream there is no scheme',
      files: 'events {}\nstream { server { listen 1; proxy_pass ws://app; } }\n',
    },
  ],
  invalid: [
    {
      name: 'ws://',
      files: passingTo('«ws»://app:3000/ws'),
      severity: 'error',
      message: /^invalid URL prefix: nginx refuses to start, .* Write `http:\/\/`/,
      output: passingTo('http://app:3000/ws'),
    },
    {
      name: 'wss://, quoted, in upper case',
      files: passingTo('"«WSS»://app"'),
      severity: 'error',
      message: 'Write `https://`',
      output: passingTo('"https://app"'),
    },
    {
      name: 'with a variable nginx starts',
      files: passingTo('«ws»://$host:3000').replace('location', 'resolver 127.0.0.1;\n        location'),
      severity: 'error',
      message: 'invalid URL prefix: every request gets 500',
      output: passingTo('http://$host:3000').replace('location', 'resolver 127.0.0.1;\n        location'),
    },
    {
      name: 'a location without a sign of WebSocket',
      files: passingTo('«ws»://app').replace('/ws {', '/ {'),
      severity: 'error',
      output: passingTo('http://app').replace('/ws {', '/ {'),
    },
  ],
});
