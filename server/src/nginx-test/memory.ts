/** One thing that was looked up or noted. */
interface Entry {
  /** The number of its table. */
  readonly table: number;
  readonly key: unknown;
  readonly value: unknown;
}

interface LookedUp extends Entry {
  /** Whether it was only asked if there is one: the value is a boolean then. */
  readonly isPresence: boolean;
}

/** What came of something, with all that it looked up and noted. */
export interface Recorded<Answer> {
  readonly answer: Answer;
  readonly lookedUp: readonly LookedUp[];
  readonly noted: readonly Entry[];
}

/**
 * What nginx remembers while it reads a configuration: tables, in which it looks up later what it noted before. What was
 * done with them can be recorded. As long as it would find the same there it would do the same, so its notes are made
 * again, and that is all.
 */
export class Memory {
  private readonly tables: Table[] = [];
  private recording: Recording | null = null;

  /** A table of which the last note under a key holds. */
  latest<Key, Value>(): Latest<Key, Value> {
    const table = new Latest<Key, Value>(this, this.tables.length);
    this.tables.push(table);
    return table;
  }

  /** A table of which the first note under a key holds. It is looked at when all has been noted. */
  firsts<Key, Value>(): Firsts<Key, Value> {
    const table = new Firsts<Key, Value>(this, this.tables.length);
    this.tables.push(table);
    return table;
  }

  /** A table of all notes under a key. It is looked at when all has been noted. */
  lists<Key, Value>(): Lists<Key, Value> {
    const table = new Lists<Key, Value>(this, this.tables.length);
    this.tables.push(table);
    return table;
  }

  get isRecording(): boolean {
    return this.recording !== null;
  }

  record<Answer>(run: () => Answer): Recorded<Answer> {
    const recording = new Recording();
    this.recording = recording;
    try {
      const answer = run();
      return { answer, lookedUp: recording.lookedUp, noted: recording.noted };
    } finally {
      this.recording = null;
    }
  }

  /** Makes the notes of something again, if it would find the same; gives whether it would. */
  repeat({ lookedUp, noted }: Recorded<unknown>): boolean {
    const isSame = lookedUp.every(({ table, key, value, isPresence }) => {
      const now = this.tables[table]?.at(key);
      return (isPresence ? now !== undefined : now) === value;
    });
    if (isSame) for (const { table, key, value } of noted) this.tables[table]?.write(key, value);
    return isSame;
  }

  /** For its tables: something is noted. */
  note(entry: Entry): void {
    this.recording?.note(entry);
    this.tables[entry.table]?.write(entry.key, entry.value);
  }

  /** For its tables: something was looked up. */
  lookedUp(entry: LookedUp): void {
    this.recording?.lookUp(entry);
  }

  /** For its tables: all of one is looked at. That cannot be written down. */
  lookAtAll(): void {
    if (this.recording !== null) throw new Error('A table is looked at before all is noted.');
  }
}

/** What is looked up and noted in the course of something. */
class Recording {
  readonly lookedUp: LookedUp[] = [];
  readonly noted: Entry[] = [];
  /** The keys, by their table, that need not be written down: they were, or it has noted them itself. */
  private readonly own = new Map<number, Set<unknown>>();
  private readonly present = new Map<number, Set<unknown>>();

  note(entry: Entry): void {
    this.noted.push(entry);
    isNew(this.own, entry);
  }

  lookUp(entry: LookedUp): void {
    if (this.own.get(entry.table)?.has(entry.key) === true) return;
    if (isNew(entry.isPresence ? this.present : this.own, entry)) this.lookedUp.push(entry);
  }
}

function isNew(known: Map<number, Set<unknown>>, { table, key }: Entry): boolean {
  const keys = known.get(table);
  if (keys === undefined) known.set(table, new Set([key]));
  else if (keys.has(key)) return false;
  else keys.add(key);
  return true;
}

interface Table {
  at(key: unknown): unknown;
  write(key: unknown, value: unknown): void;
}

export class Latest<Key, Value> implements Table {
  private readonly byKey = new Map<Key, Value>();

  constructor(
    private readonly memory: Memory,
    private readonly table: number,
  ) {}

  get(key: Key): Value | undefined {
    const value = this.byKey.get(key);
    this.memory.lookedUp({ table: this.table, key, value, isPresence: false });
    return value;
  }

  has(key: Key): boolean {
    const value = this.byKey.has(key);
    this.memory.lookedUp({ table: this.table, key, value, isPresence: true });
    return value;
  }

  set(key: Key, value: Value): void {
    this.memory.note({ table: this.table, key, value });
  }

  /** What was noted, in the order in which the keys were first noted. */
  all(): ReadonlyMap<Key, Value> {
    this.memory.lookAtAll();
    return this.byKey;
  }

  at(key: Key): Value | undefined {
    return this.byKey.get(key);
  }

  write(key: Key, value: Value): void {
    this.byKey.set(key, value);
  }
}

export class Firsts<Key, Value> implements Table {
  private readonly byKey = new Map<Key, Value>();

  constructor(
    private readonly memory: Memory,
    private readonly table: number,
  ) {}

  add(key: Key, value: Value): void {
    this.memory.note({ table: this.table, key, value });
  }

  /** What was noted, in the order in which the keys were noted. */
  all(): ReadonlyMap<Key, Value> {
    this.memory.lookAtAll();
    return this.byKey;
  }

  at(key: Key): Value | undefined {
    return this.byKey.get(key);
  }

  write(key: Key, value: Value): void {
    if (!this.byKey.has(key)) this.byKey.set(key, value);
  }
}

export class Lists<Key, Value> implements Table {
  private readonly byKey = new Map<Key, Value[]>();

  constructor(
    private readonly memory: Memory,
    private readonly table: number,
  ) {}

  add(key: Key, value: Value): void {
    this.memory.note({ table: this.table, key, value });
  }

  /** What was noted, in the order in which the keys were first noted. */
  all(): ReadonlyMap<Key, readonly Value[]> {
    this.memory.lookAtAll();
    return this.byKey;
  }

  at(key: Key): readonly Value[] | undefined {
    return this.byKey.get(key);
  }

  write(key: Key, value: Value): void {
    const known = this.byKey.get(key);
    if (known === undefined) this.byKey.set(key, [value]);
    else known.push(value);
  }
}
