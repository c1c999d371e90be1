/**
 * What nginx itself shows about the mistake of a rule. Plain data: `test/live/rules.test.ts` runs each proof on a real
 * nginx, and the page of the rule prints it.
 *
 * A proof compares. `sees` is true of a configuration with the mistake, and must be false of the fixed one; there
 * `mended` is true. `{ sees: { answer: 426 } }` is a whole proof: a handshake to `ws://localhost/ws` gets 426 with the
 * bad example, and works with the good one and with the text after the first fix.
 */
export interface Proof {
  /** What it shows, in a few words. Needed where it is not about the unchanged bad example. */
  readonly claim?: string;
  /** The configuration with the mistake. Default: `bad`. */
  readonly text?: Text;
  /** Files beside it, by path relative to its folder. */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * The same without the mistake. Default: the text after the first fix, and of the bad example the good one too. A rule
   * without a fix has to say it for any other text.
   */
  readonly good?: Text;
  /** False: the rule reports nothing about the text. Then it is not fixed either. Default: true. */
  readonly finds?: false;

  /** What listens at 127.0.0.1:3000, and at the ports after it that the text names. Default: `strict`. */
  readonly backEnd?: BackEndKind;
  /** Paths for which the back end answers ordinary requests with 200. Default: none, it answers 426. */
  readonly pages?: readonly string[];

  /**
   * `ws://` and `wss://` are a handshake and one message, `http://` and `https://` an ordinary GET. Several are asked
   * one after the other, and the answer is that of the last. Port and family choose the `listen`: 80, 443 for `wss://`,
   * and `[::]:443` for `wss://[::1]`. Default: `ws://localhost/ws`.
   */
  readonly url?: string | readonly string[];
  /** Headers of the handshake, beside the usual ones or in their place. */
  readonly sends?: Readonly<Record<string, string>>;
  /** The only version of TLS that the client speaks. Default: what both sides agree on. */
  readonly tls?: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  /** Seconds without a message after the 101. `withPongs`: the client alone sends something, every 0.1 s. */
  readonly silence?: { readonly seconds: number; readonly withPongs?: true };

  /** What is seen with the mistake. */
  readonly sees: Seen;
  /**
   * What is seen without it. `same`: nothing else, so that nothing is compared; each rule needs a proof that compares.
   * Default: the handshake works; where `sees` is about `nginx -t`, nginx starts.
   */
  readonly mended?: Seen | 'same';
  /** True: the message of the finding need not quote what nginx says (`refused`, `warns`, `log`), as others must. */
  readonly ownWords?: true;

  /** The first release of nginx for which it holds, `1.25.1`. Default: all. */
  readonly since?: string;
  /** The first release of nginx for which it does not hold. Default: none. */
  readonly before?: string;
}

/** `bad` or `good`, a whole configuration, or one of the examples with pieces replaced, all of which must occur in it. */
export type Text = string | { readonly bad: Swaps } | { readonly good: Swaps };

type Swaps = readonly (readonly [piece: string, by: string])[];

/**
 * `strict` keeps to RFC 6455 to the letter. `lenient` takes HTTP/1.0 too, and keeps connections alive. `checks-origin` is
 * strict, and answers 403 when `Origin` names another host than `Host`. `any-upgrade` takes an upgrade to any protocol.
 * `tls` is strict behind TLS, for clients that ask for the server name `chat.example` only.
 */
export type BackEndKind = 'strict' | 'lenient' | 'checks-origin' | 'any-upgrade' | 'tls';

/** What is seen: everything that is given holds. */
export interface Seen {
  /** `nginx -t` accepts the text without a word. */
  readonly starts?: true;
  /** `nginx -t` refuses the text in these words. */
  readonly refused?: string;
  /** `nginx -t` accepts the text with this warning. */
  readonly warns?: string;
  /** `nginx -t` opens files until it may open no more, or crashes. */
  readonly runsOut?: true;
  /** The line of the text that nginx names, one-based; null when it names none. */
  readonly line?: number | null;

  /**
   * `works`: 101, as the client wants it, and the message comes back. A number: the status, and it does not work; with
   * 101 the client does not accept it, or its message does not come back. `none`: no answer.
   */
  readonly answer?: 'works' | 'none' | number;
  /** What the client finds wrong, in part. */
  readonly reason?: string;
  /** `Location` of the answer. */
  readonly location?: string;
  /** First line of the last request at the back end: `GET /ws HTTP/1.1`. */
  readonly request?: string;
  /** Headers of that request, by name; null for one that it does not have. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** How many requests each back end got, the fewest first. */
  readonly shares?: readonly number[];
  /** Over how many connections requests came to the back ends. */
  readonly connections?: number;
  /** What the error log says, in part. */
  readonly log?: string;
}
