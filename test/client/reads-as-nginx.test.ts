import { describe, expect, it } from 'vitest';
import { HEAD_LENGTH, readsAsNginx } from '../../client/src/reads-as-nginx';

/** Reads as nginx: what stands before the colon says why it is in the list. */
const NGINX: Record<string, string> = {
  'a main file': 'user www-data;\nevents {}\nhttp {\n  include mime.types;\n}\n',
  'nothing but empty blocks': 'events {\n}\nhttp {\n}\n',
  'a virtual host': 'server {\n    listen 80;\n    server_name a.example;\n    root /srv;\n}\n',
  'a virtual host below a licence': `# Copyright\n#\n# server = yes\n\nserver\n{\n\tlisten 80;\n}\n`,
  'CRLF line ends': 'server {\r\n    listen 80;\r\n    location / {\r\n    }\r\n}\r\n',
  'a byte order mark': '\uFEFFserver {\n    listen 80;\n}\n',
  'the map of the WebSocket documentation':
    "map $http_upgrade $connection_upgrade {\n    default upgrade;\n    '' close;\n}\n",
  'a map with a regular expression': 'map $uri $blog {\n    ~^(?P<path>/[^/]+/)files/(.*) $path ;\n}\n',
  'a map whose lines look like settings': 'map $a $b {\n    "x": = 1;\n    key = value;\n    [a] b;\n}\n',
  'an upstream': 'upstream chat {\n    server 127.0.0.1:3000;\n    keepalive 16;\n}\n',
  'a geo and a split':
    'geo $office {\n  default 0;\n}\nsplit_clients "${remote_addr}x" $variant {\n  * a;\n}\n',
  'a location': 'location /ws {\n    proxy_pass http://127.0.0.1:3000;\n}\n',
  'an exact location': 'location = /status {\n    stub_status;\n    allow ::1;\n    deny all;\n}\n',
  'a regular expression location': 'location ~* "^/a{2}/" {\n    return 404;\n}\n',
  'a stream':
    'stream {\n    server {\n        listen 53 udp;\n        proxy_pass 127.0.0.1:5353;\n    }\n}\n',
  'a mail proxy': 'mail {\n    auth_http 127.0.0.1:9000;\n}\n',
  'Lua with anything in it':
    'http {\n  init_by_lua_block {\n    local t = { [1] = "x" }\n    port = 80\n  }\n  server {\n    listen 80;\n  }\n}\n',
  'a Jinja template':
    '{% if tls %}\nserver {\n  listen 443 ssl;\n  server_name {{ host }};\n  {{ extra }}\n  {# note #}\n}\n{% endif %}\n',
  'a Go template':
    '{{- range $u := .Upstreams}}\nupstream {{$u.Name}} {\n  {{- if $u.Zone}}\n  zone {{$u.Zone}};\n  {{- end}}\n  server a;\n}\n{{- end}}\n',
  'an ERB template': '<% if @tls %>\nserver {\n  listen <%= @port %>;\n  root /srv;\n}\n<% end %>\n',
  'an envsubst template': 'server {\n  listen ${PORT};\n  server_name %%HOST%%;\n}\n',
  'a missing semicolon': 'server {\n    listen 80\n    server_name a;\n    root /srv;\n}\n',
  'a missing brace': 'server {\n    listen 80;\n    location / {\n        root /srv;\n',
  'an open quote': 'server {\n    listen 80;\n    server_name "a;\n    root /srv;\n}\n',
  'a few directives of an unknown module':
    'server {\n  listen 80;\n  acme_widget on;\n  location / {\n  }\n}\n',
  'Apache named in a comment': 'server {\n    # was <VirtualHost *:80>\n    listen 80;\n}\n',
};

const OTHERS: Record<string, string> = {
  nothing: '',
  'blank lines': '\n\n  \n',
  comments: '# server {\n#   listen 80;\n# }\n',
  prose: 'How to set up nginx\n\nserver {\n    listen 80;\n    location / {\n        root /srv;\n    }\n}\n',
  'a lone word in braces': 'server {\n}\n',
  'directives without a block': 'proxy_set_header Host $host;\nproxy_http_version 1.1;\n',
  'an Apache virtual host':
    'Listen 80\n<VirtualHost *:80>\n    ServerName a.example\n    RewriteCond %{HTTP_HOST} ^www\n</VirtualHost>\n',
  'Apache that holds a block of nginx': 'server {\n  listen 80;\n}\n  <VirtualHost *:443>\n</VirtualHost>\n',
  'an Apache module': '<IfModule mod_ssl.c>\n    SSLEngine on\n</IfModule>\n',
  'a systemd unit':
    '[Unit]\nDescription=A proxy; nginx\n\n[Service]\nExecStart=/usr/sbin/nginx -g "daemon off;"\n',
  'an ini file': '; server settings\n[server]\nport = 80\n',
  'my.cnf': '[mysqld]\nuser = mysql\nport=3306\n!includedir /etc/mysql/conf.d/\n',
  supervisor:
    '[program:nginx]\ncommand=/usr/sbin/nginx -g "daemon off;"\nautostart=true\n; server {\n; listen 80;\n; }\n',
  'php.ini': '[PHP]\n;;;;;;;;;;\n; About ;\n;;;;;;;;;;\nengine = On\n',
  'Java properties': 'server.port=8080\nspring.datasource.url=jdbc:h2:mem:a;DB_CLOSE_DELAY=-1\n',
  'Java properties with colons': 'server: a\nlocation: /srv\n',
  '.editorconfig': 'root = true\n\n[*.{js,ts}]\nindent_style = space\n',
  HOCON: 'http {\n  server {\n    port = 8080\n    host: localhost\n  }\n}\n',
  'HOCON with comments': '// The server\nserver {\n  idle-timeout = 60 s\n}\n',
  'HOCON that appends': 'server {\n  names += "a"\n}\nhttp {\n  names += "b"\n}\n',
  HCL: 'server {\n  enabled          = true\n  bootstrap_expect = 3\n}\n',
  'Nomad with nested blocks': 'data_dir = "/opt/nomad"\n\nserver {\n  enabled = true\n}\n',
  HAProxy:
    'global\n    daemon\n\ndefaults\n    mode http\n\nfrontend www\n    bind *:80\n    default_backend app\n',
  lighttpd:
    'server.modules = ( "mod_access" )\n$HTTP["host"] == "a" {\n    server.document-root = "/srv"\n}\n',
  'named.conf': 'options {\n    directory "/var/cache/bind";\n};\nzone "a" {\n    type master;\n};\n',
  'dhcpd.conf':
    'option domain-name "a";\nsubnet 10.0.0.0 netmask 255.0.0.0 {\n    range 10.0.0.2 10.0.0.9;\n}\nhost b {\n    fixed-address 10.0.0.3;\n}\n',
  'syslog-ng': 'source s_src {\n    system();\n    internal();\n};\nlog { source(s_src); };\n',
  keepalived: 'vrrp_instance VI_1 {\n    state MASTER\n    virtual_ipaddress {\n        10.0.0.1\n    }\n}\n',
  Caddyfile: 'a.example {\n    reverse_proxy localhost:3000\n    handle /ws {\n    }\n}\n',
  logstash: 'input {\n  http {\n    port => 8080\n  }\n}\nfilter {\n  if [type] == "a" {\n  }\n}\n',
  'dovecot.conf': 'protocols = imap\nservice imap-login {\n  inet_listener imap {\n    port = 143\n  }\n}\n',
  nftables: 'table inet filter {\n    chain input {\n        type filter hook input priority 0;\n    }\n}\n',
  unbound: 'server:\n    verbosity: 1\n    interface: 0.0.0.0\n',
  Varnish:
    'vcl 4.0;\nbackend default {\n    .host = "127.0.0.1";\n}\nsub vcl_recv {\n    return (pass);\n}\n',
  'a shell script that writes nginx':
    '#!/bin/sh\ncat > a.conf <<EOF\nserver {\n    listen 80;\n    location / {\n        root /srv;\n    }\n}\nEOF\n',
  'shell commands without a first line that says so':
    'set -e\ncat > a.conf <<EOF\nserver {\n    port = 80\n}\nEOF\n',
  JSON: '{\n  "server": {\n    "port": 80\n  }\n}\n',
  YAML: 'server:\n  port: 80\nhttp: { a: 1 }\n',
  'C with blocks': 'struct server {\n  int port;\n};\nint main() {\n  if (a) { return 1; }\n}\n',
  CSS: '.server {\n  color: red;\n}\n@media print {\n}\n',
};

describe('readsAsNginx', () => {
  it.each(Object.entries(NGINX))('takes %s', (_, text) => {
    expect(readsAsNginx(text)).toBe(true);
  });

  it.each(Object.entries(OTHERS))('leaves %s', (_, text) => {
    expect(readsAsNginx(text)).toBe(false);
  });

  it('looks at the beginning only', () => {
    const server = 'server {\n    listen 80;\n    root /srv;\n}\n';
    const comment = '# nothing to see here\n'.repeat(HEAD_LENGTH / 16);
    expect(readsAsNginx(comment + server)).toBe(false);
    expect(readsAsNginx(server + comment)).toBe(true);
    expect(readsAsNginx(`${server}${comment}<VirtualHost *:80>\n`)).toBe(true);
  });

  it('does not judge a line that the limit cuts through', () => {
    const server = 'server {\n    listen 80;\n    root /srv;\n}\n';
    const padding = '#'.repeat(HEAD_LENGTH - server.length - 6);
    expect(readsAsNginx(`${server}${padding}\nkey = value\n`)).toBe(true);
    expect(readsAsNginx(`${server}#\nkey = value\n`)).toBe(false);
  });
});
