import { parseAddress } from '../values/address';
import { type Fault, wrong } from './refusal';

/** The errors of nginx for the parameters of `syslog:` (ngx_syslog_parse_args). */

const FACILITIES: ReadonlySet<string> = new Set(
  (
    'kern user mail daemon auth intern lpr news uucp clock authpriv ftp ntp audit alert cron ' +
    'local0 local1 local2 local3 local4 local5 local6 local7'
  ).split(' '),
);

const SEVERITIES: ReadonlySet<string> = new Set('emerg alert crit error warn notice info debug'.split(' '));

/** Parameters that nginx takes once. */
const ONCE = ['server', 'facility', 'severity', 'tag'] as const;

type Parameter = (typeof ONCE)[number];

/** What is wrong with the parameters after `syslog:`, in the first argument of a log. Names of hosts are not looked up. */
export function inSyslog(parameters: string): Fault | null {
  const text = textOf(parameters);
  return text === null ? null : wrong(text, 1);
}

function textOf(parameters: string): string | null {
  const seen = new Set<Parameter>();
  for (const parameter of parameters.split(',')) {
    if (parameter === 'nohostname') continue;
    const name = ONCE.find((each) => parameter.startsWith(`${each}=`));
    if (name === undefined) return `unknown syslog parameter "${parameter}"`;
    if (seen.has(name)) return `duplicate syslog "${name}"`;
    seen.add(name);
    const fault = FAULTS[name](parameter.slice(name.length + 1));
    if (fault !== null) return fault;
  }
  return seen.has('server') ? null : 'no syslog server specified';
}

const FAULTS: Readonly<Record<Parameter, (value: string) => string | null>> = {
  server(value) {
    const { error } = parseAddress(value, { defaultPort: 514 });
    return error === null ? null : `${error} in syslog server "${value}"`;
  },
  facility: (value) => (FACILITIES.has(value) ? null : `unknown syslog facility "${value}"`),
  severity: (value) => (SEVERITIES.has(value) ? null : `unknown syslog severity "${value}"`),
  tag(value) {
    if (value.length > 32) return 'syslog tag length exceeds 32';
    return /^\w*$/.test(value) ? null : 'syslog "tag" only allows alphanumeric characters and underscore';
  },
};
