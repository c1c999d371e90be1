import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  applications,
  applicationsAt,
  applicationsMentioned,
  applicationsNamed,
  isTellingPort,
  lookAlikes,
  lookAlikesNamed,
} from '../../server/src/reference/applications';

const source = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../scripts/data/applications.json'), 'utf8'),
) as { applications: { name: string; images: string[] }[]; lookAlikes: { name: string; why: string }[] };

function duplicates(texts: readonly string[]): string[] {
  return texts.filter((text, index) => texts.indexOf(text) !== index);
}

describe('the applications', () => {
  it('are many', () => {
    expect(applications.length).toBeGreaterThanOrEqual(80);
    expect(lookAlikes.length).toBeGreaterThanOrEqual(20);
    expect(source.applications.map(({ name }) => name)).toEqual(applications.map(({ name }) => name));
    expect(source.lookAlikes.map(({ name }) => name)).toEqual(lookAlikes.map(({ name }) => name));
  });

  it('have one name each, and no two share one', () => {
    const all = [...applications, ...lookAlikes];
    expect(duplicates(all.map(({ name }) => name.toLowerCase()))).toEqual([]);
    expect(duplicates(all.flatMap(({ names }) => names))).toEqual([]);
    expect(all.filter(({ names }) => names.length === 0)).toEqual([]);
    const isName = /^[a-z0-9]+(?:-[a-z0-9]+){0,3}$/;
    expect(all.flatMap(({ names }) => names.filter((name) => !isName.test(name)))).toEqual([]);
  });

  it.each(applications)('$name has a page of its own that says so, and a place', (application) => {
    expect(application.source).toMatch(/^https:\/\/[a-z0-9.-]+\.[a-z]+\/\S*$/);
    expect(application.paths).not.toEqual([]);
    for (const path of application.paths) expect(path).toMatch(/^\/(?:\S*[^*\s])?$/);
    for (const port of application.ports) expect(port > 0 && port < 65_536).toBe(true);
    for (const asked of application.asks) {
      expect(asked).toMatch(
        /^(?:proxy_read_timeout \d+[smhd]?|client_max_body_size \d+[kKmMgG]?|proxy_buffering off|proxy_set_header Host \$(?:host|http_host))$/,
      );
    }
    expect(duplicates([...application.paths])).toEqual([]);
  });

  it('of which none needs WebSocket say why', () => {
    expect(source.lookAlikes.filter(({ why }) => why === '')).toEqual([]);
  });

  it('are sorted by name', () => {
    const names = applications.map(({ name }) => name.toLowerCase());
    expect(names).toEqual(names.toSorted());
  });
});

describe('a name', () => {
  const found = (text: string): string[] => applicationsNamed(text).map(({ of }) => of.name);

  it.each([
    ['grafana', 'Grafana Live'],
    ['Grafana', 'Grafana Live'],
    ['shop-grafana-1', 'Grafana Live'],
    ['grafana_backend', 'Grafana Live'],
    ['grafana-server-v2', 'Grafana Live'],
    ['home_assistant', 'Home Assistant'],
    ['my.home-assistant', 'Home Assistant'],
    ['rocket.chat', 'Rocket.Chat'],
    ['unix:/run/gitea', 'Gitea'],
    ['signalrservers', 'ASP.NET Core SignalR'],
    ['grafanabackend_1', 'Grafana Live'],
    ['code-server', 'code-server'],
    ['semaphore_api', 'Semaphore UI'],
  ])('%s is that of %s', (text, name) => {
    expect(found(text)).toEqual([name]);
  });

  it.each([
    'grafana-exporter',
    'grafanax',
    'xgrafana',
    'appserver',
    'grafanaexporter',
    'gitlab-pages',
    'home',
    'app',
    '',
    '-',
    '127',
  ])('%s is that of none', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('may be that of an application that needs no WebSocket', () => {
    expect(lookAlikesNamed('blog_wordpress_1').map(({ of }) => of.name)).toEqual(['WordPress']);
    expect(lookAlikesNamed('grafana')).toEqual([]);
  });

  it('may be as long as it likes', () => {
    expect(found(`${'a-'.repeat(100_000)}grafana${'-1'.repeat(100_000)}`)).toEqual(['Grafana Live']);
  });
});

describe('a text that mentions an application', () => {
  const found = (text: string): string[] => applicationsMentioned(text).map(({ name }) => name);

  it.each([
    ['# API (Hasura)', 'Hasura GraphQL Engine'],
    ['# Home Assistant, in the cellar', 'Home Assistant'],
    ['### uptime-kuma ###', 'Uptime Kuma'],
  ])('%s', (text, name) => {
    expect(found(text)).toContain(name);
  });

  it('names it in full', () => {
    expect(found('# grafanax, home and assistants')).toEqual([]);
  });
});

describe('a port', () => {
  it('tells one application from all others, or none', () => {
    expect(applicationsAt(8123).map(({ name }) => name)).toEqual(['Home Assistant']);
    expect(isTellingPort(8123)).toBe(true);
    const common = [80, 443, 3000, 5000, 8000, 8080, 8443, 8888, 9000, 8096, 1, 65_000];
    expect(common.filter(isTellingPort)).toEqual([]);
  });
});
