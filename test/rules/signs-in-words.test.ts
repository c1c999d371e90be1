import { describe, expect, it } from 'vitest';
import { analysisOf } from '../support/memory-host';

/** What the messages of findings end with: why the location is taken for one that is meant for WebSocket. */
async function signs(
  body: string,
  path = '/',
  target = 'http://app',
  above = '',
): Promise<(string | undefined)[]> {
  const { problems } = await analysisOf(
    `events {}\nhttp {\nserver {\n${above}\nlocation ${path} {\n${body}\nproxy_pass ${target};\n}\n}\n}\n`,
  );
  return problems
    .filter(({ rule }) => rule === 'websocket-upgrade-missing')
    .map((problem) => {
      expect(problem.message).toBe([problem.text, problem.signs].join(' ').trimEnd());
      return problem.signs;
    });
}

describe('the signs in a message', () => {
  it('are the path, and what is set', async () => {
    expect(await signs('proxy_set_header Upgrade $http_upgrade;', '/ws')).toEqual([
      'This is meant for WebSocket: the path is /ws, `Upgrade` is set.',
    ]);
  });

  it('are a variable that is used, where no header is set', async () => {
    expect(await signs('set $a $http_upgrade;')).toEqual([
      'This is meant for WebSocket: `$http_upgrade` is used.',
    ]);
  });

  it('are a comment, and no more than three', async () => {
    const body = '# websocket\nproxy_set_header Connection $connection_upgrade;';
    expect(await signs(body, '/ws', 'http://ws')).toEqual([
      'This is meant for WebSocket: a comment says so, the path is /ws, `Connection` is set.',
    ]);
  });

  it('leave it open where they are weak', async () => {
    expect(await signs('', '/chat')).toEqual(['This may be meant for WebSocket: the path is /chat.']);
    expect(await signs('', '/stream', 'http://my-chat')).toEqual([
      'This may be meant for WebSocket: the back end is named my-chat, the path is /stream.',
    ]);
  });

  it('are an application and its documentation', async () => {
    const page = 'grafana.com/docs/grafana/latest/setup-grafana/set-up-grafana-live/';
    expect(await signs('', '/', 'http://grafana:3000')).toEqual([
      `Grafana Live needs WebSocket at /api/live/ (${page}).`,
    ]);
    expect(await signs('', '/', 'http://grafana')).toEqual([
      `Grafana Live needs WebSocket at /api/live/ (${page}), if that is what it is.`,
    ]);
    expect(await signs('# websocket', '/', 'http://grafana:3000')).toEqual([
      `This is meant for WebSocket: a comment says so. Grafana Live needs WebSocket at /api/live/ (${page}).`,
    ]);
  });

  it('are none where nothing is meant', async () => {
    expect(await signs('')).toEqual(['']);
  });

  it('name a long path by its beginning', async () => {
    const [text] = await signs('', `/ws/${'a'.repeat(200)}`);
    expect(text).toMatch(/^This is meant for WebSocket: the path is \/ws\/a{56}…\.$/);
  });
});

it('names the header that a level further out sets', async () => {
  const { problems } = await analysisOf(
    'events {}\nhttp {\nserver {\nproxy_set_header Upgrade $http_upgrade;\nlocation / {\n' +
      'proxy_set_header Host $host;\nproxy_pass http://app;\n}\n}\n}\n',
  );
  const wiped = problems.find(({ rule }) => rule === 'websocket-headers-overridden');
  expect(wiped?.severity).toBe('information');
  expect(wiped?.signs).toBe('This may be meant for WebSocket: `Upgrade` is set further out.');
});
