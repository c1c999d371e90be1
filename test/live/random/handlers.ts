import type { Draft } from './draft';
import { directive, type Directive } from './tree';

/** Content handlers: `proxy_pass` and others. */

/**
 * Where a `proxy_pass` stands: nginx refuses a URI part without variables in a location given by a regular expression,
 * in a named one, in `if` and in `limit_except`.
 */
export type ProxyPlace = 'in a prefix location' | 'in a block';

/** The names of `upstream` blocks that each configuration has. */
export const UPSTREAMS = ['back', 'other'] as const;

export function proxyPass(draft: Draft, place: ProxyPlace): Directive {
  const { choices } = draft;
  const [hop, ...hops] = draft.hops;
  if (hop !== undefined && choices.chance(12)) {
    draft.note('proxy_pass to a listener of its own');
    return directive('proxy_pass', hopUrl(draft, place, choices.of([hop, ...hops])));
  }
  const upstream = choices.weighted([
    [6, '@BACKEND'],
    [3, 'back'],
    [1, 'other'],
  ]);
  const scheme = choices.weighted([
    [30, 'http'],
    [1, 'HTTP'],
  ]);
  const plain = `${scheme}://${upstream}`;
  if (choices.chance(12)) {
    draft.note('proxy_pass with variables');
    return directive('proxy_pass', variableUrl(draft, upstream));
  }
  if (place === 'in a prefix location' && choices.chance(35)) {
    draft.note('proxy_pass with a URI');
    const uri = choices.of(['/', '/', '/app/', '/app', '/ws?x=$', '/a b/', '//', '/?mode=1', '/%41']);
    // A `$` would make it a variable.
    return directive('proxy_pass', `${plain}${uri.replace('$', '1')}`);
  }
  return directive('proxy_pass', plain);
}

/** The path of a socket ends with a colon where a URI follows. */
function hopUrl({ choices }: Draft, place: ProxyPlace, url: string): string {
  if (place === 'in a block' || choices.chance(65)) return url;
  const uri = choices.of(['/', '/ws', '/a/', '/chat?x=1']);
  return url.includes('unix:') ? `${url}:${uri}` : `${url}${uri}`;
}

/** No `$scheme`: the back end speaks plain HTTP only. */
function variableUrl({ choices }: Draft, upstream: string): string {
  return choices.weighted([
    [4, 'http://$up'],
    [3, 'http://$target'],
    [2, 'http://$up$request_uri'],
    [2, 'http://$up/fixed'],
    [2, `http://${upstream}$uri`],
    [2, `http://${upstream}/$1`],
    [1, `http://${upstream}/$1$is_args$args`],
    [1, `http://${upstream}/x?u=$uri`],
    [1, 'http://$set_a'],
    [1, 'http://${up}/'],
  ]);
}

/** Another handler beside a `proxy_pass`: the last one written answers. */
export function otherHandler(draft: Draft): Directive {
  draft.note('two handlers');
  return directive(draft.choices.of(['stub_status', 'empty_gif']));
}
