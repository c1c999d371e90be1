// The browser that shows the VS Code server to the tests.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { UserError, findOnPath, run } from './process.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];

const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
  String.raw`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`,
];

/**
 * Looks for a Chromium that runs: the one that CHROMIUM_PATH names, one on PATH, one that Playwright installed, or
 * one in its usual place.
 * @returns {Promise<string | undefined>} its path
 */
export async function findChromium() {
  const named = process.env['CHROMIUM_PATH'];
  const found = named === undefined ? [...names.map(findOnPath), playwrightChromium(), ...places] : [named];
  for (const file of found) {
    if (file !== undefined && existsSync(file) && (await runs(file))) return file;
  }
  return undefined;
}

function playwrightChromium() {
  try {
    return chromium.executablePath();
  } catch {
    return undefined; // It has none for this platform.
  }
}

/**
 * Ubuntu has a `chromium-browser` that is no browser but says how to get one.
 * @param {string} file
 */
async function runs(file) {
  // On Windows and macOS asking for the version opens a window.
  if (process.platform !== 'linux') return true;
  const { code, output } = await run(file, ['--version', '--no-sandbox'], { output: 'keep' });
  return code === 0 && /\d+\.\d+\.\d+/.test(output);
}

/**
 * Starts the browser without a window and without background tasks.
 * @returns {Promise<import('playwright-core').Browser>}
 * @throws {UserError} when there is none
 */
export async function launchChromium() {
  const executablePath = await findChromium();
  if (executablePath === undefined) {
    throw new UserError('No Chromium was found. Install it, or set CHROMIUM_PATH to one.');
  }
  return chromium.launch({
    executablePath,
    // The caller stops it, in order.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
