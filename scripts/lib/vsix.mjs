// The extension as it is installed: packed, and what is in the package.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { runNpm, UserError } from './process.mjs';

/**
 * Builds the extension and packs it.
 * @param {string} directory
 * @returns {Promise<string>} the file
 */
export async function buildVsix(directory) {
  const vsix = path.join(directory, 'nginx-websocket.vsix');
  // Of two `--out` the last one holds.
  const { code, output } = await runNpm(['run', 'package', '--', '--out', vsix], { output: 'keep' });
  if (code !== 0) throw new UserError(`The extension could not be packed:\n${output}`);
  return vsix;
}

/**
 * @typedef {object} Entry of a ZIP file, which a VSIX is (APPNOTE.TXT of PKWARE, 4.3.7 and 4.3.12)
 * @property {string} name
 * @property {number} size in bytes, as it is packed
 * @property {() => Buffer} content
 */

/**
 * @param {string} file of a ZIP without comment, less than 4 GB
 * @returns {Promise<Entry[]>}
 */
export async function entriesOf(file) {
  const zip = await readFile(file);
  const end = zip.lastIndexOf('PK\x05\x06');
  if (end === -1) throw new UserError(`${file} is no ZIP file.`);
  /** @type {Entry[]} */
  const entries = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const isDeflated = zip.readUInt16LE(at + 10) === 8;
    const size = zip.readUInt32LE(at + 20);
    const nameLength = zip.readUInt16LE(at + 28);
    const header = zip.readUInt32LE(at + 42);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const content = () => {
      const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
      const packed = zip.subarray(start, start + size);
      return isDeflated ? inflateRawSync(packed) : packed;
    };
    entries.push({ name, size, content });
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

/**
 * Unpacks a VSIX.
 * @param {string} vsix
 * @param {string} directory
 * @returns {Promise<string>} the folder of the extension
 */
export async function unpack(vsix, directory) {
  for (const { name, content } of await entriesOf(vsix)) {
    const file = path.join(directory, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content());
  }
  return path.join(directory, 'extension');
}
