import { t } from '../l10n';
import type { ConfigDirective } from '../model/configuration';
import { placeOf, walk } from '../model/configuration';
import type { Model } from '../model/model';
import type { Evidence, Verdict } from './evidence';
import type { Target } from './target';

/** What becomes of a connection to a server of `stream`: bytes are passed on, whatever they mean. */
interface StreamHandshake {
  readonly verdict: Verdict;
  readonly status: number | null;
  readonly because: readonly Evidence[];
}

/** The handshake over a server of `stream` that listens on the port; null when there is none. */
export function streamHandshake(model: Model, target: Target): StreamHandshake | null {
  for (const server of streamServers(model)) {
    const listen = server.children?.find((each) => each.name === 'listen' && listensOn(each, target));
    if (listen !== undefined) return through(server, listen, target);
  }
  return null;
}

function* streamServers({ configuration }: Model): Generator<ConfigDirective> {
  for (const directive of walk(configuration.directives.filter(({ name }) => name === 'stream'))) {
    if (directive.name === 'server' && directive.parent?.name === 'stream' && directive.children !== null)
      yield directive;
  }
}

function listensOn(listen: ConfigDirective, { host, port }: Target): boolean {
  const parameters = new Set(listen.words.slice(2).map(({ value }) => value));
  if (parameters.has('udp')) return false;
  const match = /^(?:(.*):)?(\d+)$/.exec(listen.argument(0));
  const address = match?.[1] ?? '*';
  const isAny = address === '*' || address === '0.0.0.0' || address === '[::]';
  return Number(match?.[2]) === port && (isAny || address === host || !/^[\d[]/.test(host));
}

function through(server: ConfigDirective, listen: ConfigDirective, { secure }: Target): StreamHandshake {
  const isTls = listen.words.some(({ value }) => value === 'ssl');
  const pass = server.children?.find(({ name }) => name === 'proxy_pass');
  const say = (
    verdict: Verdict,
    status: number | null,
    message: string,
    at: ConfigDirective,
  ): StreamHandshake => ({
    verdict,
    status,
    because: [
      { id: verdict === 'blocked' ? 'protocol-mismatch' : null, place: placeOf(at), message, step: 'listen' },
    ],
  });
  if (isTls && !secure) return say('blocked', null, t('This port speaks TLS: connect with wss://.'), listen);
  if (pass === undefined) return say('blocked', null, t('This server of `stream` has no back end.'), server);
  if (listen.words.some(({ value }) => value === 'proxy_protocol')) {
    return say('blocked', null, t('Connections must begin with a PROXY header.'), listen);
  }
  return say(
    'passes',
    101,
    t('`stream` passes the bytes on as they are: the handshake is between client and back end.'),
    pass,
  );
}
