import type { DirectiveFact } from './directives';
import { isAtLeast, type NginxVersion, parseVersion } from './versions';

/** Which setter read a directive until a release, where that was another one (the command tables of all releases compared). */
const EARLIER: Readonly<Record<string, readonly [until: string, slot: string]>> = {
  // Obsolete since then: nginx warns of them, and reads no value.
  http2_recv_timeout: ['1.19.7', 'msec'],
  http2_idle_timeout: ['1.19.7', 'msec'],
  http2_max_requests: ['1.19.7', 'num'],
  http2_max_field_size: ['1.19.7', 'size'],
  http2_max_header_size: ['1.19.7', 'size'],
};

/** Which of nginx's setters for many directives reads the value of a directive in that version; '' for one of its own. */
export function slotIn({ name, slot }: DirectiveFact, version: NginxVersion): string {
  const [until, earlier] = EARLIER[name] ?? earlierOf(name, slot);
  const first = parseVersion(until);
  return first !== null && !isAtLeast(version, first) ? earlier : slot;
}

/** The same for directives that many modules have. */
function earlierOf(name: string, slot: string): readonly [until: string, slot: string] {
  // The rates of http and stream took variables first.
  const isRate = name.startsWith('limit_rate') || /_(?:upload|download)_rate$/.test(name);
  if (slot === 'complex_value_size') return [isRate ? '1.17.0' : '1.27.0', 'size'];
  // `v2` of the PROXY protocol.
  if (name === 'proxy_protocol' && slot === 'enum') return ['1.31.4', 'flag'];
  return ['', slot];
}
