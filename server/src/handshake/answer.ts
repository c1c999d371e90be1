import type { ConfigDirective } from '../model/configuration';
import type { Level } from '../model/levels';
import type { EvidenceId } from './evidence';

/** Where a request goes on. The names are those of nginx's phases. */
export type Phase = 'server-rewrite' | 'find-config' | 'rewrite';

/** An answer of nginx itself. */
export interface Refusal {
  readonly kind: 'answer';
  readonly status: number;
  /** Whether an `error_page` may take its place (ngx_http_special_response_handler). */
  readonly isSpecial: boolean;
  readonly id: EvidenceId;
  /** Why, in a sentence. */
  readonly message: string;
  readonly about: ConfigDirective | Level | null;
  /** The level at fault, where that is not the one in force. */
  readonly level?: Level;
  /** Whether it is that of a login to a client that it does not let in. */
  readonly isOfLogin?: boolean;
}

/** An answer with a status, which an `error_page` may replace. */
export function refusal(
  status: number,
  id: EvidenceId,
  message: string,
  about: ConfigDirective | Level | null,
): Refusal {
  return { kind: 'answer', status, isSpecial: true, id, message, about };
}

/** The same of a login, to a client that it does not let in. */
export function loginRefusal(status: number, message: string, about: ConfigDirective): Refusal {
  return { ...refusal(status, 'websocket-limited', message, about), isOfLogin: true };
}

/** The same for a fault that nginx itself runs into: 500. */
export function internalError(message: string, about: ConfigDirective | Level | null): Refusal {
  return refusal(500, 'internal-error', message, about);
}
