import { workspace } from 'vscode';
import { fileUri } from './documents';
import { waitFor } from './waiting';

/** What can be asked of the window; test/vscode/launcher.mjs describes it. */
export type PageRequest =
  | 'screenshot'
  | 'press'
  | 'type'
  | 'click'
  | 'hover'
  | 'wait'
  | 'text'
  | 'visible'
  | 'count'
  | 'fill'
  | 'resize'
  | 'cutOff'
  | 'drawing'
  | 'axe';

/** Where the window leaves its answers. A desktop VS Code has no window that can be asked. */
let answers = globalThis.process?.env?.['NGINX_WEBSOCKET_PAGE_ANSWERS'];

export const hasPage = answers !== undefined;

/** Says where the window leaves its answers, where there is no environment to say it. */
export function answersAreIn(folder: string): void {
  answers = folder;
}

/** So that answers to an earlier run are not taken for ours. */
const prefix = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
let count = 0;

/**
 * Asks the window that the tests run in: presses keys, clicks, reads.
 *
 * @returns the text that was read, if any
 * @throws when the window cannot do it
 */
export async function page(request: PageRequest, value: string): Promise<string> {
  if (answers === undefined) throw new Error('There is no page to ask.');
  count += 1;
  const id = `${prefix}-${count}`;
  console.log(`@@page ${JSON.stringify({ id, do: request, value })}`);
  const path = `${answers}/${id}.json`;
  const answer = await waitFor(`the answer of the page to ${request} ${value}`, () => readAnswer(path));
  if (!answer.ok) throw new Error(`${request} ${value}: ${answer.error}`);
  return answer.value ?? '';
}

/** The selector of an element in the page of our panel: VS Code shows a webview in a frame within a frame. */
export function inPanel(selector: string): string {
  const enter = 'internal:control=enter-frame';
  return `iframe.webview.ready >> ${enter} >> #active-frame >> ${enter} >> ${selector}`;
}

/** How long something may take to show before it is asked for again. */
const SHOWS_MS = 3_000;

/** Points at `target` until `shown` is there: what is redrawn meanwhile forgets that it was pointed at. */
export async function hoverUntil(target: string, shown: string, elsewhere: string): Promise<void> {
  await waitFor(`${shown} over ${target}`, async () => {
    await page('hover', elsewhere);
    await page('hover', target);
    return shows(shown);
  });
}

/** Presses a key until `shown` is there: a menu goes away when what it is about is looked at anew. */
export async function pressUntil(key: string, shown: string): Promise<void> {
  await waitFor(`${shown} by ${key}`, async () => {
    await page('press', key);
    if (await shows(shown)) return true;
    await page('press', 'Escape');
    return false;
  });
}

/** Clicks on `target` until it has had its effect: a row that is drawn anew meanwhile gets no click. */
export async function clickUntil(target: string, effect: string, isThere: () => boolean): Promise<void> {
  await waitFor(`${effect} by a click on ${target}`, async () => {
    if ((await page('visible', target)) === 'true') await page('click', target);
    const deadline = Date.now() + SHOWS_MS;
    while (!isThere() && Date.now() < deadline) await page('visible', target);
    return isThere();
  });
}

/** Clicks on `target` until `shown` is there: a page that is drawn anew meanwhile may come to nothing. */
export async function clickUntilShown(target: string, shown: string): Promise<void> {
  await waitFor(`${shown} by a click on ${target}`, async () => {
    await page('click', target);
    return shows(shown);
  });
}

async function shows(selector: string): Promise<boolean> {
  const deadline = Date.now() + SHOWS_MS;
  while (Date.now() < deadline) if ((await page('visible', selector)) === 'true') return true;
  return false;
}

type Answer =
  | { readonly ok: true; readonly value: string | null }
  | { readonly ok: false; readonly error: string };

async function readAnswer(path: string): Promise<Answer | undefined> {
  try {
    // The workspace is on the machine that the window writes to, wherever we run.
    const bytes = await workspace.fs.readFile(fileUri().with({ path }));
    const answer: Answer = JSON.parse(new TextDecoder().decode(bytes));
    return answer;
  } catch {
    return undefined;
  }
}
