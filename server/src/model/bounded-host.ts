import type { FileReading, Host } from './host';

/** How much one reading may take. */
export interface ReadingLimits {
  readonly files: number;
  /** Of all texts, in characters: bytes where the text is ASCII. */
  readonly characters: number;
  /** Names in the directories that are listed. */
  readonly names: number;
}

/** An include that brings in a whole disk is a mistake, or an attack. */
export const READING_LIMITS: ReadingLimits = {
  files: 10_000,
  characters: 256 * 1024 * 1024,
  names: 100_000,
};

/**
 * The same files as long as the limits last. Beyond them nothing is asked of the disk: a file cannot be read, with the
 * reason, and a directory cannot be listed.
 */
export class BoundedHost implements Host {
  private readonly left: { -readonly [Name in keyof ReadingLimits]: number };
  /** Why directories are listed no more, in words; null while they are. */
  exhausted: string | null = null;

  constructor(
    private readonly host: Host,
    private readonly limits: ReadingLimits,
  ) {
    this.left = { ...limits };
  }

  async readFile(path: string): Promise<FileReading> {
    if (this.left.files <= 0) return beyond(`more than ${this.limits.files} files would have to be read`);
    if (this.left.characters <= 0) return beyond(this.tooLong());
    const reading = await this.host.readFile(path);
    if (reading.kind !== 'text') return reading;
    this.left.files -= 1;
    this.left.characters -= reading.text.length;
    return this.left.characters < 0 ? beyond(this.tooLong()) : reading;
  }

  async readDirectory(path: string): Promise<readonly string[] | null> {
    if (this.exhausted !== null) return null;
    const names = await this.host.readDirectory(path);
    this.left.names -= names?.length ?? 0;
    if (this.left.names >= 0) return names;
    this.exhausted = `more than ${this.limits.names} names would have to be looked at`;
    return null;
  }

  async refusal(path: string): Promise<string | null> {
    return (await this.host.refusal?.(path)) ?? null;
  }

  private tooLong(): string {
    return `more than ${Math.floor(this.limits.characters / 1024 ** 2)} MB would have to be read`;
  }
}

function beyond(reason: string): FileReading {
  return { kind: 'unreadable', reason };
}
