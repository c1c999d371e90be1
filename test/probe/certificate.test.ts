import type { PeerCertificate } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { judgeCertificate, reportCertificate } from '../../server/src/probe/certificate';

const now = Date.parse('2026-11-22T12:00:00Z');

/** The parts of a certificate that are looked at. */
function certificate(changes: Partial<PeerCertificate> = {}): PeerCertificate {
  const some = {
    subject: { C: 'DE', O: 'Example', CN: 'chat.example' },
    issuer: { O: 'Test', CN: 'Test CA' },
    subjectaltname: 'DNS:chat.example, DNS:*.chat.example, IP Address:127.0.0.1',
    valid_from: 'Nov  1 12:00:00 2026 GMT',
    valid_to: 'Nov 25 11:00:00 2026 GMT',
    ...changes,
  };
  return some as PeerCertificate;
}

const causeOf = (given: PeerCertificate, host = 'chat.example', chainError: string | null = null) =>
  judgeCertificate(given, host, chainError, now)?.cause ?? null;

describe('a certificate', () => {
  it('is reported', () => {
    expect(reportCertificate(certificate(), now)).toEqual({
      subject: 'CN=chat.example, O=Example, C=DE',
      issuer: 'CN=Test CA, O=Test',
      names: ['chat.example', '*.chat.example', '127.0.0.1'],
      validTo: '2026-11-25T11:00:00.000Z',
      daysLeft: 2,
    });
  });

  it.each([
    [undefined, []],
    ['', []],
    ['DNS:"a, DNS:b.example", DNS:c.example', ['a, DNS:b.example', 'c.example']],
    ['email:me@a.example, URI:http://a.example/, DNS:a.example', ['a.example']],
  ])('names of %j', (subjectaltname, names) => {
    const given = certificate();
    expect(reportCertificate({ ...given, subjectaltname } as PeerCertificate, now).names).toEqual(names);
  });

  const expired = certificate({ valid_to: 'Nov 22 11:59:59 2026 GMT' });
  const early = certificate({ valid_from: 'Nov 22 12:00:01 2026 GMT' });
  it.each([
    ['good', certificate(), 'chat.example', null, null],
    ['good, by wildcard', certificate(), 'a.chat.example', null, null],
    ['good, by address', certificate(), '127.0.0.1', null, null],
    ['expired', expired, 'chat.example', null, 'certificate-expired'],
    ['not valid yet', early, 'chat.example', null, 'certificate-expired'],
    ['expired, and all else', expired, 'x.example', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate-expired'],
    ['out of date in the chain', certificate(), 'x.example', 'CERT_HAS_EXPIRED', 'certificate-expired'],
    ['another name', certificate(), 'x.example', null, 'certificate-name'],
    ['deeper than the wildcard', certificate(), 'a.b.chat.example', null, 'certificate-name'],
    ['another address', certificate(), '127.0.0.2', null, 'certificate-name'],
    [
      'another name, and untrusted',
      certificate(),
      'x.example',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'certificate-name',
    ],
    ['untrusted', certificate(), 'chat.example', 'SELF_SIGNED_CERT_IN_CHAIN', 'certificate-untrusted'],
    ['untrusted otherwise', certificate(), 'chat.example', 'CERT_REVOKED', 'certificate-untrusted'],
  ] as const)('%s', (_name, given, host, chainError, expected) => {
    expect(causeOf(given, host, chainError)).toBe(expected);
  });
});
