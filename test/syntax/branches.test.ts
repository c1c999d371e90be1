import { describe, expect, it } from 'vitest';
import { guardAt } from '../../server/src/syntax/templates/branches';
import { treeOf } from './dump';

/** What must hold for the first `x` of a text, from the inside out. */
function guardsOfX(text: string): string[] {
  const guards: string[] = [];
  for (let guard = guardAt(treeOf(text, true), text.indexOf('x;')); guard !== null; guard = guard.outer) {
    guards.push(`${guard.holds ? '' : '!'}${guard.key}${guard.isLoop ? ' loop' : ''}`);
  }
  return guards;
}

describe('branches', () => {
  it.each<[name: string, text: string, guards: string[]]>([
    ['none', 'x;', []],
    ['one that is over', '{% if a %}b;{% endif %}x;', []],
    ['one that is taken', '{% if a %}x;{% endif %}', ['a']],
    ['one of the opposite', '<% unless @a %>\nx;\n<% end %>', ['!@a']],
    ['the other', '{% if a %}b;{% else %}x;{% endif %}', ['!a']],
    ['the second', '{% if a %}b;{% elif c %}x;{% else %}{% endif %}', ['c', '!a']],
    ['the last', '{% if a %}{% elif not c %}{% else %}x;{% endif %}', ['c', '!a']],
    ['one in another', '{{ if .A }}{{ if .B }}{{ end }}{{ if .C }}x;{{ end }}{{ end }}', ['.C', '.A']],
    ['a loop', '{% for a in b %}x;{% endfor %}', ['a in b@0 loop']],
    ['one in a loop', '{% for a in b %}{% if a %}x;{% endif %}{% endfor %}', ['a@0', 'a in b@0 loop']],
    ['one of a case', "<% case @a\n when 'b' %>\nx;\n<% end %>", []],
    [
      'a second of a case',
      "<% case @a %>\n<% when 'b' %>\n<% when 'c' %>\nx;\n<% end %>",
      ["when 'c'@0", "!when 'b'@0"],
    ],
    ['one in a word', 'a 1{% if b %} c{% endif %}; x;', []],
    ['a side of a conflict', '<<<<<<< a\nb;\n=======\nx;\n>>>>>>> c\n', ['!conflict 0']],
    ['one behind another that ends with it', '<% if (a) { %>b;<% } if (c) { %>x;<% } %>', ['c']],
    ['a definition', '{{ define "a" }}x;{{ end }}', ['define "a"@0']],
    ['ends without a beginning', '{% endif %}{% else %}{% endif %}x;', []],
  ])('%s', (_, text, guards) => {
    expect(guardsOfX(text)).toEqual(guards);
  });
});
