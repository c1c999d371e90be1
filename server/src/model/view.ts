import { Answers } from './answers';
import type { Level } from './levels';
import { memoized } from './memo';
import type { Model, Part } from './model';

/**
 * A model as it is seen from one server. It remembers all that it was asked, so that what was found with it holds for
 * the next version of the model too, if that gives the same answers.
 */
class ModelView implements Model {
  private readonly answers: Answers<Model, Part, Level>;
  private isSeenWhole = false;
  /** The last version that it was a view of; null while it moves with the others. */
  private last: Model | null = null;

  constructor(
    private readonly versions: Versions,
    readonly server: Level,
  ) {
    this.answers = new Answers((of, servers) => {
      if (of === null) versions.open.add(this);
      for (const each of servers) versions.answered.add(each);
    });
  }

  readonly ask: Model['ask'] = (name, about, question, isSame = Object.is, of = null, serversIn = null) =>
    this.answers.of(this.base, { name, about, of }, question, isSame, serversIn);

  /** Whether it is a view of the newest version of the model that its views were asked of. */
  get stands(): boolean {
    return this.last === null;
  }

  /** Whether another version of the model gives the same answers. */
  isTrueOf(model: Model, { isAlike, isSamePart, isInPlace, gone }: Change): boolean {
    if (this.isSeenWhole || !isAlike || gone.has(this.server)) return false;
    // Of two servers that say the same of names and listeners, the first is another one when they change places.
    return this.answers.areThose(
      model.ask,
      (part) => isSamePart[part] && (part !== 'listeners' || isInPlace(this.server)),
      isInPlace,
    );
  }

  /** Leaves it behind, as a view of the version that the others are about to leave. */
  leave(): void {
    this.last = this.versions.model;
  }

  private get base(): Model {
    return this.last ?? this.versions.model;
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

  get lineage(): object {
    return this.base.lineage;
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
    this.versions.open.add(this);
    return this.base;
  }
}

/** The views of one configuration, from version to version. */
class Versions {
  private readonly byServer = new WeakMap<Level, ModelView>();
  /** The views that may not be true of another version although all its parts say the same. */
  readonly open = new Set<ModelView>();
  /** The servers that are in answers. */
  readonly answered = new WeakSet<Level>();

  /** @param model the version that all views are of */
  constructor(public model: Model) {}

  of(server: Level): ModelView {
    const known = this.byServer.get(server);
    if (known !== undefined) return known;
    const view = new ModelView(this, server);
    this.byServer.set(server, view);
    return view;
  }

  /** Makes all views those of another version of the model; leaves behind those that are not true of it. */
  moveTo(model: Model): void {
    if (model === this.model) return;
    const change = changeTo(model)(this.model);
    for (const view of this.inDoubt(change)) {
      if (view.isTrueOf(model, change)) continue;
      view.leave();
      this.byServer.delete(view.server);
      this.open.delete(view);
    }
    this.model = model;
  }

  /** The views that may not be true of another version. */
  private inDoubt({ isAlike, isSamePart, displaced }: Change): ModelView[] {
    const isSettled = isAlike && isSamePart.names && isSamePart.listeners;
    const isAnswered = (server: Level): boolean => this.answered.has(server);
    const servers =
      isSettled && ![...displaced].some(isAnswered) ? displaced : (this.model.http?.levels ?? []);
    const views = new Set(this.open);
    for (const server of servers) {
      const view = this.byServer.get(server);
      if (view !== undefined) views.add(view);
    }
    return [...views];
  }
}

/** What is the same in two versions of a model, as far as all their views ask for it. */
interface Change {
  /** Whether all is the same that does not count as an answer. */
  readonly isAlike: boolean;
  readonly isSamePart: Readonly<Record<Part, boolean>>;
  /** The servers of before that are not there any more, or have another number among all. */
  readonly displaced: ReadonlySet<Level>;
  /** Those that are not there any more. */
  readonly gone: ReadonlySet<Level>;
  readonly isInPlace: (server: Level) => boolean;
}

/** From one version to another: found once for all views. */
const changeTo = memoized((to: Model) =>
  memoized((from: Model): Change => {
    const [before, after] = [from.http?.levels ?? [], to.http?.levels ?? []];
    const displaced = new Set(before.filter((server, rank) => server !== after[rank]));
    const elsewhere = new Set(after.filter((server, rank) => server !== before[rank]));
    const gone = new Set([...displaced].filter((server) => !elsewhere.has(server)));
    return {
      isAlike: isAlike(from, to),
      isSamePart: {
        names: from.parts.names === to.parts.names,
        listeners: from.parts.listeners === to.parts.listeners,
      },
      displaced,
      gone,
      isInPlace: (server) => !displaced.has(server),
    };
  }),
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
  private readonly byLineage = new WeakMap<object, Versions>();

  /** The model as it is seen from a server; from outside of servers, and where nothing is remembered, the model itself. */
  of(model: Model, server: Level | null): Model {
    if (server === null || server.block === null || !model.remembers || model instanceof ModelView)
      return model;
    return this.versions(model).of(server);
  }

  /**
   * What is found for each of many servers. What was found for one is kept as long as its view holds, and what it was
   * found with is the same object.
   *
   * @param find asks the model it is given, and no other
   */
  keeping<About, Found>(
    find: (server: Level, about: About, model: Model) => Found,
  ): (model: Model, servers: readonly Level[], about: readonly About[]) => readonly Found[] {
    const kept = new WeakMap<object, KeptOfServers<About, Found>>();
    return (model, servers, about) => {
      if (model.remembers && !(model instanceof ModelView)) this.versions(model);
      const before = kept.get(model.lineage);
      const placeOf = before === undefined ? null : placesOf(before.servers, servers);
      const all = servers.map((server, index): KeptOfServer<About, Found> => {
        const own = about[index] as About;
        const known = before?.all[placeOf?.(server, index) ?? -1];
        if (
          known?.about === own &&
          (known.view instanceof ModelView ? known.view.stands : known.view === model)
        )
          return known;
        const view = this.of(model, server.server);
        return { view, about: own, found: find(server, own, view) };
      });
      kept.set(model.lineage, { servers, all });
      return all.map(({ found }) => found);
    };
  }

  private versions(model: Model): Versions {
    let known = this.byLineage.get(model.lineage);
    if (known === undefined) this.byLineage.set(model.lineage, (known = new Versions(model)));
    known.moveTo(model);
    return known;
  }
}

/** What was found for a server, by what. */
interface KeptOfServer<About, Found> {
  readonly view: Model;
  readonly about: About;
  readonly found: Found;
}

interface KeptOfServers<About, Found> {
  readonly servers: readonly Level[];
  /** In the order of the servers. */
  readonly all: readonly KeptOfServer<About, Found>[];
}

/** Gives the place of a server in a list of before; undefined where it is not there. */
function placesOf(
  before: readonly Level[],
  now: readonly Level[],
): (server: Level, index: number) => number | undefined {
  const moved = new Map<Level, number>();
  before.forEach((server, index) => {
    if (server !== now[index]) moved.set(server, index);
  });
  return (server, index) => (server === before[index] ? index : moved.get(server));
}
