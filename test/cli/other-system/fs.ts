// oxlint-disable unicorn/prefer-node-protocol -- In the bundle `node:…` is these files.
// The part of `node:fs` that the command line uses: fs-promises.ts has the rest.
import * as fs from 'fs';
import { placeOf } from './fs-promises';

export { constants } from 'fs';

export function rmSync(path: string, options: object): void {
  fs.rmSync(placeOf(path), options);
}
