import type { Closure } from '../model/load';
import { type Analysis, type AnalysisOptions, analyze, optionsOf } from '../service';
import type { Configuration } from './configurations';

/** The analyses of configurations, each kept as long as its closure is. */
export class Analyses {
  private readonly kept = new WeakMap<Closure, { readonly key: string; readonly analysis: Analysis }>();

  /** @param onFault is called when a rule fails: its answer alone is lost */
  constructor(private readonly onFault: (rule: string, error: unknown) => void) {}

  /** The analysis of a configuration. Synchronous: nothing can change before the answer. */
  of({ closure, settings, target }: Configuration): Analysis {
    const { version, from } = target;
    const versionIsSet = from === 'setting' || from === 'project';
    const options: AnalysisOptions = { version, versionIsSet, ...optionsOf(settings) };
    const key = JSON.stringify(options);
    const known = this.kept.get(closure);
    if (known?.key === key) return known.analysis;
    const analysis = analyze(closure, { ...options, onFault: this.onFault });
    this.kept.set(closure, { key, analysis });
    return analysis;
  }
}
