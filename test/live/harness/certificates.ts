import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A certificate on disk. */
export interface Certificate {
  /** Path of the certificate, PEM. */
  readonly certificate: string;
  /** Path of its key, PEM. */
  readonly key: string;
  /** What a client must trust to trust the server: the certificate itself, or its authority's. */
  readonly ca: string;
}

const run = promisify(execFile);

/**
 * Makes a self-signed certificate that is valid for a day.
 *
 * @param directory where `NAME.crt` and `NAME.key` are written; it must exist
 * @param names host names and addresses it is for; the first is the subject and names the files
 * @throws Error that says what to install when there is no openssl, or what openssl said
 */
export async function makeCertificate(
  directory: string,
  names: readonly [string, ...string[]] = ['localhost', '127.0.0.1'],
): Promise<Certificate> {
  const certificate = join(directory, `${names[0]}.crt`);
  const key = join(directory, `${names[0]}.key`);
  await openssl([
    ...'req -x509 -nodes -days 1'.split(' '),
    ...newKey(key),
    ...subject(names[0]),
    '-addext',
    alternatives(names),
    '-out',
    certificate,
  ]);
  return { certificate, key, ca: await readFile(certificate, 'utf8') };
}

/** What an authority signs. */
export interface Wish {
  /** Host names and addresses; the first is the subject. */
  readonly names: readonly [string, ...string[]];
  /** Valid from now until so many days from now; -1 for one that expired a day ago (openssl takes no less). Default 90. */
  readonly days?: number;
  /** Whether it may sign others: an intermediate. */
  readonly isAuthority?: boolean;
}

/** A certificate authority of the test's own. */
export async function makeAuthority(directory: string, name: string): Promise<Certificate> {
  const certificate = join(directory, `${name}.crt`);
  const key = join(directory, `${name}.key`);
  await openssl([
    ...'req -x509 -nodes -days 365'.split(' '),
    ...newKey(key),
    ...subject(name),
    '-out',
    certificate,
  ]);
  return { certificate, key, ca: await readFile(certificate, 'utf8') };
}

/**
 * A certificate that the authority signs.
 *
 * @param file what `FILE.crt` and `FILE.key` are called
 */
export async function signCertificate(
  directory: string,
  authority: Certificate,
  file: string,
  { names, days = 90, isAuthority = false }: Wish,
): Promise<Certificate> {
  const certificate = join(directory, `${file}.crt`);
  const key = join(directory, `${file}.key`);
  const request = join(directory, `${file}.csr`);
  const extensions = isAuthority
    ? ['-addext', 'basicConstraints=critical,CA:TRUE']
    : ['-addext', alternatives(names)];
  await openssl(['req', '-nodes', ...newKey(key), ...subject(names[0]), ...extensions, '-out', request]);
  const signed = ['-CA', authority.certificate, '-CAkey', authority.key, '-CAcreateserial'];
  const sign = 'x509 -req -copy_extensions copyall'.split(' ');
  await openssl([...sign, '-in', request, ...signed, '-days', `${days}`, '-out', certificate]);
  return { certificate, key, ca: authority.ca };
}

function newKey(file: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-keyout', file];
}

function subject(name: string): string[] {
  return ['-subj', `/CN=${name}`];
}

function alternatives(names: readonly string[]): string {
  const entries = names.map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`);
  return `subjectAltName=${entries.join(',')}`;
}

async function openssl(args: readonly string[]): Promise<void> {
  try {
    await run('openssl', args, { timeout: 20_000 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error('The openssl command is missing. Install it: apt-get install -y openssl', {
      cause: error,
    });
  }
}
