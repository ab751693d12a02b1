// @ts-check
/**
 * Finds a Chromium and opens it headless for tests. Downloads none: what the machine has, what CHROMIUM names, or
 * Debian's own package where this process may install it. Otherwise it says what to do.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { installDebianPackage } from './debianPackages.mjs';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'brave-browser',
];
/** Absolute paths outside the PATH, by platform. */
const PLACES = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap(name =>
    ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'].map(file =>
      path.join(process.env[name] ?? 'C:\\', file),
    ),
  ),
};
/** Quiet and local: no component updates, no QUIC, no background requests. */
const ARGUMENTS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Headless Chromium. Throws with instructions where there is none and none may be installed.
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchBrowser() {
  // Chromium refuses to start its sandbox as root, which is who runs in most containers.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({
    executablePath: requireChromium(),
    headless: true,
    args: [...ARGUMENTS, ...asRoot],
  });
}

/**
 * Path of a Chromium-based browser, installed by apt where there is none and we are root on Debian.
 * @returns {string}
 */
export function requireChromium() {
  const found = findChromium() ?? (installDebianPackage('chromium') ? findChromium() : undefined);
  if (found !== undefined) return found;
  throw new Error(
    [
      'No Chromium found. Install one and run again:',
      '  Debian, Ubuntu:  sudo apt-get install -y --no-install-recommends chromium',
      '  Fedora:          sudo dnf install chromium',
      '  macOS:           brew install --cask chromium (or Google Chrome)',
      '  Windows:         Microsoft Edge or Google Chrome will do',
      'or name one: CHROMIUM=/path/to/chromium',
    ].join('\n'),
  );
}

/** @returns {string | undefined} */
function findChromium() {
  const named = process.env.CHROMIUM;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM=${named} does not exist.`);
  }
  const onPath = (process.env.PATH ?? '')
    .split(path.delimiter)
    .flatMap(folder => NAMES.map(name => path.join(folder, name)));
  const installed =
    process.platform === 'darwin' || process.platform === 'win32' ? PLACES[process.platform] : [];
  return [...onPath, ...installed].find(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // absent, or not for us
  }
}
