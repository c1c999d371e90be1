import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { makeIdentity } from '../../server/src/verify/certificate';
import { startStrictBackEnd } from '../../server/src/verify/strict-back-end';

describe('makeIdentity', () => {
  it('gives a certificate that holds for its names, today', async () => {
    const names = ['chat.example', '*.example.org', '127.0.0.1', 'localhost'];
    const { cert } = await makeIdentity(names);
    const read = new X509Certificate(cert);
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.ca).toBe(true);
    expect(read.checkHost('chat.example')).toBe('chat.example');
    expect(read.checkHost('a.example.org')).toBe('*.example.org');
    expect(read.checkHost('other.example')).toBeUndefined();
    expect(read.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(Date.parse(read.validFrom)).toBeLessThan(Date.now());
    expect(Date.parse(read.validTo)).toBeGreaterThan(Date.now());
  });

  it('holds hundreds of names', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `host-${index}.example`);
    const { cert } = await makeIdentity(names);
    expect(new X509Certificate(cert).checkHost('host-299.example')).toBe('host-299.example');
  });

  it('is trusted by a client that trusts it, and serves TLS on the port that serves plain requests', async () => {
    const identity = await makeIdentity(['chat.example']);
    const backEnd = await startStrictBackEnd({ identity });
    try {
      const { port } = backEnd;
      const socket: TLSSocket = connect({
        port,
        host: '127.0.0.1',
        servername: 'chat.example',
        ca: identity.cert,
      });
      await once(socket, 'secureConnect');
      expect(socket.authorized).toBe(true);
      socket.write('POST /tls HTTP/1.1\r\n\r\n');
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).toMatch(/^HTTP\/1\.1 405 /);
      socket.destroy();
      const plain = await fetch(`http://${backEnd.address}/plain`);
      expect(plain.status).toBe(426);
      expect(backEnd.requests.map(({ uri }) => uri)).toEqual(['/tls', '/plain']);
    } finally {
      await backEnd.stop();
    }
  });
});
