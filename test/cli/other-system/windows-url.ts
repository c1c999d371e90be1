// oxlint-disable unicorn/prefer-node-protocol -- In the bundle `node:…` is these files.
// `node:url` as it is on Windows.
import * as url from 'url';

export const pathToFileURL = (path: string): URL => url.pathToFileURL(path, { windows: true });
export const fileURLToPath = (address: string): string => url.fileURLToPath(address, { windows: true });
