import { rule } from '../../server/src/rules/websocket-method-or-body';
import { forwarding } from '../support/forwarding';
import { testRule } from '../support/rule-tester';

testRule(rule, {
  valid: [
    { name: 'the method of a handshake', files: forwarding({ location: ['proxy_method GET;'] }) },
    { name: 'an empty body', files: forwarding({ location: ['proxy_set_body "";'] }) },
    {
      name: 'a body that only a request can tell',
      files: forwarding({ location: ['proxy_set_body $arg_q;'] }),
    },
    {
      name: 'the body of the client is not passed',
      files: forwarding({ location: ['proxy_pass_request_body off;'] }),
    },
  ],
  invalid: [
    {
      name: 'another method',
      files: forwarding({ location: ['«proxy_method POST»;'] }),
      severity: 'warning',
      message: '`proxy_method POST` changes it',
      output: forwarding({}),
    },
    {
      name: 'another method for all of the server',
      files: forwarding({ server: ['«proxy_method POST»;'] }),
      severity: 'warning',
      output: forwarding({
        server: ['proxy_method POST;'],
        pass: 'proxy_pass http://app;\n            proxy_method GET',
      }),
    },
    {
      name: 'a body',
      files: forwarding({ location: ['«proxy_set_body "hello"»;'] }),
      severity: 'warning',
      message: /^The connection breaks right after it is opened/,
      output: forwarding({}),
    },
    {
      name: 'a body here and further out',
      files: forwarding({ server: ['proxy_set_body a;'], location: ['«proxy_set_body $request_uri»;'] }),
      severity: 'warning',
      output: forwarding({ server: ['proxy_set_body a;'], location: ['proxy_set_body "";'] }),
    },
    {
      name: 'a location without a sign of WebSocket',
      files: 'events {}\nhttp { server { location / { proxy_pass http://app; «proxy_set_body a»; } } }\n',
      severity: 'hint',
      output: 'events {}\nhttp { server { location / { proxy_pass http://app; } } }\n',
    },
  ],
});
