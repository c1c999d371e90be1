import type { ConfigDirective, Place } from '../model/configuration';
import { type Area, areaOf, type Context } from '../model/context';
import type { Level, LevelKind, OuterLevel } from '../model/levels';
import { type LocationName, locationName } from '../values/location';

/**
 * What nginx has of a level (its `conf`): the directives that it has accepted so far, and what their setters remember.
 * Inheritance works as for the level itself, except that refused directives are not in force.
 */
export class Conf implements OuterLevel {
  readonly directives: ConfigDirective[] = [];
  readonly byName = new Map<string, ConfigDirective[]>();
  /** The levels within that have been opened, in order. */
  readonly inner: Conf[] = [];
  /** What the levels within see of it: itself, but of `http` only what it has between them, so that they outlive it. */
  readonly around: Conf;
  /** What the setters of this level remember, by a name of their choice. */
  readonly notes = new Map<string, string>();
  readonly context: Context;
  readonly kind: LevelKind;
  /** Of what those within see of `http` null: the block would keep all that was in it. */
  readonly block: ConfigDirective | null;
  readonly parent: Conf | null;
  /** The context of the block around it, whatever it inherits, or of the one around that where nobody knows it; null for none. */
  readonly outerContext: Conf['context'] | null;
  readonly expected: boolean;
  /** The part of the configuration; entries belong to the part of their block. */
  readonly area: Area;
  /** The location that it is, or is in; null where there is none, or nginx refuses its name. */
  readonly location: LocationName | null;
  /** Whether this level, or one around it, may have directives that are not in the files. */
  readonly isOpaque: boolean;
  readonly unseen: boolean;
  readonly opaque: Place | null;
  readonly opaqueInForce: Place | null;

  /**
   * @param hidesDirectives whether an include of the level itself does not bring in all that it names
   * @param isAround whether it is what those within another see of that
   */
  constructor(level: Level, outer: Conf | null, hidesDirectives: boolean, isAround = false) {
    const { context, kind, block, parent, expected, unseen, opaque, opaqueInForce } = level;
    this.context = context;
    this.kind = kind;
    this.block = isAround ? null : block;
    this.outerContext = outer?.context === 'unknown' ? outer.outerContext : (outer?.context ?? null);
    this.parent = parent === null ? null : (outer?.around ?? null);
    this.expected = expected;
    this.unseen = unseen || hidesDirectives;
    this.opaque = opaque;
    this.opaqueInForce = opaqueInForce;
    this.area = context === 'entries' ? (outer?.area ?? 'unknown') : areaOf(context);
    this.location = context === 'location' ? acceptedName(block) : (outer?.location ?? null);
    // Directives beside `http` add nothing to it.
    const isOuterOpaque = outer !== null && outer.block !== null && outer.isOpaque;
    this.isOpaque = this.unseen || opaque !== null || isOuterOpaque;
    this.around = context === 'http' && !isAround ? new Conf(level, outer, hidesDirectives, true) : this;
  }

  accept(directive: ConfigDirective): void {
    const known = this.byName.get(directive.name);
    if (known === undefined) this.byName.set(directive.name, [directive]);
    else known.push(directive);
    this.directives.push(directive);
    if (this.around !== this && directive.children === null) this.around.accept(directive);
  }
}

function acceptedName(block: ConfigDirective | null): LocationName | null {
  const name = block === null ? null : locationName(block);
  return name !== null && name.error === null ? name : null;
}
