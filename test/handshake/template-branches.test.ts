import { describe, expect, it } from 'vitest';
import { routesOf } from '../../server/src/handshake/routes';
import { modelOf } from '../support/memory-host';

const HEADERS =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';

/** The verdict of each route and what it depends on, one line each. */
async function routesIn(server: string, name = 'nginx.conf.j2'): Promise<string[]> {
  const text = `events {}\nhttp {\nserver {\n${server}\n}\n}\n`;
  const model = await modelOf({ [`/etc/nginx/${name}`]: text }, { major: 1, minor: 28, patch: 0 });
  return routesOf(model).map(({ verdict, cases }) => [verdict, ...cases.conditions].join(': '));
}

describe('branches of a template', () => {
  it.each<[name: string, server: string, routes: string[]]>([
    [
      'decide by what is set in one of them',
      `location / { proxy_pass http://a; {% if ws %} ${HEADERS} {% endif %} }`,
      ['depends: `{% if ws %}` is taken (otherwise 426)'],
    ],
    [
      'leave what is set around the location',
      `${HEADERS} location / { proxy_pass http://a; {% if not ws %} proxy_set_header Host a; {% endif %} }`,
      ['depends: `{% if not ws %}` is not taken (otherwise 426)'],
    ],
    [
      'decide nothing where all are alike',
      `${HEADERS} location / { {% if a %} proxy_pass http://a; {% else %} proxy_pass http://b; {% endif %} }`,
      ['passes'],
    ],
    [
      'are one condition, however often it is asked',
      `{% if a %} return 204; {% endif %} location / { proxy_pass http://a; {% if not a %} ${HEADERS} {% endif %} }`,
      ['depends: `{% if a %}` is not taken (otherwise 204)'],
    ],
    [
      'are taken where the location is in one',
      `{% if ws %} location / { proxy_pass http://a; {% if ws %} ${HEADERS} {% endif %} } {% endif %}`,
      ['passes'],
    ],
    [
      'in a loop are there once',
      `location / { proxy_pass http://a; {% for a in b %} ${HEADERS} {% endfor %} }`,
      ['passes'],
    ],
    [
      'may take a header away that is set twice',
      `location / { proxy_pass http://a; ${HEADERS}
        {% if a %} proxy_set_header Host a; {% else %} proxy_set_header Host b; {% endif %} }`,
      ['passes'],
    ],
    [
      'decide whether a return stands before',
      `location / { {% if a %} return 403; {% endif %} proxy_pass http://a; ${HEADERS} }`,
      ['depends: `{% if a %}` is not taken (otherwise 403)'],
    ],
  ])('%s', async (_, server, routes) => {
    expect(await routesIn(server)).toEqual(routes);
  });

  it('are those of each language', async () => {
    const route = (begin: string, end: string): string =>
      `location / {\nproxy_pass http://a;\n${begin}\n${HEADERS}\n${end}\n}`;
    for (const [begin, end] of [
      ['{{ if .Ws }}', '{{ end }}'],
      ['<% if @ws %>', '<% end %>'],
      ["<tmpl_if name='ws'>", '</tmpl_if>'],
      ['{{#if ws}}', '{{/if}}'],
    ] as const) {
      const expected = `depends: \`${begin}\` is taken (otherwise 426)`;
      expect(await routesIn(route(begin, end), 'nginx.conf.tmpl')).toEqual([expected]);
    }
  });
});

it.each(['{{ port }}', 'APP_PORT'])('a port to fill in (%s) is none of this nginx', async (port) => {
  const server = `listen 80; location / { proxy_pass http://127.0.0.1:${port}; ${HEADERS} }`;
  expect(await routesIn(server)).toEqual(['passes']);
  expect(await routesIn(server.replace(port, '80'))).toEqual(['blocked']);
});

describe('a placeholder', () => {
  it('as the port of a server of an upstream may lead anywhere', async () => {
    const text = `upstream app { {% for port in ports %} server 127.0.0.1:{{ port }}; {% endfor %} }
      server { listen 80; location / { proxy_pass http://app; ${HEADERS} } }`;
    const model = await modelOf({ '/etc/nginx/conf.d/app.conf.j2': text }, { major: 1, minor: 28, patch: 0 });
    expect(routesOf(model).map(({ verdict }) => verdict)).toEqual(['passes']);
  });

  it('as the name of an upstream is no bad Host at the next hop', async () => {
    const text = `upstream app_{{ name }} { server 127.0.0.1:8080; }
      server { listen 80; location / { proxy_pass http://app_{{ name }}; ${HEADERS} } }
      server { listen 8080; location / { proxy_pass http://b; ${HEADERS} } }`;
    const model = await modelOf({ '/etc/nginx/conf.d/app.conf.j2': text }, { major: 1, minor: 28, patch: 0 });
    expect(routesOf(model).map(({ verdict }) => verdict)).toEqual(['passes', 'passes']);
  });
});
