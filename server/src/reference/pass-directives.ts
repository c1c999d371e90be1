/** How a directive takes the address of a back end. */
interface PassFact {
  /** The schemes that are allowed in front of it, in lower case; '' where none is needed. */
  readonly schemes: readonly string[];
  /** Whether a path may follow. */
  readonly uriPart: boolean;
}

/** The directives of http that hand a request to a back end (`*_pass` in the ngx_http_*_module.c). */
const passFacts: ReadonlyMap<string, PassFact> = new Map([
  ['proxy_pass', { schemes: ['http://', 'https://'], uriPart: true }],
  ['fastcgi_pass', { schemes: [''], uriPart: false }],
  ['uwsgi_pass', { schemes: ['', 'uwsgi://', 'suwsgi://'], uriPart: false }],
  ['scgi_pass', { schemes: [''], uriPart: false }],
  ['grpc_pass', { schemes: ['grpc://', 'grpcs://', ''], uriPart: false }],
  ['memcached_pass', { schemes: [''], uriPart: false }],
]);

export const passDirectives: readonly string[] = [...passFacts.keys()];

/** What a directive that hands requests on takes; undefined for any other. */
export function passFact(directive: string): PassFact | undefined {
  return passFacts.get(directive);
}
