import { l10n, type QuickPickItem, window } from 'vscode';
import type { ProbeHeader } from '../../server/src/protocol';
import {
  connectProblem,
  hostOf,
  originProblem,
  type ProbeOptions,
  readHeader,
  readProtocols,
  secondsProblem,
} from './probe-options';

/** A step of the options: what it shows, and the options after it is chosen. */
interface OptionItem extends QuickPickItem {
  readonly change?: () => Promise<ProbeOptions | undefined>;
}

/**
 * Asks how to probe: a menu of the options, until "Probe" is chosen.
 *
 * @returns undefined when it was dismissed
 */
export async function pickOptions(url: string, given: ProbeOptions): Promise<ProbeOptions | undefined> {
  let options = given;
  for (;;) {
    const items = optionItems(url, options);
    const chosen = await window.showQuickPick(items, {
      title: l10n.t('Options for Probing {0}', hostOf(url)),
      placeHolder: l10n.t('Choose an option to change it. Nothing of this is stored.'),
      ignoreFocusOut: true,
    });
    if (chosen === undefined) return undefined;
    if (chosen.change === undefined) return options;
    options = (await chosen.change()) ?? options;
  }
}

function optionItems(url: string, options: ProbeOptions): OptionItem[] {
  const { headers = [], protocols = [], origin, connect, insecure, message, hold, timeout } = options;
  const item = (
    label: string,
    value: string | undefined,
    change: NonNullable<OptionItem['change']>,
  ): OptionItem => ({ label, description: value ?? '', change });
  return [
    { label: `$(play) ${l10n.t('Probe {0}', url)}` },
    // Their values may be secret.
    item(l10n.t('Headers…'), headers.map(([name]) => name).join(', '), () => changeHeaders(options)),
    item(l10n.t('Subprotocols…'), protocols.join(', '), async () => {
      const text = await ask(l10n.t('Subprotocols, the favourite first, such as graphql-transport-ws'), {
        value: protocols.join(', '),
        problem: (each) => textIfAny(readProtocols(each, l10n)),
      });
      const read = text === undefined ? undefined : readProtocols(text, l10n);
      return typeof read === 'object' ? { ...options, protocols: read } : undefined;
    }),
    item(
      l10n.t('Origin…'),
      origin === null ? l10n.t('none') : (origin ?? l10n.t('as a page of this host')),
      () => changeOrigin(options),
    ),
    item(l10n.t('Connect to…'), connect, () =>
      changeText(
        options,
        'connect',
        l10n.t('HOST:PORT to connect to instead of the URL’s, such as 127.0.0.1:8443'),
        {
          value: connect ?? '',
          problem: (each) => connectProblem(each, l10n),
        },
      ),
    ),
    item(
      l10n.t('Accept an untrusted certificate'),
      insecure === true ? l10n.t('yes, this once') : l10n.t('no'),
      async () => ({
        ...options,
        insecure: insecure !== true,
      }),
    ),
    item(l10n.t('Timeout…'), l10n.t('{0} s', timeout ?? 10), () =>
      changeSeconds(options, 'timeout', l10n.t('Seconds for opening, and again for each answer after it')),
    ),
    item(l10n.t('Hold…'), hold === undefined ? '' : l10n.t('{0} s', hold), () =>
      changeSeconds(
        options,
        'hold',
        l10n.t('Seconds to keep the idle connection open: tells when it is cut'),
      ),
    ),
    item(l10n.t('Message…'), message, () =>
      changeText(options, 'message', l10n.t('A text that the other side should send back'), {
        value: message ?? '',
      }),
    ),
  ];
}

interface Question {
  readonly value: string;
  /** What is wrong with an input that is not empty; null for nothing. */
  readonly problem?: (text: string) => string | null;
}

/** @returns undefined when it was dismissed */
async function ask(prompt: string, { value, problem = () => null }: Question): Promise<string | undefined> {
  const text = await window.showInputBox({
    prompt,
    value,
    ignoreFocusOut: true,
    validateInput: (each) => (each.trim() === '' ? null : problem(each.trim())),
  });
  return text?.trim();
}

/** Nothing takes the option away. */
async function changeText(
  options: ProbeOptions,
  name: 'connect' | 'message',
  prompt: string,
  question: Question,
): Promise<ProbeOptions | undefined> {
  const { [name]: _old, ...others } = options;
  const text = await ask(prompt, question);
  if (text === undefined) return undefined;
  return text === '' ? others : { ...others, [name]: text };
}

async function changeSeconds(
  options: ProbeOptions,
  name: 'timeout' | 'hold',
  prompt: string,
): Promise<ProbeOptions | undefined> {
  const { [name]: old, ...others } = options;
  const text = await ask(prompt, { value: String(old ?? ''), problem: (each) => secondsProblem(each, l10n) });
  if (text === undefined) return undefined;
  return text === '' ? others : { ...others, [name]: Number(text) };
}

/** A second handshake has an Origin, once one without it has succeeded: which, or that there is none. */
async function changeOrigin(options: ProbeOptions): Promise<ProbeOptions | undefined> {
  const { origin, ...others } = options;
  const usual = l10n.t('As a page of this host');
  const another = l10n.t('Another…');
  const none = l10n.t('None: no second handshake');
  const chosen = await window.showQuickPick([usual, another, none], {
    title: l10n.t('The Origin of a second handshake, as a browser sends it'),
  });
  if (chosen === usual) return others;
  if (chosen === none) return { ...others, origin: null };
  if (chosen === undefined) return undefined;
  const text = await ask(l10n.t('Scheme and host of the page, such as https://chat.example'), {
    value: origin ?? '',
    problem: (each) => originProblem(each, l10n),
  });
  return text === undefined || text === '' ? undefined : { ...others, origin: text };
}

/** Adds a header, or takes one away. */
async function changeHeaders(options: ProbeOptions): Promise<ProbeOptions | undefined> {
  const { headers = [] } = options;
  const add = l10n.t('Add a header…');
  const names = headers.map(([name]) => l10n.t('Remove {0}', name));
  const chosen = headers.length === 0 ? add : await window.showQuickPick([add, ...names]);
  if (chosen === undefined) return undefined;
  if (chosen !== add) return { ...options, headers: headers.filter((_, at) => at !== names.indexOf(chosen)) };
  const text = await ask(l10n.t('Name: value, such as Cookie: session=1'), {
    value: '',
    problem: (each) => textIfAny(readHeader(each, l10n)),
  });
  if (text === undefined || text === '') return undefined;
  const header: ProbeHeader | string = readHeader(text, l10n);
  return typeof header === 'string' ? undefined : { ...options, headers: [...headers, header] };
}

/** Readers give a sentence where they fail. */
function textIfAny(read: unknown): string | null {
  return typeof read === 'string' ? read : null;
}
