import { describe, expect, it } from 'vitest';
import { loadTokenizer, type ScopedText } from './tokenizer';

/** The words of each line that are coloured as directives or blocks of nginx. */
async function coloured(scope: string, text: string): Promise<string[]> {
  const tokenizer = await loadTokenizer(undefined, scope);
  const isNginx = ({ scopes }: ScopedText): boolean =>
    scopes.includes('meta.embedded.block.nginx') &&
    scopes.some((each) => /^(?:support\.function\.directive|storage\.type\.block)/.test(each));
  return tokenizer
    .lines(text)
    .flat()
    .filter(isNginx)
    .map((piece) => piece.text);
}

describe('nginx in YAML', () => {
  const yaml = (text: string): Promise<string[]> => coloured('source.yaml', text);

  it.each(['nginx.conf', 'default.conf', 'my-nginx.conf', 'nginx.ingress.kubernetes.io/server-snippet'])(
    'is coloured below %s',
    async (key) => {
      const text = `data:\n  ${key}: |\n    server {\n\n      listen 80;\n    }\n  other: |\n    listen here;\nserver: x\n`;
      expect(await yaml(text)).toEqual(['server', 'listen']);
    },
  );

  it.each([
    'redis.conf: |\n  server {\n  }\n',
    'nginx.conf: >\n  server {\n  }\n',
    'nginx.conf: server {\n',
    '# nginx.conf: |\n',
    'nginx: |\n  listen 80;\n',
  ])('is not where %j may be something else', async (text) => {
    expect(await yaml(text)).toEqual([]);
  });

  it('ends with the text, whatever is open in it', async () => {
    const text = 'nginx.conf: |\n  server {\n    listen "80\nlisten: 90\n';
    expect(await yaml(text)).toEqual(['server', 'listen']);
  });
});

describe('nginx in Markdown', () => {
  const markdown = (text: string): Promise<string[]> => coloured('text.html.markdown', text);

  it.each(['```nginx', '~~~ nginx', '````NGINX title="a"', '  ```nginx'])(
    'is coloured behind %s',
    async (fence) => {
      const close = fence.trim().replace(/[^`~].*$/, '');
      const text = `# listen\n\n${fence}\nserver {\n    listen 80;\n${close}\n\nlisten\n`;
      expect(await markdown(text)).toEqual(['server', 'listen']);
    },
  );

  it.each(['```yaml\nserver: {\n```\n', '```\nlisten 80;\n```\n', '`nginx` listen 80;\n'])(
    'is not in %j',
    async (text) => {
      expect(await markdown(text)).toEqual([]);
    },
  );
});
