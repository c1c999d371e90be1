import { isAtLeast, type NginxVersion } from '../reference/versions';
import type { Walk } from './request';

/** Whether nginx is a release or a later one. */
export function isSince({ model }: Pick<Walk, 'model'>, release: NginxVersion): boolean {
  return isAtLeast(model.version, release);
}
