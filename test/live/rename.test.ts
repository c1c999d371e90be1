import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/src/edits/edit';
import { renameAt } from '../../server/src/features/rename';
import { buildConfiguration } from '../../server/src/model/configuration';
import { closureOf } from '../support/memory-host';
import { startMainFile } from './harness/nginx';
import { freePorts } from './harness/ports';
import { Resources, temporaryDirectory } from './harness/resources';

const resources = new Resources();
afterEach(() => resources.stop());

/** Each location answers with what it has by a name. */
const text = (port: number, back: number): string => String.raw`events {
}
http {
    map $uri $kind {
        default "plain";
        "~^/kind/(?<rest>.+)$" "$rest";
    }
    map $arg_to $target {
        default back;
    }
    upstream back {
        server 127.0.0.1:${back};
    }
    limit_req_zone $binary_remote_addr zone=one:1m rate=1000r/s;
    log_format line '$kind "$rest"';
    server {
        listen 127.0.0.1:${port};
        limit_req zone=one burst=100;
        access_log access.log line;
        location /kind { return 200 "$kind-${'${kind}'}-\"$KIND\""; }
        location ~ "^/(?<id>\w)-\k<id>$" { return 200 "${'${id}'}$id"; }
        location /back { proxy_pass http://BACK/$kind; }
        location /target { proxy_pass http://$target/; }
        location /request { proxy_pass http://back$request_uri; }
        location /named { try_files /none @other; }
        error_page 418 = "@other";
        location /tea { return 418; }
        location @other { return 200 "other $uri"; }
    }
    server {
        listen 127.0.0.1:${back};
        return 200 "back $request_uri";
    }
}
`;

const PATHS = ['/kind', '/kind/x', '/a-a', '/back', '/target', '/request/1', '/named', '/tea'];

/** What nginx answers with that configuration. */
async function answers(configuration: string, ports: readonly number[]): Promise<string[]> {
  const { path } = resources.add(await temporaryDirectory());
  const file = join(path, 'nginx.conf');
  await writeFile(file, configuration);
  const nginx = resources.add(await startMainFile(file, ports));
  const bodies: string[] = [];
  for (const each of PATHS) {
    const response = await fetch(`http://127.0.0.1:${ports[0]}${each}`, { headers: { connection: 'close' } });
    bodies.push(`${each} ${response.status} ${await response.text()}`);
  }
  await nginx.stop();
  return bodies;
}

describe('nginx answers as before once a name is another', () => {
  it.each([
    ['the upstream', 'upstream back', 'back', 'forth-2.x'],
    ['the variable of a map', '$kind {', 'kind', 'sort'],
    ['the variable of a host', '$target {', 'target', 'Goal'],
    ['a group in a key of a map', '(?<rest>', 'rest', 'remainder'],
    ['a group that the pattern names again', '(?<id>', 'id', 'letter'],
    ['the location', 'location @other', 'other', '@some-other.place'],
    ['the zone', 'zone=one:', 'one', 'two'],
    ['the log format', 'log_format line', 'line', 'row'],
  ])('%s', async (_, where, name, newName) => {
    const ports = await freePorts(2);
    const [port = 0, back = 0] = ports;
    const before = text(port, back);
    const configuration = buildConfiguration(await closureOf({ '/nginx.conf': before }));
    const { main } = configuration.closure;
    const edits = renameAt(configuration, main, before.indexOf(where) + where.lastIndexOf(name), newName);
    if ('reason' in edits) throw new Error(edits.reason);
    const after = applyEdits(edits).get('/nginx.conf') ?? '';
    expect(after).not.toBe(before);
    const expected = await answers(before, ports);
    expect(expected).toEqual([
      '/kind 200 plain-plain-"plain"',
      '/kind/x 200 x-x-"x"',
      '/a-a 200 aa',
      '/back 200 back /plain',
      '/target 200 back /',
      '/request/1 200 back /request/1',
      '/named 200 other /named',
      '/tea 200 other /tea',
    ]);
    expect(await answers(after, ports)).toEqual(expected);
  });
});
