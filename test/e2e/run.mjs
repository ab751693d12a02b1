// @ts-check
/**
 * End to end: the packaged .vsix installed in a real VS Code, the demo cluster's API server, and a browser that clicks.
 * Last line: `N passed, N failed`; pictures in out/shots.
 *
 *   --only TEXT   groups of steps whose name has the text (comma separated)
 *   --no-build    the .vsix that is in dist/ already
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { createSampleWorkspace } from '../demo/sampleWorkspace.mjs';
import { startReplay } from '../demo/startReplay.mjs';
import { WELCOME_SETTINGS, welcomeUrl } from '../demo/welcome.mjs';
import { launchBrowser } from '../host/browser.mjs';
import { ensureHost } from '../host/ensureHost.mjs';
import { installExtension, startServer, workbenchUrl } from '../host/server.mjs';
import { buildVsix } from '../package/buildVsix.mjs';
import { createE2eWorkspace } from './e2eWorkspace.mjs';
import { killExtensionHosts, peakOfExtensionHosts } from './extensionHosts.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
/**
 * In real time, or the numbers would not agree with each other; many short slices, so that a growing capture can be
 * looked at for a minute and the run need not wait for it. The default slices are taken in test/integration.
 */
const SHORT_SLICES = { 'nodeTriage.profile.seconds': 60, 'nodeTriage.profile.sliceSeconds': 2 };

const { values: flags } = parseArgs({
  options: { only: { type: 'string' }, 'no-build': { type: 'boolean', default: false } },
});

/** What was started, undone in reverse. */
/** @type {(() => Promise<unknown>)[]} */
const undo = [];
let counts = { passed: 0, failed: 1, repeated: 0 };
try {
  counts = await run();
} catch (error) {
  console.error(error);
} finally {
  for (const step of undo.reverse()) await step();
}
console.log(`${String(counts.repeated)} repeated`);
console.log(`${String(counts.passed)} passed, ${String(counts.failed)} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;

async function run() {
  const shots = path.join(root, 'out', 'shots');
  await rm(shots, { recursive: true, force: true });
  await mkdir(shots, { recursive: true });
  const host = await ensureHost();
  const folder = await mkdtemp(path.join(tmpdir(), 'node-triage-e2e-'));
  undo.push(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  const ready = path.join(root, 'dist', 'node-triage.vsix');
  const vsix = flags['no-build'] && existsSync(ready) ? ready : await buildVsix(root);
  const extensionsDir = path.join(folder, 'extensions');
  await installExtension(host, vsix, extensionsDir);

  const replay = await startReplay({ speed: 1 });
  undo.push(replay.stop);
  const captures = path.join(folder, 'captures');
  const settings = {
    ...SHORT_SLICES,
    // An editor that opens late takes the focus: what is being typed must not go with it.
    'workbench.quickOpen.closeOnFocusLost': false,
    'nodeTriage.captureFolder': captures,
    'nodeTriage.kubeletCpu.intervalSeconds': 5,
  };
  const server = await startServer(host, {
    extensionsDir,
    settings: { ...settings, 'workbench.colorTheme': 'Dark Modern' },
    env: { KUBECONFIG: replay.kubeconfig },
    hasToken: true,
  });
  undo.push(server.stop);
  const workspace = await createE2eWorkspace(folder);
  const browser = await launchBrowser();
  undo.push(() => browser.close());

  const { runAll } = await loadSteps();
  return runAll(
    {
      page: await browser.newPage({ viewport: { width: 1400, height: 900 } }),
      address: workbenchUrl(server, workspace),
      addressOf: opened => workbenchUrl(server, opened),
      demo: { address: welcomeUrl(server, await createSampleWorkspace(folder)), settings: WELCOME_SETTINGS },
      replay: replay.server,
      workspace,
      captures,
      globalStorage: path.join(server.dataDir, 'data', 'User', 'globalStorage', 'node-triage.node-triage'),
      shots,
      hostLog: () => readLog(server.dataDir, 'remoteexthost.log'),
      extensionLog: () => readLog(server.dataDir, 'Node Triage.log'),
      peakMemory: () => peakOfExtensionHosts(server.pid),
      killExtensionHost: () => killExtensionHosts(server.pid),
      setSettings: changed => server.setSettings({ ...settings, ...changed }),
    },
    flags.only?.split(',') ?? [],
  );
}

/**
 * The entries of a log of each window, one after the other: reloads add files, names sort by time.
 * @param {string} dataDir
 * @param {string} file
 */
async function readLog(dataDir, file) {
  const logs = path.join(dataDir, 'data', 'logs');
  const names = await readdir(logs, { recursive: true });
  const files = names.filter(name => path.basename(name) === file).sort();
  const texts = await Promise.all(files.map(name => readFile(path.join(logs, name), 'utf8')));
  // An entry begins with its time; a stack has lines of its own.
  return texts.flatMap(text => text.trimEnd().split(/\n(?=\d{4}-\d\d-\d\d)/)).filter(entry => entry !== '');
}

/** @returns {Promise<typeof import('./main.js')>} */
async function loadSteps() {
  const outfile = path.join(root, 'out', 'test', 'e2e.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['test/e2e/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  process.setSourceMapsEnabled(true);
  return import(pathToFileURL(outfile).href);
}
