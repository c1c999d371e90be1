import type { FileReading, Host } from '../model/host';

/** What was read of the disk, kept until something there is known to have changed. */
export class DiskCache implements Host {
  private readonly readings = new Map<string, Promise<FileReading>>();
  private readonly listings = new Map<string, Promise<readonly string[] | null>>();

  constructor(private readonly disk: Host) {}

  readFile(path: string): Promise<FileReading> {
    return remember(this.readings, path, () => this.disk.readFile(path));
  }

  readDirectory(path: string): Promise<readonly string[] | null> {
    return remember(this.listings, path, () => this.disk.readDirectory(path));
  }

  async refusal(path: string): Promise<string | null> {
    return (await this.disk.refusal?.(path)) ?? null;
  }

  /** Whether the file has this text on the disk now. */
  async hasText(path: string, text: string): Promise<boolean> {
    const reading = await this.disk.readFile(path);
    return reading.kind === 'text' && reading.text === text;
  }

  /** The paths of the files and directories remembered that are otherwise on the disk now. */
  async stale(): Promise<string[]> {
    const stale: string[] = [];
    for (const [path, known] of this.readings) {
      if (!isEqual(await known, await this.disk.readFile(path))) stale.push(path);
    }
    for (const [path, known] of this.listings) {
      if (!isEqual(await known, await this.disk.readDirectory(path))) stale.push(path);
    }
    return stale;
  }

  /** The same disk with nothing remembered. */
  fresh(): DiskCache {
    return new DiskCache(this.disk);
  }

  clear(): void {
    this.readings.clear();
    this.listings.clear();
  }
}

/** Readings and listings are plain data. */
function isEqual(
  a: FileReading | readonly string[] | null,
  b: FileReading | readonly string[] | null,
): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function remember<T>(known: Map<string, T>, key: string, make: () => T): T {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
