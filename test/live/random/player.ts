import type { Case } from '../../../server/src/handshake/cases';
import type { Answered } from '../../../server/src/handshake/choices';
import { knownText, type Value } from '../../../server/src/handshake/value';
import type { Prediction } from './prediction';
import { CLIENT_ADDRESSES, nearOf, OPTIONAL_HEADERS, PASSWORD } from './clients';

/** How to make a case of a prediction come about: what the client sends, and what those around nginx answer. */
export interface Play {
  /** By name; those that are not sent are not here. */
  readonly headers: Readonly<Record<string, string>>;
  readonly protocols: readonly string[];
  /** The address that the client comes from. */
  readonly from: string;
  readonly hasCertificate: boolean;
  /** Which back ends take HTTP/1.0. */
  readonly lenient: Lenience;
  /** What a login answers, by its path. */
  readonly logins: ReadonlyMap<string, number>;
}

export interface Lenience {
  readonly backEnd: boolean;
  readonly auxiliary: boolean;
}

/** A case that no client of this machine can bring about. */
export interface NotPlayable {
  /** What it would take, in a word or two. */
  readonly needs: string;
}

/** What was assumed on one way. */
type Way = Case['ways'][number];

/** What a client may send or not, and where it comes from. */
interface Client {
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly from: string;
}

const ADDRESS = 'address';
const BASIC = `Basic ${Buffer.from(`${PASSWORD.user}:${PASSWORD.password}`).toString('base64')}`;

/**
 * The first of the ways of a case that can be played.
 *
 * @param files the texts of the configuration by path
 * @param auxiliary the address of the back end for subrequests
 */
export function playOf(
  { ways }: Pick<Prediction['cases'][number], 'ways'>,
  files: Readonly<Record<string, string>>,
  auxiliary: string,
): Play | NotPlayable {
  const plays = ways.map((way) => playOfWay(way, files, auxiliary));
  return plays.find((play) => !('needs' in play)) ?? plays[0] ?? { needs: 'a way' };
}

function playOfWay(
  assumptions: Way,
  files: Readonly<Record<string, string>>,
  auxiliary: string,
): Play | NotPlayable {
  const { answered } = assumptions;
  const ofServices = servicesOf(answered, files, auxiliary);
  if ('needs' in ofServices) return ofServices;
  const client = clientFor(answered, assumptions);
  if ('needs' in client) return client;
  const headers = [...client.headers].filter(([name, value]) => value !== '' && name !== PROTOCOL);
  const protocol = client.headers.get(PROTOCOL) ?? '';
  return {
    ...ofServices,
    headers: Object.fromEntries(headers),
    protocols: protocol === '' ? [] : [protocol],
    from: client.from,
  };
}

const PROTOCOL = 'sec-websocket-protocol';

// --- What others than the client answer

/** The service that stands for logins knows HTTP/1 alone. Between the words there may be comments. */
const ASKS_OVER_HTTP_2 = /\bproxy_http_version['"]?(?:\s|#.*\n)+['"]?2\b/;

function servicesOf(
  answered: readonly Answered[],
  files: Readonly<Record<string, string>>,
  auxiliary: string,
): Pick<Play, 'hasCertificate' | 'lenient' | 'logins'> | NotPlayable {
  let hasCertificate = false;
  const lenient: Partial<Record<keyof Lenience, boolean>> = {};
  const logins = new Map<string, number>();
  for (const { question, answer } of answered) {
    const { key } = question;
    const isFirst = answer === 0;
    const [word, rest = ''] = split(key);
    if (key === 'certificate') hasCertificate = isFirst;
    else if (word === 'auth_request') {
      if (ASKS_OVER_HTTP_2.test(Object.values(files).join('\n')))
        return { needs: 'a login that is asked over HTTP/2' };
      logins.set(rest, isFirst ? 204 : 401);
    } else if (word === 'HTTP/1.0') {
      const name = directiveAt(rest, files).includes(auxiliary) ? 'auxiliary' : 'backEnd';
      // Back ends do not know which directive has asked them.
      if ((lenient[name] ?? isFirst) !== isFirst)
        return { needs: 'a back end that takes HTTP/1.0 now and then' };
      lenient[name] = isFirst;
    } else if (!isOfClient(key, question.decidedBy !== undefined)) return { needs: word };
  }
  return {
    hasCertificate,
    lenient: { backEnd: lenient.backEnd ?? false, auxiliary: lenient.auxiliary ?? false },
    logins,
  };
}

/** Whether a case is about what a login answers. */
export function asksForLogin(ways: readonly Way[]): boolean {
  return ways.some(({ answered }) =>
    answered.some(({ question }) => split(question.key)[0] === 'auth_request'),
  );
}

function isOfClient(key: string, isDecided: boolean): boolean {
  return isDecided || key === 'password' || key === '$near';
}

function split(key: string): [string, string?] {
  const at = key.indexOf(' ');
  return at === -1 ? [key] : [key.slice(0, at), key.slice(at + 1)];
}

/** The text from there to the end of the directive. @param place path and offset, `/etc/nginx/nginx.conf:10` */
function directiveAt(place: string, files: Readonly<Record<string, string>>): string {
  const [, path = '', start = ''] = /^\/etc\/nginx\/(.*):(\d+)$/.exec(place) ?? [];
  const text = files[path]?.slice(Number(start)) ?? '';
  return text.slice(0, text.indexOf(';'));
}

// --- The client

/** A client for which each question about a text has the answer that was taken. */
function clientFor(answered: readonly Answered[], assumptions: Way): Client | NotPlayable {
  const password = answered.find(({ question }) => question.key === 'password')?.answer;
  const near = answered.find(({ question }) => question.key === '$near');
  const decided = answered.flatMap(({ question: { decidedBy }, answer }) =>
    decidedBy === undefined ? [] : [{ ...decidedBy, answer }],
  );
  const names = decided.flatMap(({ value }) =>
    value.flatMap((part) => (typeof part === 'string' ? [] : [part.name])),
  );
  const roots = new Set(names.map(rootOf));
  if (near !== undefined) roots.add(ADDRESS);
  if (password !== undefined) roots.add('authorization');
  const strange = [...roots].find((root) => candidatesOf(root, password, assumptions) === null);
  if (strange !== undefined) return { needs: strange };
  const fits = (client: Client): boolean =>
    (near === undefined ||
      near.question.answers[near.answer]?.includes(`"${nearOf(client.from)}"`) === true) &&
    decided.every(({ value, answerFor, answer }) => {
      const text = textOf(value, client);
      return text !== null && answerFor(text) === answer;
    });
  const found = clientsOf([...roots], password, assumptions).find(fits);
  return found ?? { needs: `a client that is told apart by ${[...roots].sort().join(', ')}` };
}

/** What a variable is read from: the name of a header, or the address. */
function rootOf(name: string): string {
  const header = /^\$http_(\w+)/.exec(name)?.[1];
  if (header !== undefined) return header.replaceAll('_', '-');
  if (name.startsWith('$cookie_')) return 'cookie';
  if (/^\$(?:realip_)?remote_addr\b/.test(name)) return ADDRESS;
  return name;
}

function candidatesOf(root: string, password: number | undefined, { texts }: Way): readonly string[] | null {
  if (root === ADDRESS) return CLIENT_ADDRESSES;
  if (root === 'authorization' && password === 0) return [BASIC];
  const known = OPTIONAL_HEADERS.get(root);
  if (known === undefined) return null;
  const assumed = knownText(texts.get(`$http_${root.replaceAll('-', '_')}`) ?? []);
  return ['', ...known, ...(assumed === null ? [] : [assumed])];
}

function clientsOf(roots: readonly string[], password: number | undefined, assumptions: Way): Client[] {
  let clients: Client[] = [{ headers: new Map(), from: CLIENT_ADDRESSES[0] }];
  for (const root of roots) {
    const texts = candidatesOf(root, password, assumptions) ?? [];
    clients = clients.flatMap((client) => texts.map((text) => clientWith(client, root, text)));
  }
  return clients;
}

function clientWith({ headers, from }: Client, root: string, text: string): Client {
  return root === ADDRESS ? { headers, from: text } : { headers: new Map([...headers, [root, text]]), from };
}

/** What a value comes to for a client; null where it can not be so. */
function textOf(value: Value, client: Client): string | null {
  let text = '';
  for (const part of value) {
    const next = typeof part === 'string' ? part : atomText(part.name, client);
    if (next === null) return null;
    text += next;
  }
  return text;
}

const AFTER = ' after `';

function atomText(name: string, client: Client): string | null {
  const at = name.lastIndexOf(AFTER);
  if (at !== -1) {
    const whole = atomText(name.slice(0, at), client);
    const start = name.slice(at + AFTER.length, -1);
    return whole?.startsWith(start) === true ? whole.slice(start.length) : null;
  }
  const root = rootOf(name);
  if (root === ADDRESS) return client.from;
  const header = client.headers.get(root) ?? '';
  if (!name.startsWith('$cookie_')) return header;
  const wanted = name.slice('$cookie_'.length);
  for (const pair of header.split('; ')) {
    const equals = pair.indexOf('=');
    if (pair.slice(0, equals).toLowerCase() === wanted) return pair.slice(equals + 1);
  }
  return '';
}
