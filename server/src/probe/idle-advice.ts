import { t } from '../l10n';
import { defaultOf } from '../reference/defaults';
import { assumedVersion } from '../reference/versions';

/** What may have cut a connection that was open and idle, and what to do: goes on from `nginx does that after `. */
export function idleAdvice(): string {
  const usual = defaultOf('proxy_read_timeout', ['location'], assumedVersion) ?? t('a default time');
  return t`\`proxy_read_timeout\`, ${usual} unless it is set; other proxies have such a limit too. Raise it in the location, or let one side send pings more often.`;
}
