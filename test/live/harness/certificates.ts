import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A self-signed certificate on disk. */
export interface Certificate {
  /** Path of the certificate, PEM. */
  readonly certificate: string;
  /** Path of its key, PEM. */
  readonly key: string;
  /** The certificate's text: a client that trusts it trusts the server. */
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
  const alternatives = names.map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`).join(',');
  const kind = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1'.split(' ');
  const subject = ['-subj', `/CN=${names[0]}`, '-addext', `subjectAltName=${alternatives}`];
  const request = [...kind, ...subject, '-keyout', key, '-out', certificate];
  try {
    await run('openssl', request, { timeout: 20_000 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error('The openssl command is missing. Install it: apt-get install -y openssl', {
      cause: error,
    });
  }
  return { certificate, key, ca: await readFile(certificate, 'utf8') };
}
