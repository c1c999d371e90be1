/** Directives that take more than a value or two, with words that may and may not be their arguments. */
export interface ArgumentPool {
  /** What stands before the arguments: a directive, or lines with one at their end; empty for lines of a block. */
  readonly start: string;
  readonly words: readonly string[];
  /** At most so many of them. */
  readonly most: number;
  /** What stands after them. */
  readonly end: string;
  /** A main file around the lines. */
  readonly around: (lines: string) => string;
}

function inMain(lines: string): string {
  return `${lines}\nevents {}\n`;
}

function inEvents(lines: string): string {
  return `events {\n${lines}\n}\n`;
}

function inHttp(lines: string): string {
  return `events {}\nhttp {\n${lines}\n}\n`;
}

function inPlainServer(lines: string): string {
  return inHttp(`server {\n${lines}\n}`);
}

function inServer(lines: string): string {
  return inPlainServer(`listen 127.0.0.1:8099;\n${lines}`);
}

function inLocation(lines: string): string {
  return inServer(`location /a {\n${lines}\n}`);
}

function inUpstream(lines: string): string {
  return inHttp(`upstream u {\n${lines}\n}\nserver { location / { proxy_pass http://u; } }`);
}

function inStream(lines: string): string {
  return `events {}\nstream {\n${lines}\n}\n`;
}

function within(block: string, around: (lines: string) => string): (lines: string) => string {
  return (lines) => around(`${block} {\n${lines}\n}`);
}

type Pool = readonly [string, string, number, string, (lines: string) => string];

const POOLS: readonly Pool[] = [
  [
    'listen',
    '80 127.0.0.1:80 *:80 [::]:80 unix:@DIR/a localhost 80x :80 127.0.0.1: [::1 [::1] 0 65536 65535 unix: default_server default ssl http2 quic proxy_protocol bind backlog=5 backlog=0 backlog=x rcvbuf=1k rcvbuf=x sndbuf= setfib=1 fastopen=3 fastopen=x deferred reuseport ipv6only=on ipv6only=x so_keepalive=on so_keepalive=30m::10 so_keepalive=x so_keepalive=:: so_keepalive=1:2:3 so_keepalive=1:2:x spdy 1.2.3 256.1.1.1 ::1 [::1]:80 *:x *',
    4,
    ';',
    inPlainServer,
  ],
  [
    'server',
    '127.0.0.1 127.0.0.1:80 127.0.0.1:80x unix:/a weight=1 weight=0 weight=x max_fails=0 max_fails=x max_fails=-1 fail_timeout=10s fail_timeout=x fail_timeout= backup down max_conns=1 max_conns=x slow_start=1 resolve service=x route=a drain [::1]:80 127.0.0.1:0 127.0.0.1:99999 http://a $host :80',
    4,
    ';',
    inUpstream,
  ],
  [
    'server 127.0.0.1;\nserver 127.0.0.2',
    'weight=2 max_fails=1 fail_timeout=1 backup down max_conns=1',
    3,
    ';',
    inUpstream,
  ],
  [
    'ip_hash;\nserver 127.0.0.1',
    'weight=2 max_fails=1 fail_timeout=1 backup down max_conns=1 slow_start=1',
    2,
    ';',
    inUpstream,
  ],
  ['server 127.0.0.1;\nhash', '$host $uri consistent a "" $nope const', 3, ';', inUpstream],
  ['server 127.0.0.1;\nrandom', 'two least_conn one least_time=header', 3, ';', inUpstream],
  ['server 127.0.0.1;\nkeepalive', '0 1 -1 x 16 1k local', 2, ';', inUpstream],
  [
    'zone z 64k;\nserver',
    'localhost 127.0.0.1 localhost:80 [::1] unix:/a resolve resolve resolve service=x service= service=http route=a route= route=012345678901234567890123456789012 drain',
    4,
    ';',
    inUpstream,
  ],
  ['server 127.0.0.1;\nsticky route', '$cookie_a $uri $nope a $ "" $arg_x', 3, ';', inUpstream],
  [
    'server 127.0.0.1;\nsticky cookie',
    'name "" expires=1h expires=max expires=x expires= domain=.a domain= domain=$host domain=$nope path=/ path= httponly secure samesite=lax samesite=STRICT samesite=x samesite= samesite=$arg_x samesite x',
    4,
    ';',
    inUpstream,
  ],
  [
    'server 127.0.0.1;\nsticky learn',
    'create=$upstream_cookie_a create=$nope create=a create=$ create lookup=$cookie_a lookup= lookup=$host zone=z:1m zone=z zone=:1m zone=z:1k zone=z:x zone timeout=1h timeout=0 timeout=x header headers',
    5,
    ';',
    inUpstream,
  ],
  [
    'server 127.0.0.1;\nsticky learn create=$upstream_cookie_a lookup=$cookie_a zone=z:1m',
    'zone=y:1m timeout=1h timeout=x header create=$nope',
    2,
    ';',
    inUpstream,
  ],
  ['server 127.0.0.1;\nzone', 'a 64k 1k x 32k 0 a/b "" 1m', 3, ';', inUpstream],
  [
    'return',
    '200 301 302 303 307 308 404 444 499 999 1000 0 -1 600 20x a /a http://a https://$host$uri "" $uri $nope $ text http',
    3,
    ';',
    inLocation,
  ],
  [
    'rewrite',
    '^ ^/a(.*)$ /b /b/$1 $1 $2 http://a https://$host/$1 last break redirect permanent x $nope ( "" /b? /b?a=$1 ^/(?<n>.)$ $n $http_x',
    4,
    ';',
    inLocation,
  ],
  [
    'error_page',
    '404 500 499 300 299 599 600 = =200 =$x =x =0 =404 /50x.html @a http://a/ /x?$args $nope 495 497 ""',
    4,
    ';',
    inLocation,
  ],
  ['try_files', '$uri $uri/ =404 =0 =99 =1000 =x @a /index.html $nope / "" =999', 4, ';', inLocation],
  [
    'if',
    '($host) ($host = a) ( $host ) ($nope) (-f $uri) (-f $nope) (!-e a) (-x) (-q a) ($host ~ a) ($host ~ ( ) ($host !~* a) ($host == a) ($host != a) (a) (a = b) ($host = ) ($) ($host a) ((a)) ( ) () ($host ~* "a|b") ($1) ($a$b) ($host ~ ^(?<q>.)$)',
    4,
    ' {}',
    inLocation,
  ],
  ['set', '$a $b $host a $ 1 "" $nope $uri $http_x $arg_y $A ${a} $1', 3, ';', inLocation],
  [
    'limit_req_zone',
    '$binary_remote_addr $host $nope a zone=a:10m zone=a:1k zone=a zone=:1m zone=b:x rate=1r/s rate=10r/m rate=0r/s rate=x rate=1r/h rate=1000r/s sync x',
    4,
    ';',
    inHttp,
  ],
  [
    'limit_req_zone $host zone=a:1m rate=1r/s;\nlimit_req',
    'zone=a zone=b zone= burst=1 burst=0 burst=x nodelay delay=1 delay=0 delay=x x burst=10',
    4,
    ';',
    inHttp,
  ],
  ['limit_conn_zone', '$host $nope a zone=a:1m zone=a:1k zone=a zone= x', 3, ';', inHttp],
  ['limit_conn_zone $host zone=a:1m;\nlimit_conn', 'a b 1 0 65536 65535 x -1', 3, ';', inHttp],
  [
    'proxy_cache_path',
    '@DIR/c levels=1:2 levels=3 levels= keys_zone=a:10m keys_zone=a:1k keys_zone=a keys_zone=:1m inactive=1h inactive=x max_size=1g max_size=x min_free=1m use_temp_path=off use_temp_path=x loader_files=1 loader_files=x loader_sleep=1 loader_threshold=x manager_files=1 manager_sleep=1s manager_threshold=x purger=on x',
    4,
    ';',
    inHttp,
  ],
  ['proxy_cache_path @DIR/c keys_zone=a:1m;\nproxy_cache', 'a b off $host $nope "" on', 2, ';', inHttp],
  ['proxy_cache_valid', 'any 200 302 404 99 600 10m 1h x 0 1x -1 301', 4, ';', inLocation],
  [
    'proxy_next_upstream',
    'error timeout http_502 http_500 http_418 off non_idempotent invalid_header updating x http_403 http_429',
    4,
    ';',
    inLocation,
  ],
  [
    'proxy_cache_use_stale',
    'error timeout http_502 updating off x http_403 non_idempotent',
    4,
    ';',
    inLocation,
  ],
  ['proxy_cache_methods', 'GET HEAD POST get PUT x', 4, ';', inLocation],
  [
    'proxy_pass',
    'http://a http://127.0.0.1 http://127.0.0.1:80/ https://127.0.0.1 ftp://a a $host http://$host http://unix:/a http://unix:/a:/b http:// http://: http://127.0.0.1:x http://127.0.0.1:99999 HTTP://127.0.0.1 "" http://$nope ws://a http:/a http://127.0.0.1:80$uri http://[::1]:80 http://[::1 unix:/a',
    2,
    ';',
    inLocation,
  ],
  ['fastcgi_pass', '127.0.0.1:9000 unix:/a 127.0.0.1 a $host $nope http://a "" [::1]:90', 2, ';', inLocation],
  [
    'grpc_pass',
    'grpc://127.0.0.1:1 grpcs://127.0.0.1:1 127.0.0.1:1 http://a $host grpc:// "" unix:/a',
    2,
    ';',
    inLocation,
  ],
  [
    'uwsgi_pass',
    'uwsgi://127.0.0.1:1 suwsgi://127.0.0.1:1 127.0.0.1:1 http://a $host ""',
    2,
    ';',
    inLocation,
  ],
  ['memcached_pass', '127.0.0.1:1 a:80 $host "" unix:/a', 2, ';', inLocation],
  ['open_file_cache', 'max=1 max=0 max=x inactive=1 inactive=x off x', 3, ';', inHttp],
  ['open_log_file_cache', 'max=1 max=0 inactive=1 valid=1 min_uses=1 min_uses=0 off x', 4, ';', inHttp],
  [
    'log_format',
    'a main escape=json escape=none escape=x $host $nope \'$host\' b combined escape=default "$a b"',
    4,
    ';',
    inHttp,
  ],
  [
    'access_log',
    'off @DIR/a.log combined main buffer=1k buffer=x flush=1 flush=x gzip gzip=1 gzip=x gzip=10 if=$host if=$nope if= @DIR/$host syslog:server=127.0.0.1 x',
    4,
    ';',
    inHttp,
  ],
  [
    'error_log',
    '@DIR/e.log debug info notice warn error crit alert emerg x stderr memory:1m debug_core debug_http syslog:server=127.0.0.1',
    4,
    ';',
    inHttp,
  ],
  [
    'resolver',
    '127.0.0.1 127.0.0.1:53 [::1] ipv6=off ipv6=x ipv4=off valid=1s valid=x status_zone=a 127.0.0.1:x valid= ipv4=on',
    4,
    ';',
    inHttp,
  ],
  ...['ssl_certificate_cache', 'proxy_ssl_certificate_cache'].flatMap((name) =>
    [inHttp, inStream].map(
      (around): Pool => [
        name,
        'off max=10 max=0 max=x inactive=10s inactive=x valid=1m valid= on',
        3,
        ';',
        around,
      ],
    ),
  ),
  [
    'ssl_ocsp_cache',
    'off shared:a:1m shared:a:1k shared:a shared::1m shared: on',
    1,
    ';\nserver {\nlisten 81;\nreturn 1;\n}',
    inStream,
  ],
  [
    'ssl_session_cache',
    'off none builtin builtin:10 builtin:x shared:a:1m shared:a:1k shared:a shared::1m shared:a:x x',
    3,
    ';',
    inHttp,
  ],
  ['ssl_protocols', 'TLSv1 TLSv1.1 TLSv1.2 TLSv1.3 SSLv3 SSLv2 tlsv1.2 x TLSv1.4', 4, ';', inHttp],
  ['ssl_verify_client', 'on off optional optional_no_ca x', 2, ';', inHttp],
  ['add_header', 'a b always $host $nope "" x', 4, ';', inLocation],
  ['expires', '1d -1 off max epoch modified @15h @25h +1d $host $nope x 10y -', 3, ';', inLocation],
  ['satisfy', 'all any x ANY', 2, ';', inLocation],
  [
    'allow',
    'all 127.0.0.1 127.0.0.1/8 127.0.0.1/33 ::1 ::1/129 ::/0 unix: a 10.0.0.0/255.0.0.0 127.0.0 "" 127.0.0.1/x',
    2,
    ';',
    inLocation,
  ],
  ['set_real_ip_from', '127.0.0.1 127.0.0.1/8 127.0.0.1/33 ::1 unix: a 10.0.0.1/8 ""', 2, ';', inLocation],
  ['keepalive_timeout', '0 65 60 x 1m 75s -1', 3, ';', inLocation],
  ['keepalive_disable', 'none msie6 safari x', 3, ';', inLocation],
  ['send_timeout', '1 1s 1m x -1 1h30m 1m1h 1ms', 2, ';', inLocation],
  ['client_max_body_size', '1 1k 1m 1g 1t x -1 0 1mb 9999999999999999999g', 2, ';', inLocation],
  ['auth_basic', 'off a $host $nope "" "a_b"', 2, ';', inLocation],
  ['auth_request', 'off /a @a $host ""', 2, ';', inLocation],
  ['auth_request_set', '$a $b a $host $upstream_http_x $nope', 3, ';', inLocation],
  ['mirror', 'off /a @a $uri', 2, ';', inLocation],
  ['proxy_set_header', 'Host $host $nope "" a Upgrade', 3, ';', inLocation],
  ['proxy_redirect', 'default off http://a / $host ~^a ~* ~( $nope ""', 3, ';', inLocation],
  ['proxy_cookie_path', 'off / /a ~^a ~( $host $nope', 3, ';', inLocation],
  [
    'proxy_cookie_flags',
    'off a secure httponly samesite=strict samesite=x nosecure ~( $nope $host',
    4,
    ';',
    inLocation,
  ],
  ['proxy_bind', 'off 127.0.0.1 127.0.0.1:80 $host transparent x a ::1 [::1] $nope', 3, ';', inLocation],
  ['proxy_http_version', '1.0 1.1 2 1.2 "1.1" x', 2, ';', inLocation],
  ['proxy_store', 'on off /a$uri $nope "" x', 2, ';', inLocation],
  ['proxy_store_access', 'user:rw group:r all:r user:x all:rw x user:', 3, ';', inLocation],
  ['proxy_temp_path', '@DIR/t 1 2 3 x 0', 4, ';', inLocation],
  ['sub_filter', 'a b $host $nope "" c', 3, ';', inLocation],
  ['root', '/a $document_root $realpath_root $host $nope "" a ${document_root}', 2, ';', inLocation],
  ['alias', '/a $document_root $host $nope "" /a/', 2, ';', inLocation],
  ['index', 'a /a $host $nope "" b', 3, ';', inLocation],
  ['limit_except', 'GET HEAD get POST X PATCH', 3, ' {}', inLocation],
  ['geo', '$a $b $remote_addr a $ $nope', 3, ' {}', inHttp],
  ['map', '$a $b $host a $ $nope "" a$host', 3, ' {}', inHttp],
  ['split_clients', '$a $b $host a $ $nope ""', 3, ' {}', inHttp],
  [
    '',
    'default 0; 1; ~( ~a *.b .b hostnames; volatile; include "" \\\\default $host $nope a b; c;',
    5,
    '',
    within('map $host $m', inHttp),
  ],
  [
    '',
    'default 0; ranges; delete proxy 127.0.0.1 10.0.0.0/8 1; 127.0.0.1-127.0.0.2 proxy_recursive; x include ::1 a;',
    5,
    '',
    within('geo $g', inHttp),
  ],
  ['', '50% 50.5% 0% 100% 101% 50.555% * a; b; x% 10', 4, '', within('split_clients $host $s', inHttp)],
  ['', 'text/html html; htm text/css css; include {', 5, '', within('types', inHttp)],
  ['', '80 E282AC; 8 x; FF 00; 100', 4, '', within('charset_map koi8-r utf-8', inHttp)],
  [
    'server {\nproxy_pass 127.0.0.1:1;\nlisten',
    '80 127.0.0.1:80 udp ssl reuseport bind backlog=1 backlog=x proxy_protocol so_keepalive=on so_keepalive=x default_server deferred fastopen=1 fastopen=x ipv6only=on ipv6only=x rcvbuf=1 rcvbuf=x x http2 unix:/a',
    4,
    ';\n}',
    inStream,
  ],
  [
    'upstream u {\nserver',
    '127.0.0.1:1 127.0.0.1 unix:/a weight=1 backup down max_fails=1 max_conns=1 slow_start=1 x',
    4,
    ';\n}',
    inStream,
  ],
  [
    'server {\nlisten 81;\nproxy_pass',
    '127.0.0.1:1 127.0.0.1 unix:/a $host $remote_addr $nope a ""',
    2,
    ';\n}',
    inStream,
  ],
  ['server {\nlisten 81;\nreturn', 'a $host $remote_addr $nope "" 200', 2, ';\n}', inStream],
  [
    'server {\nlisten 81;\npass',
    '127.0.0.1:1 127.0.0.1 [::1]:80 [::1] unix:/a unix: 80 a:80 a $host $nope $ "" 127.0.0.1:99999 http://127.0.0.1:80',
    1,
    ';\n}',
    inStream,
  ],
  ['worker_processes', 'auto 1 0 -1 x', 2, ';', inMain],
  ['worker_cpu_affinity', 'auto 01 10 0101 x 2', 3, ';', inMain],
  ['thread_pool', 'a default threads=1 threads=0 threads=x max_queue=1 max_queue=x x', 4, ';', inMain],
  ['env', 'A A=b =b', 2, ';', inMain],
  ['debug_connection', '127.0.0.1 unix: a 10.0.0.0/8 ::1 10.0.0.0/33', 2, ';', inEvents],
  ['worker_connections', '1 512 x -1 1k 0', 2, ';', inEvents],
  ['location', '/ = ~ ~* ^~ /a @a ( ^/a$ x =/b ~^/c ^~/d "" $host ! ==', 3, ' {}', inServer],
  ['location /b/ {\nlocation', '/b/c = ~ ~* ^~ /a @a ( ^/a$ /b =/b/d "" {', 4, '}', inServer],
  ['server_name', 'a *.a a.* ~^a ~( *a a*b "" . .a *.*.a _ ~ * $hostname $host $nope A', 3, ';', inServer],
];

export const argumentPools: readonly ArgumentPool[] = POOLS.map(([start, words, most, end, around]) => ({
  start,
  words: words.split(' '),
  most,
  end,
  around,
}));
