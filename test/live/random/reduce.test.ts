import { expect, it } from 'vitest';
import { reduce } from './reduce';
import { block, directive, type Directive, include, print } from './tree';

const textOf = (directives: readonly Directive[]): string =>
  Object.values(print('main', directives)).join('\n');

it('takes out all that the failure does not need', async () => {
  const whole = [
    block(
      ['http'],
      [
        directive('set', '$a', '1'),
        include('more.conf', [
          {
            path: 'more.conf',
            directives: [block(['server'], [directive('listen', '80'), directive('deny', 'all')])],
          },
        ]),
        block(['server'], [directive('return', '404')]),
      ],
    ),
  ];
  const reduced = await reduce(whole, async (tried) => textOf(tried).includes('deny all;'), 5000);
  expect(textOf(reduced).trim()).toBe('http {\nserver {\ndeny all;\n}\n}');
});

it('keeps included files when the failure needs them', async () => {
  const file = { path: 'more.conf', directives: [directive('deny', 'all'), directive('allow', 'all')] };
  const reduced = await reduce(
    [directive('set', '$a', '1'), include('more.conf', [file]), directive('internal')],
    async (tried) => textOf(tried).includes('include') && textOf(tried).includes('allow all'),
    5000,
  );
  expect(print('main', reduced)).toStrictEqual({
    main: '\ninclude more.conf;\n',
    'more.conf': '\nallow all;\n',
  });
});

it('tries no more when its time is up', async () => {
  let tries = 0;
  const one = [directive('internal')];
  const reduced = await reduce(
    one,
    async () => {
      tries += 1;
      return true;
    },
    0,
  );
  expect([reduced, tries]).toStrictEqual([one, 0]);
});
