import { rule } from '../../server/src/rules/include-missing';
import { testRule } from '../support/rule-tester';

/** An http block that includes the argument. */
function including(argument: string): string {
  return `events {}\nhttp {\n    include ${argument};\n}\n`;
}

testRule(rule, {
  valid: [
    { name: 'it is there', files: { '/srv/nginx.conf': including('a.conf'), '/srv/a.conf': '' } },
    { name: 'no modules are enabled', files: including('/etc/nginx/modules-enabled/*.conf') },
    {
      name: 'files known to be harmless',
      files: including('mime.types; include fastcgi_params; include tls-intermediate.conf'),
    },
    { name: "Debian's proxy_params is known", files: including('proxy_params') },
    {
      name: '/etc/nginx is tried beside the main file',
      files: { '/srv/nginx.conf': including('/etc/nginx/conf.d/a.conf'), '/srv/conf.d/a.conf': '' },
    },
    { name: 'a template fills the name in', files: { '/srv/nginx.conf.j2': including('{{ dir }}/a.conf') } },
  ],
  invalid: [
    {
      name: 'a pattern that nothing matches is told once',
      files: including('x').replace('include x', '«include conf.d/*.conf»; include conf.d/*.conf'),
      severity: 'information',
      message: 'Nothing here matches `/etc/nginx/conf.d/*.conf`',
      output: null,
    },
    {
      name: 'on this machine it is a fault',
      files: including('x').replace('include x', '«include gone.conf»'),
      severity: 'warning',
      message: 'open() "/etc/nginx/gone.conf" failed (2: No such file or directory)',
      output: null,
    },
    {
      name: 'elsewhere it may just not have been copied',
      files: { '/srv/nginx.conf': including('x').replace('include x', '«include gone.conf»') },
      severity: 'information',
      output: null,
    },
    {
      name: 'a directory',
      files: {
        '/srv/nginx.conf': including('x').replace('include x', '«include conf.d»'),
        '/srv/conf.d/a.conf': '',
      },
      severity: 'information',
      message: 'pread() "/srv/conf.d" failed (21: Is a directory)',
      output: null,
    },
  ],
});
