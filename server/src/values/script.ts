/** Variables in arguments, as nginx compiles them (ngx_http_script_compile). */

/** The variables of a value in order, or what nginx says is wrong with it. */
export type Compiled =
  | { readonly names: readonly string[]; readonly error: null }
  | { readonly names: readonly string[]; readonly error: string };

const NONE: Compiled = { names: [], error: null };

/** Cuts the variables out of a value; captures (`$1`) are none. Names are in lower case. */
export function compileValue(value: string): Compiled {
  if (!value.includes('$')) return NONE;
  const names: string[] = [];
  for (let at = value.indexOf('$'); at !== -1; at = value.indexOf('$', at)) {
    at += 1;
    const code = value.charAt(at);
    if (/[1-9]/.test(code)) continue;
    const bracket = code === '{';
    if (bracket) at += 1;
    const name = /^\w*/.exec(value.slice(at, at + 4096))?.[0] ?? '';
    at += name.length;
    if (bracket && at <= value.length) {
      if (value.charAt(at) !== '}') {
        if (at === value.length && name === '' && value.endsWith('${'))
          return { names, error: 'invalid variable name' };
        return { names, error: `the closing bracket in "${name}" variable is missing` };
      }
      at += 1;
    }
    if (name === '') return { names, error: 'invalid variable name' };
    names.push(name.toLowerCase());
  }
  return { names, error: null };
}

/** Whether nginx takes a value as one with variables: any `$` will do (ngx_http_script_variables_count). */
export function hasVariables(value: string): boolean {
  return value.includes('$');
}
