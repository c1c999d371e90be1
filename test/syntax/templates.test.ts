import { describe, expect, it } from 'vitest';
import { placeholdersIn } from '../../server/src/syntax/comments';
import { dump, errorsOf, tokensOf, treeOf } from './dump';

describe('placeholders', () => {
  it.each<[name: string, text: string, tree: string]>([
    [
      'a word',
      'listen {{ port }};\nproxy_pass http://{{ host }}:{{ port }}/;\n',
      'listen "{{ port }}";\nproxy_pass "http://{{ host }}:{{ port }}/";',
    ],
    ['in quotes, with quotes', 'root "{{ lookup("root") }}";', 'root "{{ lookup(\\"root\\") }}";'],
    ['with what ends a word', 'root {{ a if b; else "}" }}/c;', 'root "{{ a if b; else \\"}\\" }}/c";'],
    ['a name', '{{ name }} on;\n{{ a }} {{ b }};', '"{{ name }}" on;\n"{{ a }}" "{{ b }}";'],
    ['a whole line', 'a;\n{{ lines }}\nb;\n', 'a;\nb;'],
    ['several on a line', 'a;\n{{ one }}{{ two }}  <%= three %>\nb;', 'a;\nb;'],
    ['statements', '{% if a %}\nlisten 80;\n{% else %}\nlisten 81;\n{% endif %}\n', 'listen 80;\nlisten 81;'],
    ['statements on one line', '{% if a %}listen 80;{% endif %}', 'listen 80;'],
    [
      'statements within words',
      'listen 80{% if a %} ssl{% endif %};',
      'listen "80{% if a %}" "ssl{% endif %}";',
    ],
    ['comments', "{# don't { #}\nlisten 80;{# } #}\n", 'listen 80;'],
    ['comments over lines', '{#\n  server {\n#}\nlisten 80;', 'listen 80;'],
    ['ERB', '<% if @a -%>\nlisten <%= @port %>;\n<% end -%>\n<%# } %>\n', 'listen "<%= @port %>";'],
    ['Go', '{{- if .A }}\nlisten {{ .Port }};\n{{- end }}\n{{/* { */}}\n', 'listen "{{ .Port }}";'],
    ['Go on one line', '{{ range .A }}listen {{ . }};{{ end }}\n', 'listen "{{ . }}";'],
    ['Mustache', '{{#a}}listen 80;{{/a}}{{^a}}listen 81;{{/a}}\n{{! } }}\n', 'listen 80;\nlisten 81;'],
    ['envsubst', 'listen ${PORT};\n  ${EXTRA}\nroot /a;\n', 'listen "${PORT}";\nroot /a;'],
    ['percent signs', 'listen %%PORT%%;\n  %%EXTRA%%\nroot /a;\n', 'listen %%PORT%%;\nroot /a;'],
    ['percent signs with a semicolon', '%%EXTRA%%;\nroot /a;\n', '%%EXTRA%%;\nroot /a;'],
    ['a block of its own', '{{ name }} {\n  a;\n}\n', '"{{ name }}" {\n  a;\n}'],
    ['blocks within', 'location {{ path }} {\n  {{ body }}\n}', 'location "{{ path }}" {}'],
    ['a variable in braces', 'a ${b}${{ c }};', 'a "${b}${{ c }}";'],
  ])('%s', (_, text, tree) => {
    const parsed = treeOf(text, true);
    expect(errorsOf(parsed)).toEqual([]);
    expect(dump(parsed)).toBe(tree);
  });

  it('are nothing special in a file that is no template', () => {
    expect(tokensOf(treeOf('a {{ b }}'))).toEqual([
      'a',
      'OpenBrace {',
      'OpenBrace {',
      'b',
      'CloseBrace }',
      'CloseBrace }',
    ]);
    expect(dump(treeOf('${A}\n%%B%%\n<% c;'))).toBe('"${A}" %%B%% <% c;');
  });

  it('that do not end are none', () => {
    expect(tokensOf(treeOf('location / {{ deny all; }', true))).toEqual([
      'location',
      '/',
      'OpenBrace {',
      'OpenBrace {',
      'deny',
      'all',
      'Semicolon ;',
      'CloseBrace }',
    ]);
    // Two braces that are closed on another line are blocks.
    expect(tokensOf(treeOf('a {{\n b;\n}}', true))).toContain('OpenBrace {');
  });

  it.each<[name: string, text: string, errors: string[]]>([
    ['behind a value', 'a;\nlisten {{ port }}\nroot /a;\n', ['missing-semicolon {{ port }}']],
    ['not behind a name that may bring it', 'a;\n{{ name }} {{ value }}\nroot /a;\n', []],
    ['before a statement', 'listen 80\n{% endif %}\nroot /a;\n', ['missing-semicolon 80']],
    ['before statements and lines', 'listen 80\n  {{ b }} {{ c }}\n<% d %>\n}', ['missing-semicolon 80']],
    ['before a directive that is switched', 'listen 80\n${a.b}root /a;\n', ['missing-semicolon 80']],
    ['not where statements stand in a directive', 'log_format a b\n{% if c %}\n  d\n{% endif %};\n', []],
  ])('a missing semicolon is found %s', (_, text, errors) => {
    const tree = treeOf(`server {\n${text.endsWith('}') ? text : `${text}}`}\n`, true);
    expect(errorsOf(tree).map((error) => error.replace(/ @-?\d+$/, ''))).toEqual(errors);
  });

  it('with branches that are alternatives open and close blocks once', () => {
    const branches = '{% if a %}\nlocation /a {\n{% else %}\nlocation /b {\n{% endif %}\n  deny all;\n}\n';
    expect(errorsOf(treeOf(branches, true))).toEqual([]);
    expect(dump(treeOf(branches, true))).toBe('location /a {¦\nlocation /b {\n  deny all;\n}');
    const closed = 'a {\n{% if a %}\n}\nb {\n{% else %}\n}\nc {\n{% endif %}\nd;\n}\n';
    expect(errorsOf(treeOf(closed, true))).toEqual([]);
    expect(dump(treeOf(closed, true))).toBe('a {}\nb {¦\nc {\n  d;\n}');
    const uneven = '{% if a %}\nlocation /a {\n{% else %}\nd;\n{% endif %}\n';
    expect(errorsOf(treeOf(uneven, true))).toEqual([]);
    const one = '{% if a %}\nlocation /a {\n  deny all;\n{% endif %}\n';
    expect(treeOf(one, true).errors.map(({ code }) => code)).toEqual(['missing-close-brace']);
  });

  it('that may bring directives are found in their block', () => {
    const text =
      'server {\n  {% if a %}\n  {{ extra }}\n  ${MORE}\n  {% include "x" %}\n  {% endif %}\n  location / {\n    {{ other }}\n  }\n}\n';
    const tree = treeOf(text, true);
    const [server] = tree.directives;
    if (server === undefined) throw new Error('There is no server.');
    expect(placeholdersIn(tree, server).map(({ start, end }) => text.slice(start, end))).toEqual([
      '{{ extra }}',
      '${MORE}',
      '{% include "x" %}',
    ]);
  });
});
