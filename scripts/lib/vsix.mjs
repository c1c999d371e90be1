// The extension as it is installed: packed, and what is in the package.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import JSZip from 'jszip';
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
 * The names of the files in a VSIX.
 * @param {string} vsix
 * @returns {Promise<string[]>}
 */
export async function filesOf(vsix) {
  const zip = await JSZip.loadAsync(await readFile(vsix));
  return zip.file(/./).map(({ name }) => name);
}

/**
 * The size of a VSIX without the pictures in it.
 * @param {string} vsix
 * @returns {Promise<number>} in bytes
 */
export async function sizeWithoutPictures(vsix) {
  const zip = await JSZip.loadAsync(await readFile(vsix));
  for (const { name } of zip.file(/\.png$/)) zip.remove(name);
  const packed = await zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE' });
  return packed.length;
}

/**
 * Unpacks a VSIX.
 * @param {string} vsix
 * @param {string} directory
 * @returns {Promise<string>} the folder of the extension
 */
export async function unpack(vsix, directory) {
  const zip = await JSZip.loadAsync(await readFile(vsix));
  for (const entry of zip.file(/./)) {
    const file = path.join(directory, entry.name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, await entry.async('nodebuffer'));
  }
  return path.join(directory, 'extension');
}
