import type { ConfigDirective } from '../model/configuration';
import { directivesInForce } from '../model/inheritance';
import { isOn } from '../values/flag';
import { hasParameter, readListen } from '../values/listen';
import type { Conf } from './conf';
import { endOfDirective } from './lines';
import { refusalOf, startOf } from './merging-shared';
import type { Reading } from './reading';
import type { NamedPlace, Refusal } from './refusal';
import { MAIL_PROTOCOLS } from './setters-mail';

/** A server of mail, with its block. */
interface MailServer {
  readonly conf: Conf;
  readonly block: ConfigDirective;
}

/** What nginx finds at the end of the `mail` block: module by module, each over all servers (ngx_mail_block). */
export function mailRefusals(mail: Conf, reading: Reading): Refusal[] {
  const servers = mail.inner.flatMap((conf): MailServer[] => {
    const { block } = conf;
    return conf.context !== 'mail server' || block === null || conf.isOpaque ? [] : [{ conf, block }];
  });
  return [
    ...servers.filter((server) => !hasProtocol(server)).map(unknownProtocol),
    ...servers.flatMap((server) => certificateOf(server, reading) ?? []),
    ...servers.filter(({ conf }) => !isSet(conf, 'auth_http', reading)).map(withoutAuthentication),
  ];
}

/** Whether `protocol` or the port of a listener says which protocol it is. */
function hasProtocol({ conf }: MailServer): boolean {
  if (conf.byName.has('protocol')) return true;
  const ports = new Set([...MAIL_PROTOCOLS.values()].flat());
  return (conf.byName.get('listen') ?? []).some((listen) =>
    ports.has(readListen(listen, 'mail').address.port),
  );
}

function unknownProtocol({ block }: MailServer): Refusal {
  return { ...refusalOf(block, 0, 'unknown mail protocol for server'), named: startOf(block) };
}

function withoutAuthentication({ block }: MailServer): Refusal {
  return { ...refusalOf(block, 0, 'no "auth_http" is defined for server'), named: startOf(block) };
}

function isSet(conf: Conf, name: string, reading: Reading): boolean {
  return inForce(conf, name, reading).length > 0;
}

function inForce(conf: Conf, name: string, reading: Reading): readonly ConfigDirective[] {
  return directivesInForce(conf, name, reading.version).directives;
}

/** A server that speaks TLS needs a certificate with its key (ngx_mail_ssl_merge_conf). */
function certificateOf({ conf, block }: MailServer, reading: Reading): Refusal | null {
  const mode = modeOf(conf, reading);
  if (mode === null) return null;
  const { name, named } = mode;
  const certificates = inForce(conf, 'ssl_certificate', reading);
  const keys = inForce(conf, 'ssl_certificate_key', reading);
  const last = certificates.at(-1);
  const about = `the "${name}" directive`;
  if (last === undefined) {
    return { ...refusalOf(block, 0, `no "ssl_certificate" is defined for ${about}`), named };
  }
  if (keys.length === 0) {
    return { ...refusalOf(last, -1, `no "ssl_certificate_key" is defined for ${about}`), named };
  }
  if (keys.length >= certificates.length) return null;
  const text = `no "ssl_certificate_key" is defined for certificate "${last.argument(0)}" and ${about}`;
  return { ...refusalOf(last, -1, text), named };
}

/** What makes a server speak TLS, and the place that nginx names for it; null where nothing does. */
function modeOf(conf: Conf, reading: Reading): { name: string; named: NamedPlace } | null {
  const listen = conf.byName.get('listen')?.findLast((each) => hasParameter(each, 'ssl'));
  if (listen !== undefined) return { name: 'listen ... ssl', named: endOfDirective(listen) };
  const enabled = inForce(conf, 'ssl', reading).findLast(isOn);
  const upgraded = inForce(conf, 'starttls', reading).findLast(
    (each) => each.argument(0).toLowerCase() !== 'off',
  );
  const directive = enabled ?? upgraded;
  return directive === undefined ? null : { name: directive.name, named: endOfDirective(directive) };
}
