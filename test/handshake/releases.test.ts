import { describe, expect, it } from 'vitest';
import { assumedVersion, parseVersion } from '../../server/src/reference/versions';
import { explain } from '../../server/src/service';
import { analysisOf } from '../support/memory-host';
import { releaseCases } from './release-cases';

describe.each(releaseCases)('$name', ({ server, from }) => {
  const said = from.map(([release, explained]) => [release, explained] as const);

  it.each(said)('from %s on: %s', async (release, explained) => {
    const text = `events {} http { server { listen 80; ${server.replaceAll('@B', '127.0.0.1:9')} } }`;
    const analysis = await analysisOf(text, parseVersion(release) ?? assumedVersion);
    const { verdict, status } = explain(analysis, 'ws://localhost/');
    expect(`${verdict} ${status}`).toBe(explained);
  });
});
