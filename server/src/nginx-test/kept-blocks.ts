import type { ConfigDirective } from '../model/configuration';
import type { Level } from '../model/levels';
import type { Conf } from './conf';
import type { Recorded } from './memory';
import type { Names } from './names';
import type { Reading } from './reading';
import type { Refusal } from './refusal';

/** What is in one block of `http`, once it is read. */
interface KeptBlock {
  /** What was known of nginx: the text of its `Names`. */
  readonly names: string;
  readonly isOuterOpaque: boolean;
  readonly conf: Conf;
  readonly refusals: Recorded<readonly Refusal[]>;
}

/** A level is the same object from version to version while its block stays, and what it sees of `http`: see `end`. */
const byLevel = new WeakMap<Level, KeptBlock>();

/** Reads the blocks of `http`: those that stay, and would find the same in what nginx remembers, are not read again. */
export class KeptBlocks {
  /** Whether what was taken over still inherits the same. */
  isRight = true;
  /** What the blocks that were not read again inherit from. */
  private readonly surroundings = new Set<Conf>();

  private readonly reading: Reading;
  private readonly names: string;

  /** @param takesOver whether anything is taken over, or all read again */
  constructor(
    { reading, names }: { readonly reading: Reading; readonly names: Names },
    private readonly takesOver: boolean,
  ) {
    this.reading = reading;
    this.names = names.text;
  }

  /**
   * @param http the level around the block
   * @param read reads what is in the block
   * @returns what is refused in it
   */
  read(level: Level, http: Conf, read: (opened: Conf) => readonly Refusal[]): readonly Refusal[] {
    const { memory } = this.reading;
    const known = this.takesOver ? byLevel.get(level) : undefined;
    const isSame = known?.names === this.names && known.isOuterOpaque === http.isOpaque;
    if (isSame && memory.repeat(known.refusals)) {
      http.inner.push(known.conf);
      if (known.conf.parent !== null) this.surroundings.add(known.conf.parent);
      return known.refusals.answer;
    }
    const conf = this.reading.open(level, http);
    const refusals = memory.record(() => read(conf));
    byLevel.set(level, { names: this.names, isOuterOpaque: http.isOpaque, conf, refusals });
    return refusals.answer;
  }

  /**
   * `http` has been read to its end: whether it has accepted what it had accepted for each block that was not read again
   * is known now.
   */
  end({ around }: Conf): void {
    this.isRight &&= [...this.surroundings].every((each) => isSameList(each.directives, around.directives));
  }
}

function isSameList(a: readonly ConfigDirective[], b: readonly ConfigDirective[]): boolean {
  return a.length === b.length && a.every((directive, index) => directive === b[index]);
}
