// @ts-check
/**
 * Runs the Mocha files of suite/ inside a real extension host: by default in the VS Code server from npm, opened in a
 * headless Chromium; with --desktop in a desktop VS Code that @vscode/test-electron downloads. Last line:
 * `N passed, N failed`. A run without a single test fails.
 *
 * `--grep TEXT` runs some of them, `--verbose` prints all that the extension host prints.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startReplay } from '../demo/startReplay.mjs';
import { buildExtension, buildSuite } from './build.mjs';
import { runInDesktop } from './desktopHost.mjs';
import { runInServer } from './serverHost.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const out = path.join(root, 'out', 'integration');
/** One second of the recorded cluster in 20 ms: a 60 s capture of six slices takes little more than a second. */
const REPLAY_SPEED = 50;

/**
 * @typedef {object} SuiteRun
 * @property {string} root          the extension, as built in its checkout
 * @property {string} suite         the entry that exports run()
 * @property {string} workspace     folder the window opens
 * @property {string} out           where logs and pictures of a failure go
 * @property {NodeJS.ProcessEnv} env
 * @property {boolean} isVerbose
 *
 * @typedef {object} SuiteResults   what suite/index.ts writes
 * @property {{ title: string, state: 'passed' | 'failed' | 'pending', error?: string }[]} tests
 * @property {number} repeated  tries beyond the first
 */

const { values: flags } = parseArgs({
  options: { desktop: { type: 'boolean' }, grep: { type: 'string' }, verbose: { type: 'boolean' } },
});

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const workspace = await mkdtemp(path.join(tmpdir(), 'node-triage-integration-'));
const resultsFile = path.join(out, 'results.json');
await buildExtension(root);
const suite = await buildSuite(root);
const replay = await startReplay({ speed: REPLAY_SPEED });
let ended = 'not started';
try {
  const run = flags.desktop === true ? runInDesktop : runInServer;
  ended = await run({
    root,
    suite,
    workspace,
    out,
    isVerbose: flags.verbose === true,
    env: {
      NODE_TRIAGE_TEST_KUBECONFIG: replay.kubeconfig,
      NODE_TRIAGE_TEST_FIXTURES: path.join(root, 'test', 'fixtures'),
      NODE_TRIAGE_TEST_RESULTS: resultsFile,
      ...(flags.grep === undefined ? {} : { NODE_TRIAGE_TEST_GREP: flags.grep }),
    },
  });
} catch (error) {
  ended = `failed: ${error instanceof Error ? error.message : String(error)}`;
} finally {
  await replay.stop();
  await rm(workspace, { recursive: true, force: true });
}
await report(ended);

/** @param {string} ending */
async function report(ending) {
  const results = await readResults();
  const count = (/** @type {string} */ state) => results.tests.filter(test => test.state === state).length;
  const pending = results.tests.filter(test => test.state === 'pending');
  for (const { title } of pending) console.log(`skipped: ${title}`);
  let failed = count('failed');
  if (count('passed') + failed === 0) {
    console.log('No test ran.');
    failed += 1;
  } else if (ending !== 'finished' && failed === 0) failed += 1;
  if (ending !== 'finished')
    console.log(`The extension host's run ended unexpectedly: ${ending}. See ${out}.`);
  console.log(`${String(results.repeated)} repeated`);
  console.log(`${String(count('passed'))} passed, ${String(failed)} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** @returns {Promise<SuiteResults>} */
async function readResults() {
  try {
    return JSON.parse(await readFile(resultsFile, 'utf8'));
  } catch (error) {
    await writeFile(path.join(out, 'no-results.txt'), String(error));
    return { tests: [], repeated: 0 };
  }
}
