import { describe, expect, it } from 'vitest';
import { hasPlaceholder, isTemplate, roleOf } from '../../server/src/syntax/templates/languages';
import { dump, errorsOf, treeOf } from './dump';

describe('languages of templates', () => {
  it.each<[name: string, text: string, tree: string]>([
    ['percent', 'listen %ip%:%port%;\n%extra%\nroot %home%/a;\n', 'listen %ip%:%port%;\nroot %home%/a;'],
    [
      'angles',
      'listen <<PORT>>;\n<<EXTRA>>\nroot "<< ROOT >>/a";\n',
      'listen <<PORT>>;\nroot "<< ROOT >>/a";',
    ],
    ['angles with blanks', 'listen << PORT >>;', 'listen "<< PORT >>";'],
    [
      'at signs',
      'listen @PORT@;\n@EXTRA@\nlocation @name { a; }\n',
      'listen @PORT@;\nlocation @name {\n  a;\n}',
    ],
    ['more at signs', '@@EXTRA@@\nlisten @@@PORT@@@;\n', 'listen @@@PORT@@@;'],
    ['a name in capitals', 'listen 80;\n  TLS_SETTINGS\nroot A_B;\n', 'listen 80;\nroot A_B;'],
    [
      'an expression over lines',
      "{{ call(a,\n  b='}') }}\nlisten {{ 80\n  if c }};",
      'listen "{{ 80\\n  if c }}";',
    ],
    ['underscores', 'listen __PORT____PATH__;\n__EXTRA__\na;', 'listen __PORT____PATH__;\na;'],
    [
      'tags',
      '<tmpl_if name=\'a\' op=">">\nlisten <tmpl_var name="b">;\n</tmpl_if>\nroot {tmpl_var name=\'c\'};',
      'listen "<tmpl_var name=\\"b\\">";\nroot "{tmpl_var name=\'c\'}";',
    ],
    ['dots', '${a.b}listen ${c.d};\n${e.f}\n!{explode domain(vhn)}\nb;', 'listen "${c.d}";\nb;'],
    ['defaults of a shell', 'listen ${PORT:-80};\n${EXTRA:-}\nb;', 'listen "${PORT:-80}";\nb;'],
    ['EJS', '<% if (a) { %>\nlisten <%- port %>;\n<% } %>\n<%- include("b") %>\n', 'listen "<%- port %>";'],
    ['PHP', '<?php if ($a): ?>\nlisten <?php echo $b ?>;\n<?php endif; ?>', 'listen "<?php echo $b ?>";'],
    [
      'single braces',
      'listen {ip}{port};\n{extra}\n{tls}ssl_certificate {file};\nlocation / { return 200 "${a}"; }\n',
      'listen "{ip}{port}";\nssl_certificate "{file}";\nlocation / {\n  return 200 "${a}";\n}',
    ],
    [
      'Blade',
      '@if ($a->b(1))\nlisten {!! $c !!}@if ($d) ssl @endif;\n@else\na;\n@endif\n{{-- b; --}}\ntry_files $uri @else;',
      'listen "{!! $c !!}@if ($d)" ssl @endif;\na;\ntry_files $uri @else;',
    ],
    [
      'FreeMarker',
      '<#if a == ">">\nlisten ${port?c}<#if b> ssl</#if>;\n</#if>\n[#list c as d]\nroot ${d!"/srv"};\n[/#list]\n<#-- b; -->',
      'listen "${port?c}<#if b>" "ssl</#if>";\nroot "${d!\\"/srv\\"}";',
    ],
    ['Go comments', '{{- /* a }\n*/ -}}\nlisten 80;', 'listen 80;'],
    ['three braces', '{{{ lines }}}\nroot {{{ root }}};', 'root "{{{ root }}}";'],
    ['a comment behind lines', '{{ lines }} # more\nlocation / { {{ body }} }', 'location / {}'],
  ])('%s', (_, text, tree) => {
    const parsed = treeOf(text, true);
    expect(errorsOf(parsed)).toEqual([]);
    expect(dump(parsed)).toBe(tree);
  });

  it.each([
    ['a.conf.j2', ''],
    ['a.conf.erb', ''],
    ['a.conf.template.prod', ''],
    ['web.stpl', ''],
    ['a.conf', 'listen {{ port }};'],
    ['a.vhost', 'listen ${PORT};'],
    ['a.conf', '  ${EXTRA} # more\n'],
    ['a.conf', 'a ${TIME}s;'],
    ['a.conf', 'proxy_pass http://${APP_HOST};'],
    ['a.conf', 'root ${ROOT:-/srv};'],
    ['a.conf', 'ssl_certificate /etc/ssl/${SSL_CERT_DOMAIN}.pem;'],
    ['a.conf', 'listen [::]:${frontend_port} ssl;'],
    ['a.conf', 'server {\n    ${extra_config}\n}\n'],
    ['a.conf', 'listen 80; # all\n# more:\n\n  ${extra_config}\n'],
    ['a.conf', 'proxy_pass http://${HOST}:${PORT};'],
    ['a.conf', 'proxy_pass http://%ip%:%web_port%;'],
    ['a.conf', 'listen <<PORT>>;'],
    ['a.conf', 'listen ${web.port};'],
    ['a.conf', 'listen @PORT@;'],
    ['a.conf', 'listen __PORT__;'],
    ['a.conf', 'listen 80;\n\n  TLS_SETTINGS\n'],
    ['a.conf.master', "<tmpl_if name='a'>"],
    ['nginx.blade.php', ''],
    ['a.vhost', 'listen {ip}:{port} ssl;'],
    ['a.conf', '@if ($tls)\nlisten 443 ssl;\n@endif'],
    ['a.conf.ftl', ''],
    ['a.conf', '<#if tls>listen 443 ssl;</#if>'],
  ])('%s with `%s` is a template', (path, text) => {
    expect(isTemplate(path, text)).toBe(true);
  });

  it.each([
    'rewrite ^ /%D0%BF%d0%bf%20a%20b;',
    'return 200 "${host} 100% of 50%";',
    'set $__a__ 1; error_page 404 @fallback;',
    'rewrite ^/(?<name>a)>> /b;',
    'server_name "~^\\p{Greek}+$"; root ${host}; include a.conf;location / { return 200; }',
    'fastcgi_param SCRIPT_NAME $fastcgi_script_name;',
    'root __a__;',
    'proxy_set_header A ${CONNECTION};',
    'proxy_set_header A ${REMOTE_ADDR};',
    'proxy_set_header A ${SSL_CLIENT_S_DN};',
    'proxy_set_header A ${host}; proxy_pass http://${backend};',
    'log_format a "a@b.c";',
    'fastcgi_param\n  SCRIPT_NAME\n  $fastcgi_script_name;',
    'map\n  ${http_upgrade}\n  $connection_upgrade { default upgrade; }',
    'log_format a # of all\n\n  ${HTTP_HOST}\n  ${status};',
  ])('%s is none', (text) => {
    expect(isTemplate('nginx.conf', text)).toBe(false);
    expect(text.split(' ').some(hasPlaceholder)).toBe(false);
  });

  it.each<[placeholder: string, kind: string, condition?: string]>([
    ['{% if not a %}', 'if', '!a'],
    ['{%- elif a == "b" -%}', 'else', 'a == "b"'],
    ['{% if a != "b" %}', 'if', '!a == "b"'],
    ['{% if not a and b %}', 'if', 'not a and b'],
    ['{% if not (a and b) %}', 'if', '!a and b'],
    ['{% if a is not defined %}', 'if', '!a is defined'],
    ['{% unless a %}', 'if', '!a'],
    ['{% else %}', 'else'],
    ['{% endif %}', 'end'],
    ['{% for a in b %}', 'loop', 'a in b'],
    ['{% set a = 1 %}', 'nothing'],
    ['{# if #}', 'nothing'],
    ['{% include "a" %}', 'lines'],
    ['{{ if_a }}', 'text'],
    ['{{- if not .A }}', 'if', '!.A'],
    ['{{ else if eq .A "b" }}', 'else', 'eq .A "b"'],
    ['{{ range .A }}', 'loop', '.A'],
    ['{{ with .A }}', 'if', '.A'],
    ['{{ $a := 1 }}', 'nothing'],
    ['{{ end }}', 'end'],
    ['{{#if a}}', 'if', 'a'],
    ['{{#unless a}}', 'if', '!a'],
    ['{{^a}}', 'if', '!a'],
    ['{{/a}}', 'end'],
    ['<% if ! @a -%>', 'if', '!@a'],
    ['<% unless @a %>', 'if', '!@a'],
    ['<%- @a.each do |b| -%>', 'loop', '@a.each'],
    ['<% a = 1\n if b %>', 'if', 'b'],
    ['<% end %>', 'end'],
    ['<%= @a %>', 'text'],
    ['<%- a %>', 'text'],
    ['<%- a -%>', 'nothing'],
    ['<% } else if (a) { %>', 'else', 'a'],
    ['<% } else { %>', 'else'],
    ['<% for (const a of b) { %>', 'loop', 'for (const a of b)'],
    ['<% }); %>', 'end'],
    ['<% } if (a) { %>', 'end'],
    ['<% }); a.forEach((b) => { %>', 'end'],
    ['{{ define "a" }}', 'definition', 'define "a"'],
    ['{% macro a(b) %}', 'definition', 'macro a(b)'],
    ["<tmpl_if name='a'>", 'if', "name='a'"],
    ["<tmpl_unless name='a'>", 'if', "!name='a'"],
    ['<tmpl_else>', 'else'],
    ['</tmpl_loop>', 'end'],
    ['<?php foreach ($a as $b): ?>', 'loop', '$a as $b'],
    ['%name%', 'text'],
  ])('%s is %s', (placeholder, kind, condition) => {
    const role = roleOf(placeholder);
    expect(role.kind).toBe(kind);
    const asked = 'condition' in role ? role.condition : null;
    expect(asked === null ? undefined : `${asked.negated ? '!' : ''}${asked.text}`).toBe(condition);
  });
});
