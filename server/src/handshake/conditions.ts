import { t } from '../l10n';
import type { ConfigDirective } from '../model/configuration';
import { memoized } from '../model/memo';
import { hasPlaceholder } from '../syntax/templates/languages';
import { CannotTell } from './cannot-tell';
import type { Request } from './request';
import { cannotTell, decidingValue } from './variables';
import { knownText } from './value';

/**
 * Whether the condition of an `if` is true (ngx_http_rewrite_if_condition, ngx_http_script_if_code). Files are not
 * consulted: none exists. A pattern that matches leaves its captures.
 */
export function isConditionTrue(request: Request, block: ConfigDirective): boolean {
  const words = conditionWords(block);
  const [first = '', operator, operand = ''] = words;
  if (words.some(hasPlaceholder)) {
    throw new CannotTell('rewrite', t`What \`if (${words.join(' ')})\` asks is filled in later.`, block);
  }
  if (/^!?-[fdex]$/.test(first)) return first.startsWith('!');
  const options = { quote: request.quotesCaptures };
  const left = decidingValue(request, first, block, 'rewrite', options);
  const { assumptions } = request;
  const told = (answer: boolean | null): boolean => {
    if (answer === null) throw cannotTell(first, block, 'rewrite');
    return answer;
  };
  switch (operator) {
    case undefined:
      return told(assumptions.isTrue(left, first));
    case '=':
      return told(assumptions.equals(left, textOf(request, operand, block), first));
    case '!=':
      return !told(assumptions.equals(left, textOf(request, operand, block), first));
    default: {
      const match = assumptions.match(left, operand, operator.endsWith('*'), first);
      if (match === 'unknown') {
        throw new CannotTell('rewrite', t`Whether \`${operand}\` matches cannot be told here.`, block);
      }
      if (match === null) request.captures = [];
      else request.capture(match);
      return (match !== null) !== operator.startsWith('!');
    }
  }
}

/** What a value is compared with must be known. */
function textOf(request: Request, operand: string, block: ConfigDirective): string {
  const text = knownText(
    decidingValue(request, operand, block, 'rewrite', { quote: request.quotesCaptures }),
  );
  if (text === null) throw cannotTell(operand, block, 'rewrite');
  return text;
}

/** The words between the parentheses, which may stand for themselves or touch the first and last word. */
const conditionWords = memoized((block: ConfigDirective): readonly string[] => {
  const words = block.words.slice(1).map(({ value }) => value);
  const opened = words.map((word, index) => (index === 0 ? word.replace(/^\(/, '') : word));
  const closed = opened.map((word, index) => (index === words.length - 1 ? word.replace(/\)$/, '') : word));
  return closed.filter((word, index) => word !== '' || (index > 0 && index < words.length - 1));
});
