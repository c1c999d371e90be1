import { describe, expect, it } from 'vitest';
import { readBuild } from '../../server/src/reference/builds';

describe('readBuild', () => {
  it.each([
    ['1.28', null],
    ['nginx version: nginx/1.22.1\n', null],
    ['nginx version: nginx/1.29.3 (nginx-plus-r36)\n', 'NGINX Plus'],
    ['nginx version: openresty/1.29.2.5\n', 'OpenResty'],
    ['nginx version: freenginx/1.26.0\n', 'freenginx'],
    ['Angie version: Angie/1.13.0\nnginx version: nginx/1.31.2\n', 'Angie'],
    ['Angie/1.12.0', 'Angie'],
    ['Tengine version: Tengine/3.1.0\nnginx version: nginx/1.24.0\n', 'Tengine'],
  ])('%j: %s', (text, fork) => {
    expect(readBuild(text)).toMatchObject({ fork, modules: null });
  });

  it('has the modules that `configure` was told of', () => {
    // As Debian's nginx 1.22.1 prints it, in part.
    const build = readBuild(
      'nginx version: nginx/1.22.1\nbuilt with OpenSSL 3.0.8 7 Feb 2023\nTLS SNI support enabled\n' +
        "configure arguments: --with-cc-opt='-g -O2' --with-http_ssl_module --with-http_sub_module " +
        '--with-mail=dynamic --with-stream --with-http_geoip_module=dynamic --without-http_ssi_module\n',
    );
    expect(build?.modules?.builtIn).toEqual([
      'ngx_http_ssl_module',
      'ngx_http_sub_filter_module',
      'ngx_stream_module',
    ]);
    expect(build?.modules?.absent).toEqual(
      expect.arrayContaining(['ngx_mail_module', 'ngx_http_geoip_module', 'ngx_http_ssi_filter_module']),
    );
    expect(build?.modules?.hasOthers).toBe(false);
  });

  it('tells of modules of other authors', () => {
    const text = 'nginx version: nginx/1.28.0\nconfigure arguments: --add-module=/src/ngx_brotli\n';
    expect(readBuild(text)?.modules?.hasOthers).toBe(true);
  });

  it.each(['', 'nginx: command not found', 'Apache/2.4.58'])('cannot read %j', (text) => {
    expect(readBuild(text)).toBeNull();
  });
});
