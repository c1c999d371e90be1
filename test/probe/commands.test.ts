import { describe, expect, it } from 'vitest';
import { curlCommand, wscatCommand } from '../../server/src/probe/commands';
import { readTarget } from '../../server/src/probe/target';

const plain = { headers: [], protocols: [], connectTo: null, insecure: false };
const full = {
  headers: [
    ['Origin', "https://it's.example"],
    ['Cookie', 'session=12345678'],
    ['X-Empty', ''],
  ],
  protocols: ['a', 'b'],
  connectTo: { host: '::1', port: 8443 },
  insecure: true,
} as const;

const usual =
  "--header 'Upgrade: websocket' --header 'Connection: Upgrade' --header 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' --header 'Sec-WebSocket-Version: 13'";
const begin = "curl --http1.1 --include --no-buffer --max-time 10 --noproxy '*'";

describe('the same handshake as a command', () => {
  it('curl', () => {
    expect(curlCommand(readTarget('ws://localhost/room?id=1&x=2'), plain)).toBe(
      `${begin} ${usual} 'http://localhost/room?id=1&x=2'`,
    );
    expect(curlCommand(readTarget('wss://chat.example/ws'), full)).toBe(
      `${begin} --insecure --connect-to 'chat.example:443:[::1]:8443' ${usual} --header 'Sec-WebSocket-Protocol: a, b' --header 'Origin: https://it'\\''s.example' --header 'Cookie: •••' --header 'X-Empty;' https://chat.example/ws`,
    );
  });

  it.each(['token', 'access_token', 'apiKey', 'jwt'])('without a secret in the query: %s', (name) => {
    const target = readTarget(`wss://localhost/room?id=12345678&${name}=abcdef123`);
    for (const command of [curlCommand(target, plain), wscatCommand(target, plain)]) {
      expect(command).toContain(`/room?id=12345678&${name}=•••`);
      expect(command).not.toContain('abcdef123');
    }
  });

  it('curl with another Host', () => {
    const headers = [['Host', 'other.example']] as const;
    expect(curlCommand(readTarget('ws://localhost/'), { ...plain, headers })).toBe(
      `${begin} --header 'Host: other.example' ${usual} http://localhost/`,
    );
  });

  it('wscat', () => {
    expect(wscatCommand(readTarget('ws://localhost:8080/room'), plain)).toBe(
      'wscat --connect ws://localhost:8080/room',
    );
    expect(wscatCommand(readTarget('https://chat.example/ws'), full)).toBe(
      "wscat --connect 'wss://[::1]:8443/ws' --host chat.example --no-check --subprotocol a --subprotocol b --header 'Origin: https://it'\\''s.example' --header 'Cookie: •••' --header X-Empty:",
    );
  });
});
