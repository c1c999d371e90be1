import { variableNames, variablePrefixes } from './variables.generated';

/** Whether nginx, or a module of its distribution, defines the variable. The name is without `$`; case does not matter. */
export function isBuiltInVariable(name: string): boolean {
  const lower = name.toLowerCase();
  names ??= new Set(variableNames);
  return names.has(lower) || variablePrefixes.some((prefix) => lower.startsWith(prefix));
}

let names: ReadonlySet<string> | undefined;
