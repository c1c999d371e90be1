import { type OuterText, regionOf } from './region';

/** What `nginx -T` prints before each file. */
const HEADER = /^# configuration file ((?:\/|[a-z]:[\\/])[^\r\n]*):(?:\r?\n|$)/gim;

/** What nginx says on standard error, which may come before the files or after them. */
const SAID = /(?<![^\n])(?:(?:nginx|angie|freenginx|openresty|tengine): [^\n]*(?:\n|$)|\r?\n)+$/;

/** The files that `nginx -T` has printed; null when a text is no such output. */
export function readDump(text: string): OuterText | null {
  const headers = [...text.matchAll(HEADER)];
  const [first] = headers;
  if (first === undefined || /[;{}]\s*$/m.test(text.slice(0, first.index))) return null;
  const regions = headers.map((header, index) => {
    const start = header.index + header[0].length;
    const end = headers[index + 1]?.index ?? text.length;
    const [path = ''] = header.slice(1);
    const said = SAID.exec(text.slice(start, end));
    return regionOf(text, [[start, said === null ? end : start + said.index]], { path });
  });
  return { kind: 'dump', regions };
}
