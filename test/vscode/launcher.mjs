#!/usr/bin/env node
// Stands in for the desktop VS Code program when @vscode/test-electron starts it: takes the same arguments, runs the
// same tests in the same workbench and Node extension host, but serves them to a headless Chromium
// (scripts/lib/host.mjs). Its exit code is that of the tests.
//
// Arguments of its own, besides those of VS Code:
//   --extensionDevelopmentKind=web   run the extension in the browser's worker extension host
//   --keep-workspace-trust           leave workspace trust on: the folder opens in Restricted Mode. (test-electron
//                                    always passes --disable-workspace-trust, which this overrules.)
//   --language=ID                    the display language, such as zh-cn; of the extension alone, as there is no language
//                                    pack: what VS Code says itself stays English
//   --window=WIDTHxHEIGHT            the size of the window in pixels; 1280x800 unless given
//   --test-deadline=SECONDS          give up after this long; 600 unless given
//
// The tests cannot see the window that they run in. They ask for it by a line on the console,
//   @@page {"id":"1","do":"screenshot","value":"squiggle"}
// and find the answer in the file `<id>.json` of the folder that the environment variable NGINX_WEBSOCKET_PAGE_ANSWERS
// names: {"ok":true,"value":…} or {"ok":false,"error":"…"}. What can be asked for:
//   screenshot  of the whole window, as `<value>.png` in the folder that NGINX_WEBSOCKET_SCREENSHOTS names
//   press       the key or chord that value names, as Playwright does: "Control+.", "Enter"
//   type        the text of value
//   click       on the first element that the Playwright selector of value finds: "text=Quick Fix"
//   hover       over it
//   wait        until there is one and it is visible
//   text        of it, as the answer's value
//   visible     whether there is one at this moment, as the answer's value: "true" or "false"
//   count       how many there are, as the answer's value
//   fill        the box that the selector before the first newline finds, with the text after it
//   resize      the window to WIDTHxHEIGHT
//   cutOff      what a person cannot see or reach in the page of the first element, but by scrolling sideways, as the
//               answer's value: JSON of its width and of faults, [] for nothing
//   drawing     how fast the tab that the selector finds shows its map, and how often something is not drawn when that
//               is scrolled, as the answer's value: JSON
//   axe         what axe-core finds wrong in the page of the first element, as the answer's value: JSON, [] for nothing
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import axe from 'axe-core';
import { launchChromium } from '../../scripts/lib/chromium.mjs';
import { installHost, startServer, writeUserSettings } from '../../scripts/lib/host.mjs';
import { UserError, beforeExit, runScript } from '../../scripts/lib/process.mjs';
import { cutOff, drawing } from './in-page.mjs';

/** How long a request about the page may take. */
const requestDeadline = 60_000;

/** What every line on the console of the tests' extension host begins with, to know it from VS Code's own. */
const testsMark = '@@tests ';

/**
 * @typedef {object} Options
 * @property {string} tests the module that exports `run`
 * @property {string} extension
 * @property {readonly string[]} others further extensions: the browser takes one for development, so they are installed
 * @property {string | undefined} folder
 * @property {string} dataDirectory
 * @property {string} extensionsDirectory
 * @property {boolean} web
 * @property {boolean} trust whether workspace trust stays on
 * @property {string | undefined} language
 * @property {{ width: number, height: number }} window
 * @property {number} deadline in milliseconds
 */

/**
 * @param {readonly string[]} args
 * @returns {Promise<Options>}
 */
async function parseArguments(args) {
  /** @type {Map<string, string>} */
  const flags = new Map();
  /** @type {string[]} */
  const rest = [];
  for (const arg of args) {
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name === undefined) rest.push(arg);
    else flags.set(name, value ?? '');
  }
  const [extension, ...others] = args
    .filter((arg) => arg.startsWith('--extensionDevelopmentPath='))
    .map((arg) => path.resolve(arg.slice(arg.indexOf('=') + 1)));
  const tests = flags.get('extensionTestsPath');
  if (extension === undefined || tests === undefined) {
    throw new UserError('Usage: launcher.mjs --extensionDevelopmentPath=DIR --extensionTestsPath=FILE [DIR]');
  }
  const [width = 1280, height = 800] = (flags.get('window') ?? '')
    .split('x')
    .map(Number)
    .filter((n) => n > 0);
  const temporary = await mkdtemp(path.join(tmpdir(), 'vscode-host-'));
  beforeExit(() => rm(temporary, { recursive: true, force: true }));
  const web = flags.get('extensionDevelopmentKind') === 'web';
  return {
    // The browser's extension host has no modules to load others with: its tests mark their lines themselves.
    tests: web ? path.resolve(tests) : await writeMarkedTests(temporary, path.resolve(tests)),
    extension,
    others,
    folder: rest[0] === undefined ? undefined : path.resolve(rest[0]),
    dataDirectory: flags.get('user-data-dir') ?? path.join(temporary, 'data'),
    extensionsDirectory: flags.get('extensions-dir') ?? path.join(temporary, 'extensions'),
    web,
    trust: flags.has('keep-workspace-trust'),
    language: flags.get('language'),
    window: { width, height },
    deadline: Number(flags.get('test-deadline') ?? 600) * 1000,
  };
}

/**
 * Writes a module that marks what is written to the console and then runs the tests.
 * @param {string} folder where it goes
 * @param {string} tests
 * @returns {Promise<string>} the module
 */
async function writeMarkedTests(folder, tests) {
  const file = path.join(folder, 'tests.cjs');
  await writeFile(
    file,
    `const { format } = require('node:util');
for (const level of ['debug', 'log', 'info', 'warn', 'error']) {
  // VS Code has made them properties that ignore an assignment.
  const write = console[level].bind(console);
  const value = (...args) => write(${JSON.stringify(testsMark)} + format(...args));
  Object.defineProperty(console, level, { value, configurable: true });
}
exports.run = () => require(${JSON.stringify(tests)}).run();
`,
  );
  return file;
}

/** What keeps the window quiet and the same every time. */
const settings = {
  'chat.disableAIFeatures': true,
  'files.autoSave': 'off',
  'security.workspace.trust.startupPrompt': 'never',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

/**
 * The value of `remote.extensionKind` that puts an extension into the browser's worker extension host though it has a
 * `main` too. (The `extensionDevelopmentKind` of the address does so only for desktop VS Code.)
 * @param {string} extension its folder
 */
async function asWebExtension(extension) {
  const { publisher, name } = JSON.parse(await readFile(path.join(extension, 'package.json'), 'utf8'));
  return { [`${publisher}.${name}`]: ['web'] };
}

/**
 * The address that opens the folder and runs the tests there.
 * @param {Options} options
 * @param {number} port
 */
function address({ tests, extension, folder }, port) {
  /** @param {string} file */
  const remote = (file) => `vscode-remote://127.0.0.1:${port}${asUriPath(file)}`;
  const payload = [
    ['extensionDevelopmentPath', remote(extension)],
    ['extensionTestsPath', remote(tests)],
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  const query = new URLSearchParams({ payload: JSON.stringify(payload) });
  if (folder !== undefined) query.set('folder', asUriPath(folder));
  return `http://127.0.0.1:${port}/?${query}`;
}

/** @param {string} file */
function asUriPath(file) {
  return process.platform === 'win32' ? `/${file.replaceAll('\\', '/')}` : file;
}

/**
 * Runs in the page before VS Code does: whatever language its messages come in, it takes this one for its own.
 * @param {string} language
 */
function setLanguage(language) {
  Object.defineProperty(globalThis, '_VSCODE_NLS_LANGUAGE', { get: () => language, set: () => {} });
}

/**
 * Runs in each page before its own scripts: nothing fades or slides. A window that is drawn 60 times a second by a
 * processor is most of the work of these tests.
 */
function keepStill() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('*, ::before, ::after { animation: none !important; transition: none !important; }');
  document.adoptedStyleSheets.push(sheet);
}

/**
 * Does what a test asks of its window.
 * @param {import('playwright-core').Page} page
 * @param {{ do: string, value: string }} request
 * @returns {Promise<unknown>} the answer's value
 */
async function perform(page, request) {
  const timeout = requestDeadline;
  const element = () => page.locator(request.value).first();
  switch (request.do) {
    case 'screenshot':
      return screenshot(page, request.value);
    case 'press':
      return page.keyboard.press(request.value);
    case 'type':
      return page.keyboard.type(request.value);
    case 'click':
      return element().click({ timeout });
    case 'hover':
      return element().hover({ timeout });
    case 'wait':
      return element().waitFor({ timeout });
    case 'text':
      return element().innerText({ timeout });
    case 'visible':
      return String(await element().isVisible());
    case 'count':
      return String(await page.locator(request.value).count());
    case 'fill': {
      const [selector = '', text = ''] = request.value.split('\n');
      return page.locator(selector).first().fill(text, { timeout });
    }
    case 'resize': {
      const [width = 1280, height = 800] = request.value.split('x').map(Number);
      return page.setViewportSize({ width, height });
    }
    case 'axe':
      return faultsAround(element());
    case 'cutOff':
      return (await frameOf(element())).evaluate(cutOff);
    case 'drawing':
      return element().evaluate(drawing);
    default:
      throw new Error(`Unknown request: ${request.do}`);
  }
}

/** @param {import('playwright-core').Locator} element */
async function frameOf(element) {
  const frame = await (await element.elementHandle())?.ownerFrame();
  if (!frame) throw new Error('The page is gone.');
  return frame;
}

/**
 * What axe-core finds wrong in the page that an element is in: the rule, and the elements.
 * @param {import('playwright-core').Locator} element
 * @returns {Promise<string>} JSON
 */
async function faultsAround(element) {
  const frame = await frameOf(element);
  await frame.evaluate(axe.source);
  return frame.evaluate(async () => {
    // @ts-expect-error What was evaluated made a global variable.
    const { violations } = await globalThis.axe.run();
    return JSON.stringify(
      violations.map((/** @type {import('axe-core').Result} */ { id, nodes }) => ({
        rule: id,
        nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`),
      })),
    );
  });
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
async function screenshot(page, name) {
  const folder = process.env['NGINX_WEBSOCKET_SCREENSHOTS'];
  if (folder === undefined) throw new Error('NGINX_WEBSOCKET_SCREENSHOTS names no folder for screenshots.');
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${name.replaceAll(/[^\w.-]/g, '-')}.png`);
  await page.screenshot({ path: file });
  return file;
}

/**
 * Performs a request of the tests, and leaves the answer where they look for it.
 * @param {import('playwright-core').Page} page
 * @param {string} json
 */
async function answer(page, json) {
  const request = JSON.parse(json);
  let result;
  try {
    result = { ok: true, value: (await perform(page, request)) ?? null };
  } catch (error) {
    result = { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
  const folder = process.env['NGINX_WEBSOCKET_PAGE_ANSWERS'];
  if (folder === undefined) {
    if (!result.ok) console.error(`@@page ${json}: ${result.error}`);
    return;
  }
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${request.id}.json`);
  // Written beside and moved, so that no one reads a half of it.
  await writeFile(`${file}.new`, JSON.stringify(result));
  await rename(`${file}.new`, file);
}

/** Everything that VS Code's own parts write to the browser's console; shown only when the tests do not end. */
class Journal {
  /** @type {string[]} */
  #lines = [];

  /** @param {string} line */
  add(line) {
    this.#lines.push(line.slice(0, 500));
    if (this.#lines.length > 40) this.#lines.shift();
  }

  text() {
    return this.#lines.map((line) => `  ${line}`).join('\n');
  }
}

async function main() {
  const options = await parseArguments(process.argv.slice(2));
  const host = await installHost({ log: (line) => console.log(line) });
  await mkdir(options.extensionsDirectory, { recursive: true });
  for (const other of options.others) {
    await cp(other, path.join(options.extensionsDirectory, path.basename(other)), { recursive: true });
  }
  const kind = options.web ? { 'remote.extensionKind': await asWebExtension(options.extension) } : {};
  await writeUserSettings(options.dataDirectory, { ...settings, ...kind });
  const server = await startServer({
    host,
    dataDirectory: options.dataDirectory,
    extensionsDirectory: options.extensionsDirectory,
    args: [
      // Without it a built VS Code runs no tests.
      '--enable-smoke-test-driver',
      // Should we be killed outright, it ends by itself, some minutes after the browser.
      '--enable-remote-auto-shutdown',
      '--reconnection-grace-time=30',
      ...(options.trust ? [] : ['--disable-workspace-trust']),
    ],
  });
  beforeExit(server.stop);
  const browser = await launchChromium();
  beforeExit(() => browser.close());
  const page = await browser.newPage({ viewport: options.window });

  if (options.language !== undefined) await page.addInitScript(setLanguage, options.language);

  const journal = new Journal();
  page.on('console', (message) => journal.add(message.text()));
  page.on('pageerror', (error) => journal.add(String(error)));

  /** @type {Promise<number>} */
  const exitCode = new Promise((resolve) => {
    void page.exposeFunction('codeAutomationExit', resolve);
  });
  let requests = Promise.resolve();
  await page.exposeFunction(
    'codeAutomationLog',
    (/** @type {string} */ level, /** @type {unknown[]} */ args) => {
      const text = args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg))).join(' ');
      const marked = text.startsWith(testsMark);
      const line = marked ? text.slice(testsMark.length) : text;
      const [, request] = /^@@page (.*)$/s.exec(line) ?? [];
      if (request !== undefined) requests = requests.then(() => answer(page, request)).catch(console.error);
      else if (marked) (level === 'error' ? process.stderr : process.stdout).write(`${line}\n`);
      else journal.add(line);
    },
  );

  await page.addInitScript(keepStill);
  await page.goto(address(options, server.port));
  let timer;
  const code = await Promise.race([
    exitCode,
    server.ended.then(() => 'The VS Code server ended before the tests did.'),
    new Promise((resolve) => {
      page.on('crash', () => resolve('The page of VS Code crashed.'));
      timer = setTimeout(
        () => resolve(`The tests did not end within ${options.deadline / 1000} s.`),
        options.deadline,
      );
    }),
  ]);
  clearTimeout(timer);
  if (typeof code === 'number') {
    await requests;
    return code;
  }
  console.error(`${code}\nThe last lines of the browser's console:\n${journal.text()}`);
  console.error(`The server's output:\n${server.output().slice(-4000)}`);
  if (process.env['NGINX_WEBSOCKET_SCREENSHOTS'] !== undefined) {
    console.error(
      `What the window showed: ${await screenshot(page, 'stuck').catch((error) => error.message)}`,
    );
  }
  return 1;
}

runScript(main);
