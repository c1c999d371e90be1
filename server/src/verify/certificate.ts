import { generateKeyPair, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import type { Identity } from './strict-back-end';

const DAY = 86_400_000;

/**
 * A certificate for some names, and its key, both made now: Node makes keys but no certificates, and openssl is not on
 * every machine. RSA, since many configurations allow no other cipher over TLS 1.2. Signed by itself, valid for a day.
 *
 * @param names host names, `*.` in front of some; they are names even where they look like addresses
 */
export async function makeIdentity(names: readonly string[]): Promise<Identity> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const keyInfo = publicKey.export({ type: 'spki', format: 'der' });
  const name = sequence([
    set(sequence([oid(COMMON_NAME), der(UTF8_STRING, Buffer.from('nginx-websocket verify'))])),
  ]);
  const now = Date.now();
  const toBeSigned = sequence([
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ALGORITHM,
    name,
    sequence([time(now - DAY), time(now + DAY)]),
    name,
    keyInfo,
    der(0xa3, sequence([subjectAltName(names), BASIC_CONSTRAINTS])),
  ]);
  const signature = sign('sha256', toBeSigned, privateKey);
  const certificate = sequence([toBeSigned, ALGORITHM, bitString(signature)]);
  return {
    cert: pem('CERTIFICATE', certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

// --- RFC 5280 §4.1, in the encoding of X.690

const UTF8_STRING = 0x0c;
const COMMON_NAME = [0x55, 4, 3];
/** sha256WithRSAEncryption, with parameters of NULL (RFC 4055 §5). */
const ALGORITHM = sequence([oid([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11]), der(0x05)]);
/** A certificate of an authority: so what is signed by itself is trusted where it is the one to trust. */
const BASIC_CONSTRAINTS = extension([0x55, 0x1d, 19], sequence([der(0x01, Buffer.from([0xff]))]));

function subjectAltName(names: readonly string[]): Buffer {
  const entries = names.flatMap((name) => [
    der(0x82, Buffer.from(name, 'latin1')),
    ...(isIP(name) === 4 ? [der(0x87, Buffer.from(name.split('.').map(Number)))] : []),
  ]);
  return extension([0x55, 0x1d, 17], sequence(entries));
}

function extension(id: readonly number[], value: Buffer): Buffer {
  return sequence([oid(id), der(0x04, value)]);
}

function time(at: number): Buffer {
  // UTCTime, `YYMMDDhhmmssZ`, until 2050.
  const text = new Date(at)
    .toISOString()
    .replaceAll(/[-:T]|\.\d+/g, '')
    .slice(2);
  return der(0x17, Buffer.from(text));
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes);
}

function oid(bytes: readonly number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

function bitString(bytes: Buffer): Buffer {
  return der(0x03, Buffer.concat([Buffer.from([0]), bytes]));
}

function sequence(parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function set(part: Buffer): Buffer {
  return der(0x31, part);
}

/** One value: its tag, its length and what it holds. */
function der(tag: number, content: Buffer = Buffer.alloc(0)): Buffer {
  const { length } = content;
  const digits: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  const header = length < 128 ? [tag, length] : [tag, 0x80 | digits.length, ...digits];
  return Buffer.concat([Buffer.from(header), content]);
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
