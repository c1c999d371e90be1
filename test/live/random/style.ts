import type { Draft } from './draft';
import { type Directive, type IncludedFile, include, needsQuotes, quoted, sourceOf, type Word } from './tree';

/** What follows stands further right than the directive, as people write it. */
const LINE_BREAKS = [
  '\n            ',
  '\r\n\t\t\t',
  ' # a comment; {\n            ',
  ' #"\n            ',
] as const;

/**
 * Writes a configuration in another way that means the same: other blanks, comments, quotes, and parts of blocks moved
 * to included files.
 */
export class Style {
  private files = 0;

  constructor(private readonly draft: Draft) {}

  /** The same directives, some of them in included files, all written at random. */
  restyle(directives: readonly Directive[]): Directive[] {
    return this.moved(directives.map((each) => this.restyled(each)));
  }

  private restyled(one: Directive): Directive {
    const { choices } = this.draft;
    const isRaw = one.words.some((word) => typeof word !== 'string');
    const words = isRaw ? one.words : one.words.map((word) => this.rewritten(word));
    return {
      ...one,
      words,
      block: one.block === null ? null : this.inside(one, one.block),
      layout: {
        before: this.before(),
        gaps: choices.chance(85) ? [' '] : this.gaps(one.words),
        end:
          one.block === null
            ? choices.weighted([
                [9, ''],
                [1, this.gap()],
              ])
            : this.gapBeforeBlock(words),
      },
    };
  }

  /** The `include` of a `geo` knows no globs (ngx_http_geo_include): its lines stay where they are. */
  private inside({ words: [name] }: Directive, directives: readonly Directive[]): Directive[] {
    return name === 'geo' ? directives.map((each) => this.restyled(each)) : this.restyle(directives);
  }

  private before(): string {
    return this.draft.choices.weighted([
      [60, '\n'],
      [15, '\n    '],
      [8, ' '],
      [5, '\n\n\t'],
      [3, '\r\n'],
      [3, '\n# a comment; with { braces } and "quotes\n'],
      [2, '\n#\n# location /ws { proxy_pass http://127.0.0.1:1; }\n  '],
      [2, "  # it's the end of a line\n"],
    ]);
  }

  private gap(): string {
    return this.draft.choices.of([' ', '  ', '\t', ...LINE_BREAKS]);
  }

  /** Two gaps, the second for all words that follow. */
  private gaps(words: readonly Word[]): readonly [string, string] {
    const gaps = [this.gap(), this.gap()] as const;
    // A line that begins with the name of a directive is taken for one whose predecessor lacks its semicolon.
    return words.some((word, index) => index > 0 && word === 'break') ? [' ', '  '] : gaps;
  }

  /** None is needed, but after a `$`, with which the bracket would begin a variable. */
  private gapBeforeBlock(words: readonly Word[]): string {
    const isNeeded = words.some((word) => sourceOf(word).endsWith('$'));
    return this.draft.choices.of(isNeeded ? [' ', '\n'] : [' ', '', '\n']);
  }

  private rewritten(word: Word): Word {
    if (typeof word !== 'string') return word;
    const drawn = this.draft.choices.below(100);
    if (drawn < 70) return { source: sourceOf(word) };
    if (drawn < 80) return { source: quoted(word, '"') };
    if (drawn < 90) return { source: quoted(word, "'") };
    // In any word `\t` is a tab, and `\"` a quote.
    const escaped = word.replaceAll('\t', '\\t').replaceAll('"', '\\"');
    return { source: needsQuotes(word) ? `"${escaped}"` : word };
  }

  /** Moves a run of directives to a file of its own, now and then; two files where a glob brings them. */
  private moved(directives: readonly Directive[]): Directive[] {
    const { choices } = this.draft;
    if (directives.length === 0 || !choices.chance(7)) return [...directives];
    const from = choices.below(directives.length);
    const to = choices.between(from, directives.length);
    const run = directives.slice(from, to);
    this.files += 1;
    this.draft.note('include');
    const name = `part-${this.files}`;
    return [...directives.slice(0, from), this.include(name, run), ...directives.slice(to)];
  }

  private include(name: string, run: readonly Directive[]): Directive {
    const { choices } = this.draft;
    const file = (path: string, directives: readonly Directive[]): IncludedFile => ({ path, directives });
    const middle = choices.below(run.length + 1);
    switch (choices.below(4)) {
      case 0:
        return include(`${name}.conf`, [file(`${name}.conf`, run)]);
      case 1:
        return include(`parts/${name}.inc`, [file(`parts/${name}.inc`, run)]);
      case 2:
        // Sorted by name, as glob(3) gives them: capitals first.
        return include(`parts/${name}-*.conf`, [
          file(`parts/${name}-B.conf`, run.slice(0, middle)),
          file(`parts/${name}-a.conf`, run.slice(middle)),
        ]);
      default:
        return include(`parts/${name}/[a-m]?.conf`, [
          file(`parts/${name}/a1.conf`, run.slice(0, middle)),
          file(`parts/${name}/a2.conf`, run.slice(middle)),
        ]);
    }
  }
}
