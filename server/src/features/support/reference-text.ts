import { allOf, t } from '../../l10n';
import type { Context } from '../../model/context';
import { type DirectiveFact, directiveFacts, documentedModule, existsIn } from '../../reference/directives';
import { defaultOf } from '../../reference/defaults';
import { docsIn, type DirectiveDocs, type VariableDocs } from '../../reference/docs';
import { inheritanceOf, inheritanceSetting, inheritedWith } from '../../reference/inheritance';
import { plainForm } from '../../reference/syntax-forms';
import { moduleOf } from '../../reference/third-party';
import { formatVersion, isAtLeast, type NginxVersion } from '../../reference/versions';
import { codeSpan } from './escape';
import { isAllowedIn } from './contexts';

/**
 * The reference of a directive, as Markdown: its syntax, the beginning of its documentation, default,
 * contexts, inheritance and releases. Null for an unknown name.
 *
 * @param contexts where it is: modules of different parts share names
 */
export function directiveText(
  name: string,
  contexts: readonly string[],
  version: NginxVersion,
): string | null {
  const facts = directiveFacts().get(name) ?? [];
  const fact = facts.find((each) => isAllowedIn(each, contexts as readonly Context[])) ?? facts[0];
  const docs = fact !== undefined && fact.thirdParty !== null ? null : docsIn(name, contexts);
  if (docs !== null) return documented(docs, fact, version);
  if (fact !== undefined) return undocumented(fact);
  const module = moduleOf(name);
  return module === null ? null : t`\`${name}\` is a directive of ${module}.`;
}

function documented(docs: DirectiveDocs, fact: DirectiveFact | undefined, version: NginxVersion): string {
  const { name, text, url } = docs;
  const isBlock = fact?.kind === 'block';
  const forms = docs.syntax.map((form) => [name, plainForm(form)].filter((each) => each !== '').join(' '));
  const syntax = forms.map((form) => (isBlock ? `${form} { … }` : `${form};`)).join('\n');
  const facts = [
    defaultText(docs, version),
    t`In ${docs.contexts.map((context) => `\`${context}\``).join(', ')}`,
    inheritanceText(docs, version),
    ...releases(docs, fact, version),
    `[nginx.org](${url})`,
  ];
  return `\`\`\`nginx\n${syntax}\n\`\`\`\n\n${text}\n\n${facts.filter((each) => each !== '').join(' · ')}`;
}

/** The first sentence of the documentation of a directive, with the link to all of it; null where there is none. */
export function directiveSummary(name: string, contexts: readonly string[]): string | null {
  const docs = docsIn(name, contexts);
  const sentenceOf = /^[^]*?\.(?=\s|$)/.exec(docs?.text ?? '');
  return docs === null || sentenceOf === null ? null : `${sentenceOf[0]} [nginx.org](${docs.url})`;
}

function defaultText({ name, contexts }: DirectiveDocs, version: NginxVersion): string {
  const text = defaultOf(name, contexts, version);
  if (text === null) return '';
  return t`Default ${allOf(text.split('\n').map((line) => `\`${line}\``))}`;
}

/** How levels within one inherit it; '' where that is not known. */
function inheritanceText({ name, contexts }: DirectiveDocs, version: NginxVersion): string {
  switch (inheritanceOf(name, contexts)) {
    case 'value':
      return t('Inherited by inner levels');
    case 'list': {
      const own = inheritedWith(name).map((each) => `\`${each}\``);
      const setting = inheritanceSetting(name, version);
      const unless = setting === null ? '' : t`, unless \`${setting}\` says otherwise`;
      return t`Inherited by levels without ${own.join(' or ')} of their own${unless}`;
    }
    case 'unnamed':
      return t('Inherited by `if` and `limit_except` only');
    case 'own':
      return t('Not inherited');
    default:
      return '';
  }
}

function releases(
  { name, obsoleteSince }: DirectiveDocs,
  fact: DirectiveFact | undefined,
  version: NginxVersion,
): string[] {
  if (fact === undefined) {
    return documentedModule(name) === null
      ? []
      : [t('Not in nginx without a licence, or a module of its own')];
  }
  const { since, until } = fact;
  const found: string[] = [];
  const isLacking = !existsIn(fact, version) && since !== null && !isAtLeast(version, since);
  if (since !== null) {
    found.push(t`Since ${formatVersion(since)}${isLacking ? t`: not in ${formatVersion(version)}` : ''}`);
  }
  if (obsoleteSince !== null) found.push(t`Obsolete since ${formatVersion(obsoleteSince)}`);
  if (until !== null) found.push(t`Removed in ${formatVersion(until)}`);
  return found;
}

/** Of other authors only the tables of commands are known. */
function undocumented({ name, module, contexts, args, kind, thirdParty }: DirectiveFact): string {
  const count = 'min' in args ? t`${args.min} or more` : args.join(' or ');
  const what = kind === 'flag' ? t('`on` or `off`') : t`arguments: ${count}`;
  const where = contexts.map((context) => `\`${context}\``).join(', ');
  const source = thirdParty === null ? module : `${module} (${thirdParty})`;
  return `\`${name}\` is a directive of ${source}, ${what}.\n\nIn ${where}`;
}

/** The reference of a variable of nginx. */
export function variableText(name: string, { isFamily, name: family, text, url }: VariableDocs): string {
  const member = isFamily ? memberText(family, name.slice(family.length)) : '';
  return `${[member, sentence(text)].filter((each) => each !== '').join('\n\n')}\n\n[nginx.org](${url})`;
}

/** What one of a family is: the header, argument or cookie of its name. */
function memberText(family: string, member: string): string {
  if (member === '') return '';
  const header = member.replaceAll('_', '-');
  switch (family) {
    case 'http_':
      return t`The header ${codeSpan(header)} of the request.`;
    case 'sent_http_':
      return t`The header ${codeSpan(header)} of the response.`;
    case 'upstream_http_':
      return t`The header ${codeSpan(header)} of the back end's response.`;
    case 'arg_':
      return t`The argument ${codeSpan(member)} of the request.`;
    case 'cookie_':
      return t`The cookie ${codeSpan(member)}.`;
    default:
      return '';
  }
}

/** The manual lists variables in a table, without the marks of a sentence. */
function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1).replace(/;$/, '');
  return /[.…:`>)]$/.test(whole) ? whole : `${whole}.`;
}

/** A code span, or an escape outside of one. */
const ESCAPED = /(`[^`\n]*`)|\\(?=[\\`*[\]<>~&@_:.])/g;

/** Markdown of ours and of the reference as plain text, for editors that show no other. */
export function plainText(markdown: string): string {
  return markdown
    .replaceAll(ESCAPED, '$1')
    .replaceAll(/^(?:```.*|---)\n?/gm, '')
    .replaceAll(/\[nginx\.org\]\(([^)\n]*)\)/g, '$1')
    .replaceAll(/^\| \|.*\|\n\|[ :|-]+\|\n/gm, '')
    .replaceAll(/^\| ?(.*?) ?\|$/gm, (_, row: string) =>
      row
        .split(' | ')
        .filter((cell) => cell !== '')
        .join('  '),
    )
    .replaceAll(/\[([^\]\n]*(?:\n[^\]\n]*)?)\]\([^)\n]*\)/g, '$1')
    .replaceAll(/~~([^~\n]*)~~/g, '$1')
    .replaceAll(/\*\*([^*\n]*)\*\*/g, '$1')
    .replaceAll(/\*?`([^`\n]*)`\*?/g, '$1')
    .replaceAll(/^> ?/gm, '')
    .trim();
}
