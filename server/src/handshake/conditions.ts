import type { ConfigDirective } from '../model/configuration';
import { matchPattern } from './patterns';
import { CannotTell, type Request } from './request';
import { decidingValue } from './request-variables';
import { hasPlaceholder } from '../syntax/placeholders';

/**
 * Whether the condition of an `if` is true (ngx_http_rewrite_if_condition, ngx_http_script_if_code). Files are not
 * consulted: none exists. A pattern that matches leaves its captures.
 */
export function isConditionTrue(request: Request, block: ConfigDirective): boolean {
  const words = conditionWords(block);
  const [first = '', operator, operand = ''] = words;
  if (words.some(hasPlaceholder)) {
    throw new CannotTell('rewrite', `What \`if (${words.join(' ')})\` asks is filled in later.`, block);
  }
  if (/^!?-[fdex]$/.test(first)) return first.startsWith('!');
  const options = { quote: request.quotesCaptures };
  const left = decidingValue(request, first, block, 'rewrite', options);
  switch (operator) {
    case undefined:
      return left !== '' && left !== '0';
    case '=':
      return left === decidingValue(request, operand, block, 'rewrite', options);
    case '!=':
      return left !== decidingValue(request, operand, block, 'rewrite', options);
    default:
      return matches(request, left, operator, operand, block);
  }
}

function matches(
  request: Request,
  subject: string,
  operator: string,
  pattern: string,
  block: ConfigDirective,
): boolean {
  const match = matchPattern(pattern, operator.endsWith('*'), subject);
  if (match === 'unknown') {
    throw new CannotTell('rewrite', `Whether \`${pattern}\` matches cannot be told here.`, block);
  }
  if (match === null) request.captures = [];
  else request.capture(match);
  return (match !== null) !== operator.startsWith('!');
}

/** The words between the parentheses, which may stand for themselves or touch the first and last word. */
function conditionWords(block: ConfigDirective): string[] {
  const words = block.words.slice(1).map(({ value }) => value);
  const opened = words.map((word, index) => (index === 0 ? word.replace(/^\(/, '') : word));
  const closed = opened.map((word, index) => (index === words.length - 1 ? word.replace(/\)$/, '') : word));
  return closed.filter((word, index) => word !== '' || (index > 0 && index < words.length - 1));
}
