import { Answers } from './answers';
import type { Level } from './levels';
import { memoized } from './memo';
import type { Model, Part } from './model';

/**
 * A model as it is seen from one server. It remembers all that it was asked, so that what was found with it holds for
 * the next version of the model too, if that gives the same answers.
 */
class ModelView implements Model {
  private readonly answers = new Answers<Model, Part, Level>();
  private isSeenWhole = false;

  constructor(
    private base: Model,
    private readonly server: Level,
  ) {}

  readonly ask: Model['ask'] = (name, about, question, isSame = Object.is, of = null, serversIn = null) =>
    this.answers.of(this.base, { name, about, of }, question, isSame, serversIn);

  /** Makes it a view of another version of the model, if that gives the same answers. */
  moveTo(model: Model): boolean {
    if (this.base === model) return true;
    if (this.isSeenWhole || !isAlike(model, this.base)) return false;
    const isInPlace = (server: Level): boolean => rankOf(model, server) === rankOf(this.base, server);
    // Of two servers that say the same of names and listeners, the first is another one when they change places.
    const isSamePart = (part: Part): boolean =>
      model.parts[part] === this.base.parts[part] && (part !== 'listeners' || isInPlace(this.server));
    const isSame = this.answers.areThose(model.ask, isSamePart, isInPlace);
    if (isSame) this.base = model;
    return isSame;
  }

  get version(): Model['version'] {
    return this.base.version;
  }

  get isVersionAssumed(): Model['isVersionAssumed'] {
    return this.base.isVersionAssumed;
  }

  get fork(): Model['fork'] {
    return this.base.fork;
  }

  get websocketUrls(): Model['websocketUrls'] {
    return this.base.websocketUrls;
  }

  get parts(): Model['parts'] {
    return this.base.parts;
  }

  get remembers(): boolean {
    return this.base.remembers;
  }

  get latest(): Model {
    return this.base;
  }

  get hasUnseenParts(): boolean {
    return this.ask('unseen parts', null, (model) => model.hasUnseenParts, Object.is, 'names');
  }

  // Who asks for these may look at anything in them.

  get configuration(): Model['configuration'] {
    return this.whole.configuration;
  }

  get top(): Model['top'] {
    return this.whole.top;
  }

  get http(): Model['http'] {
    return this.whole.http;
  }

  get maps(): Model['maps'] {
    return this.whole.maps;
  }

  get upstreams(): Model['upstreams'] {
    return this.whole.upstreams;
  }

  get variables(): Model['variables'] {
    return this.whole.variables;
  }

  get definitions(): Model['definitions'] {
    return this.whole.definitions;
  }

  private get whole(): Model {
    this.isSeenWhole = true;
    return this.base;
  }
}

/** The number of a server among all; undefined for one that is not there. */
function rankOf({ http }: Model, server: Level): number | undefined {
  return http === null ? undefined : ranksIn(http).get(server);
}

const ranksIn = memoized(
  (http: Level): ReadonlyMap<Level, number> => new Map(http.levels.map((level, rank) => [level, rank])),
);

/** What settings say does not count as an answer. */
function isAlike(a: Model, b: Model): boolean {
  return (
    a.version.major === b.version.major &&
    a.version.minor === b.version.minor &&
    a.version.patch === b.version.patch &&
    a.isVersionAssumed === b.isVersionAssumed &&
    a.fork === b.fork &&
    a.websocketUrls.length === b.websocketUrls.length &&
    a.websocketUrls.every((url, index) => url === b.websocketUrls[index])
  );
}

/**
 * Views of models, each from one server. As long as the server stays, and the model gives the same answers, its view is
 * the same object from version to version: what is kept by it holds.
 */
export class Views {
  private readonly byServer = new WeakMap<Level, ModelView>();

  /** The model as it is seen from a server; from outside of servers, and where nothing is remembered, the model itself. */
  of(model: Model, server: Level | null): Model {
    if (server === null || server.block === null || !model.remembers || model instanceof ModelView)
      return model;
    const known = this.byServer.get(server);
    if (known?.moveTo(model) === true) return known;
    const view = new ModelView(model, server);
    this.byServer.set(server, view);
    return view;
  }
}
