import type { SourceFile } from '../model/source-file';
import type { Model } from '../model/model';
import { directiveFacts } from '../reference/directives';
import { docsIn } from '../reference/docs';
import { type Parameter, parametersOf } from '../reference/syntax-forms';
import { contextsAt, isAllowedIn } from './support/contexts';
import { type Statement, statementAt } from './support/statement';

/** One form of the arguments of a directive. */
interface Signature {
  /** `proxy_set_header field value`. */
  readonly label: string;
  /** The ranges of its parameters in the label. */
  readonly parameters: readonly (readonly [start: number, end: number])[];
  /** The parameter that is being written; null for one too many. */
  readonly active: number | null;
}

/** The forms of the directive at a place. */
export interface Signatures {
  readonly name: string;
  readonly contexts: readonly string[];
  readonly signatures: readonly Signature[];
  /** The form that fits what is written. */
  readonly active: number;
}

/** The syntax of the directive whose arguments are being written at a place; null for none or an unknown directive. */
export function signaturesAt(model: Model, file: SourceFile, offset: number): Signatures | null {
  const statement = statementAt(file, offset);
  const name = statement?.before[0]?.value;
  if (statement === null || name === undefined) return null;
  const contexts = contextsAt(model.configuration, file, statement.block);
  const isKnown = directiveFacts()
    .get(name)
    ?.some((fact) => isAllowedIn(fact, contexts));
  const docs = isKnown === true ? docsIn(name, contexts) : null;
  if (docs === null || contexts.includes('entries')) return null;
  const forms = docs.syntax.map(parametersOf).filter((parameters) => parameters.length > 0);
  if (forms.length === 0) return null;
  return {
    name,
    contexts,
    signatures: forms.map((parameters) => signatureOf(name, parameters, statement)),
    active: fittingForm(forms, statement),
  };
}

/** The form that begins with the word that is written, else the first that may have as many arguments. */
function fittingForm(forms: readonly (readonly Parameter[])[], statement: Statement): number {
  const degrees = forms.map<number>((parameters) => fits(parameters, statement));
  return degrees.indexOf(degrees.reduce((most, degree) => Math.max(most, degree), 0));
}

function signatureOf(name: string, parameters: readonly Parameter[], statement: Statement): Signature {
  let label = name;
  const ranges = parameters.map((parameter): [number, number] => {
    const start = label.length + 1;
    label += ` ${parameter.label}`;
    const end = label.length;
    if (parameter.repeats) label += ' ...';
    return [start, end];
  });
  return { label, parameters: ranges, active: activeParameter(parameters, statement) };
}

/** The parameter of the argument at the place: the one that its word names, else the one of its number. */
function activeParameter(parameters: readonly Parameter[], { before, word }: Statement): number | null {
  const index = before.length - 1;
  const written = word?.value ?? '';
  const named = written === '' ? -1 : parameters.findIndex((parameter) => isNamed(parameter, written));
  if (named !== -1) return named;
  if (index < parameters.length) {
    const repeating = parameters.findIndex(({ repeats }) => repeats);
    return repeating !== -1 && index > repeating && index < parameters.length - 1 ? repeating : index;
  }
  const repeating = parameters.findIndex(({ repeats }) => repeats);
  return repeating === -1 ? null : repeating;
}

/** Whether a word is one of those that the parameter may be: `backlog=511` of `[backlog=number]`. */
function isNamed({ words }: Parameter, written: string): boolean {
  return words.some((word) => (/[=:]$/.test(word) ? written.startsWith(word) : written === word));
}

/** How well what is written fits a form with these parameters: 0 not at all, 2 for one that begins with the same word. */
function fits(parameters: readonly Parameter[], { before, word, after }: Statement): 0 | 1 | 2 {
  const written = [...before.slice(1), ...(word === null ? [] : [word]), ...after].map(({ value }) => value);
  const [first] = parameters;
  const [start = ''] = written;
  if (
    first === undefined ||
    (written.length > parameters.length && !parameters.some(({ repeats }) => repeats))
  )
    return 0;
  if (start === '') return 1;
  if (first.words.length > 0 && !first.optional) {
    return first.words.some((each) => start.startsWith(each) || each.startsWith(start)) ? 2 : 0;
  }
  // A number alone is a port.
  return first.label === 'port' ? (/^\d+$/.test(start) ? 2 : 0) : 1;
}
