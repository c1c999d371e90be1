import type { Closure } from '../model/load';
import { type Analysis, type AnalysisOptions, analyze, optionsOf } from '../service';
import type { Configuration } from './configurations';

/** The analyses of configurations, each kept as long as its closure is. */
export class Analyses {
  private readonly kept = new WeakMap<Closure, { readonly key: string; readonly analysis: Analysis }>();
  /** The newest of each main file, by its real path. */
  private readonly last = new Map<string, Analysis>();

  /**
   * @param onFault is called when a rule fails: its answer alone is lost
   * @param onFailure is called when nothing can be found in a configuration: it has no problems then, and others that
   * share files with it have theirs. Default: the fault is thrown
   */
  constructor(
    private readonly onFault: (rule: string, error: unknown) => void,
    private readonly onFailure?: (main: string, error: unknown) => void,
  ) {}

  /**
   * The analysis of a configuration, which is likely asked for again once it has changed. Synchronous: nothing can
   * change before the answer.
   */
  of(configuration: Configuration): Analysis {
    const { realPath } = configuration.closure.main;
    const analysis = this.analyze(configuration, true, this.last.get(realPath) ?? null);
    this.last.set(realPath, analysis);
    return analysis;
  }

  /** The same for a configuration that is looked at once. */
  once(configuration: Configuration): Analysis {
    return this.analyze(configuration, false, null);
  }

  /** Forgets what is kept for the next change. */
  clear(): void {
    this.last.clear();
  }

  private analyze(
    { closure, found, settings, target }: Configuration,
    remember: boolean,
    before: Analysis | null,
  ): Analysis {
    const { version, fork, modules, from } = target;
    // Of one that is named as the main file, nginx would not ask what it looks like.
    const isMain = found === 'given';
    const build = { fork, modules };
    const options: AnalysisOptions = {
      version,
      build,
      versionFrom: from,
      isMain,
      remember,
      ...optionsOf(settings),
    };
    const key = JSON.stringify(options);
    const known = this.kept.get(closure);
    if (known?.key === key) return known.analysis;
    const { onFault, onFailure } = this;
    const failing =
      onFailure === undefined
        ? {}
        : { onFailure: (error: unknown): void => onFailure(closure.main.path, error) };
    const analysis = analyze(closure, { ...options, onFault, ...failing }, before);
    this.kept.set(closure, { key, analysis });
    return analysis;
  }
}
