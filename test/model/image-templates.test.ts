import { describe, expect, it } from 'vitest';
import { imageTemplateOf, withImageTemplates } from '../../server/src/model/image-templates';
import { closureOf } from '../support/memory-host';

describe('templates of the image', () => {
  it.each([
    ['/a/nginx/conf.d/b.conf', '/a/nginx/templates/b.conf.template'],
    ['/a/conf.d/*.conf', '/a/templates/*.conf.template'],
    ['/a/sites/b.conf', null],
    ['/a/conf.d/b.template', null],
  ])('%s is written from %s', (path, template) => {
    expect(imageTemplateOf(path)).toBe(template);
  });

  it('take the place of the files that they become, in their order', () => {
    const templates = ['/a/templates/b.conf.template', '/a/templates/d.conf.template'];
    expect(withImageTemplates(['/a/conf.d/b.conf', '/a/conf.d/c.conf'], templates)).toEqual([
      '/a/templates/b.conf.template',
      '/a/conf.d/c.conf',
      '/a/templates/d.conf.template',
    ]);
  });

  it('are included by the nginx.conf beside them', async () => {
    const { files, inclusions } = await closureOf({
      '/a/nginx/nginx.conf': 'events {} http { include /etc/nginx/conf.d/*.conf; include conf.d/x.inc; }',
      '/a/nginx/templates/b.conf.template': 'server { listen ${PORT}; include /etc/nginx/c.conf; }',
      '/a/nginx/templates/x.inc.template': 'server { listen ${OTHER}; }',
      '/a/nginx/c.conf': 'deny all;',
    });
    expect([...files.keys()].toSorted()).toEqual([
      '/a/nginx/c.conf',
      '/a/nginx/nginx.conf',
      '/a/nginx/templates/b.conf.template',
      '/a/nginx/templates/x.inc.template',
    ]);
    expect([...inclusions.values()].every(({ problem }) => problem === null)).toBe(true);
  });
});
