import type { Reading } from './reading';
import { hasVariables } from '../values/script';
import { directiveFault, type Fault, wrong } from './refusal';
import { firstOf, has, type Setter, valuesOf } from './setters';
import type { ConfigDirective } from '../model/configuration';
import { parseNumber } from '../values/number';
import { isRedirectUrl } from '../values/redirect-url';

/** `rewrite`, `return`, `if`, `set`, `try_files`, `error_page` (ngx_http_rewrite_module.c, ngx_http_core_module.c). */

const rewrite: Setter = (directive, _conf, reading) => {
  const [, replacement = '', flag] = valuesOf(directive);
  if (replacement === '') return wrong('empty replacement', 2);
  const pattern = reading.pattern(directive, 1, directive.argument(0));
  if (pattern !== null) return pattern;
  if (flag !== undefined && !['last', 'break', 'redirect', 'permanent'].includes(flag)) {
    return wrong(`invalid parameter "${flag}"`, 3);
  }
  return reading.compile(directive, 2);
};

const returnSetter: Setter = (directive, _conf, reading) => {
  const [code = '', ...rest] = valuesOf(directive);
  const status = parseNumber(code);
  if (status === null) {
    if (rest.length > 0 || !isRedirectUrl(code)) return wrong(`invalid return code "${code}"`, 1);
    return reading.compile(directive, 1);
  }
  if (status > 999) return wrong(`invalid return code "${code}"`, 1);
  return rest.length === 0 ? null : reading.compile(directive, 2);
};

const set: Setter = (directive, _conf, reading) => {
  const defined = reading.define(directive, 1);
  if (defined !== null) return defined;
  reading.use(directive, 1, directive.argument(0).slice(1));
  return reading.compile(directive, 2);
};

/** The condition of an `if`, its words without the parentheses around them. */
interface Condition {
  /** The words that are left, each with its index in the directive. */
  readonly words: readonly { readonly value: string; readonly index: number }[];
}

function conditionOf(directive: ConfigDirective): Condition | Fault {
  const words = valuesOf(directive).map((value, at) => ({ value, index: at + 1 }));
  const [first] = words;
  const last = words.at(-1);
  if (first === undefined || last === undefined) return wrong('invalid condition ""');
  if (!first.value.startsWith('(')) return wrong(`invalid condition "${first.value}"`, 1);
  if (first.value !== '(' || words.length > 1) first.value = first.value.slice(1);
  if (!last.value.endsWith(')')) return wrong(`invalid condition "${last.value}"`, last.index);
  last.value = last.value.slice(0, -1);
  const left = words.filter(
    ({ value, index }) => value !== '' || (index !== first.index && index !== last.index),
  );
  return left.length > 0 ? { words: left } : wrong('invalid condition ")"', last.index);
}

const ifSetter: Setter = (directive, _conf, reading) => {
  const condition = conditionOf(directive);
  return 'words' in condition ? conditionFault(directive, condition, reading) : condition;
};

const FILE_TEST = /^!?-[fdex]$/;

function conditionFault(directive: ConfigDirective, { words }: Condition, reading: Reading): Fault | null {
  const [subject, operator, ...operands] = words;
  const invalid = wrong(`invalid condition "${subject?.value ?? ''}"`, subject?.index ?? 1);
  if (subject === undefined) return invalid;
  if (subject.value.length > 1 && subject.value.startsWith('$')) {
    if (words.length !== 1 && words.length !== 3) return invalid;
    reading.use(directive, subject.index, subject.value.slice(1));
    const operand = operands[0];
    if (operator === undefined || operand === undefined) return null;
    if (operator.value === '=' || operator.value === '!=') {
      return reading.compile(directive, operand.index, operand.value);
    }
    if (/^!?~\*?$/.test(operator.value)) return reading.pattern(directive, operand.index, operand.value);
    return wrong(`unexpected "${operator.value}" in condition`, operator.index);
  }
  if (/^(?:-.|!-.?|!-)$/s.test(subject.value) && [2, 3].includes(subject.value.length)) {
    if (operator === undefined || words.length !== 2) return invalid;
    const fault = reading.compile(directive, operator.index, operator.value);
    if (fault !== null) return fault;
    return FILE_TEST.test(subject.value) ? null : invalid;
  }
  return invalid;
}

const tryFiles: Setter = (directive, conf, reading) => {
  if (has(conf, 'try_files')) return directiveFault(directive.name, 'is duplicate');
  const last = directive.words.length - 1;
  const compiled = firstOf(valuesOf(directive).map((_, index) => reading.compile(directive, index + 1)));
  if (compiled !== null) return compiled;
  const code = directive.argument(last - 1);
  if (!code.startsWith('=')) return null;
  const number = parseNumber(code.slice(1));
  if (number !== null && number <= 999) return null;
  // nginx prints one character less than it counts: the zero that it adds to a name without variables.
  return wrong(`invalid code "${hasVariables(code) ? code.slice(0, -1) : code}"`, last);
};

const errorPage: Setter = (directive, _conf, reading) => {
  const values = valuesOf(directive);
  const response = values.at(-2) ?? '';
  const at = values.length - 1;
  let codes = values.length - 1;
  if (response.startsWith('=')) {
    if (at === 1) return wrong(`invalid value "${response}"`, at);
    if (response.length > 1 && parseNumber(response.slice(1)) === null) {
      return wrong(`invalid value "${response}"`, at);
    }
    codes -= 1;
  }
  const compiled = reading.compile(directive, values.length);
  if (compiled !== null) return compiled;
  return firstOf(
    values.slice(0, codes).map((value, index) => {
      const code = parseNumber(value);
      if (code === null || code === 499) return wrong(`invalid value "${value}"`, index + 1);
      if (code >= 300 && code <= 599) return null;
      return wrong(`value "${value}" must be between 300 and 599`, index + 1);
    }),
  );
};

const METHODS: ReadonlySet<string> = new Set(
  'GET HEAD POST PUT DELETE MKCOL COPY MOVE OPTIONS PROPFIND PROPPATCH LOCK UNLOCK PATCH'.split(' '),
);

const limitExcept: Setter = (directive, conf) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  return firstOf(
    valuesOf(directive).map((value, index) =>
      METHODS.has(value.toUpperCase()) ? null : wrong(`invalid method "${value}"`, index + 1),
    ),
  );
};

export const rewriteSetters: Readonly<Record<string, Setter>> = {
  rewrite,
  return: returnSetter,
  set,
  if: ifSetter,
  try_files: tryFiles,
  error_page: errorPage,
  limit_except: limitExcept,
};
