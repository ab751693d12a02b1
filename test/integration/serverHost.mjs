// @ts-check
/**
 * Runs the suite in the extension host of the VS Code server from npm. The workbench in the browser is told by its
 * address which extension to load and which tests to run; it reports through two functions that the page must offer.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { launchBrowser } from '../host/browser.mjs';
import { ensureHost } from '../host/ensureHost.mjs';
import { remoteUri, startServer, workbenchUrl } from '../host/server.mjs';

/** Starts every line that Mocha's reporter prints, to tell it from what else the extension host logs. */
const MARK = '\u241e';
const TIMEOUT_MS = 300_000;

/**
 * @param {import('./run.mjs').SuiteRun} run
 * @returns {Promise<string>} `finished`, or how it ended instead
 */
export async function runInServer(run) {
  const host = await ensureHost();
  const server = await startServer(host, {
    loadsFromSource: true,
    env: { ...run.env, NODE_TRIAGE_TEST_MARK: MARK },
  });
  try {
    const browser = await launchBrowser();
    try {
      return await runInPage(await browser.newPage({ viewport: { width: 1400, height: 900 } }), server, run);
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
    await writeFile(path.join(run.out, 'server.log'), server.log());
  }
}

/**
 * @param {import('playwright-core').Page} page
 * @param {import('../host/server.mjs').Server} server
 * @param {import('./run.mjs').SuiteRun} run
 * @returns {Promise<string>}
 */
async function runInPage(page, server, run) {
  /** @type {string[]} */
  const log = [];
  /** @type {NodeJS.Timeout | undefined} */
  let deadline;
  /** @type {Promise<string>} */
  const ending = new Promise(resolve => {
    void page.exposeFunction('codeAutomationExit', (/** @type {number} */ code) =>
      resolve(code === 0 || code === 1 ? 'finished' : `the workbench reported code ${String(code)}`),
    );
    page.once('crash', () => resolve('the page crashed'));
    void server.exited.then(() => resolve('the VS Code server exited'));
    deadline = setTimeout(() => resolve(`no end after ${String(TIMEOUT_MS / 1000)} s`), TIMEOUT_MS);
  });
  await page.exposeFunction(
    'codeAutomationLog',
    (/** @type {string} */ type, /** @type {unknown[]} */ values) => {
      const line = values.map(value => (typeof value === 'string' ? value : JSON.stringify(value))).join(' ');
      log.push(`${type}: ${line}`);
      if (line.startsWith(MARK)) console.log(line.slice(MARK.length));
      else if (run.isVerbose) console.log(line);
    },
  );
  page.on('pageerror', error => log.push(`pageerror: ${error.message}`));
  await page.goto(
    workbenchUrl(server, run.workspace, [
      ['skipWelcome', 'true'],
      ['extensionDevelopmentPath', remoteUri(server, run.root)],
      ['extensionTestsPath', remoteUri(server, run.suite)],
    ]),
  );
  const ended = await ending;
  clearTimeout(deadline);
  await page.screenshot({ path: path.join(run.out, 'at-the-end.png') });
  await writeFile(path.join(run.out, 'extension-host.log'), `${log.join('\n')}\n`);
  return ended;
}
