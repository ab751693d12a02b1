// @ts-check
/**
 * `npm start`: a real VS Code with this extension and a cluster to try it on. Keeps what it starts in one temporary
 * folder, and takes everything down on Ctrl-C, on SIGTERM (to npm, too), and when the editor goes.
 *
 *   npm start                           the demo cluster
 *   npm start -- --kubeconfig FILE      a real one
 *   npm start -- --no-open              print the address, open no browser
 *   npm start -- --server               the server and the browser, though `code` is on the PATH
 *   npm start -- --speed N              seconds of the demo cluster's profiles pass N times as fast
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WELCOME_SETTINGS } from './welcome.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const OLDEST_NODE = 20;
const USAGE = 'usage: npm start -- [--kubeconfig FILE] [--server] [--no-open] [--speed N]';

/**
 * A running editor.
 * @typedef {object} Editor
 * @property {Promise<void>} closed  resolves when it is gone by itself
 * @property {() => Promise<void>} stop
 *
 * @typedef {object} Session
 * @property {string} root
 * @property {string} folder      temporary, private, removed at the end
 * @property {string} workspace   what the editor opens
 * @property {string} kubeconfig
 * @property {Record<string, unknown>} settings
 */

/** What was started, undone in reverse. */
/** @type {(() => Promise<void>)[]} */
const undo = [];

try {
  const flags = readFlags();
  requireNode();
  const interrupted = whenInterrupted();
  // Imported here, not above: on a Node that is too old, or before `npm ci`, they would fail with a stack trace.
  const { startReplay } = await import('./startReplay.mjs');
  const { createSampleWorkspace } = await import('./sampleWorkspace.mjs');
  const { findDesktop, openDesktop } = await import('./desktop.mjs');
  const { openServer } = await import('./webServer.mjs');
  const { whenLeft } = await import('./whenLeft.mjs');
  const left = whenLeft();

  const folder = await mkdtemp(path.join(tmpdir(), 'node-triage-start-'));
  undo.push(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  const workspace = await createSampleWorkspace(folder);
  /** @type {Session} */
  const session = {
    root,
    folder,
    workspace,
    kubeconfig: flags.kubeconfig ?? (await startDemoCluster(startReplay, flags.speed)),
    settings: settingsFor(flags.kubeconfig),
  };
  const desktop = flags.server ? undefined : findDesktop();
  const editor =
    desktop === undefined
      ? await openServer(session, { opensBrowser: flags.opens })
      : await openDesktop(session, desktop);
  undo.push(editor.stop);
  const ending = await Promise.race([interrupted, left, editor.closed.then(() => 'closed')]);
  if (ending === 'closed' && desktop === undefined) throw new Error('The VS Code server ended by itself.');
} catch (error) {
  console.error(`\nnpm start: ${explain(error)}`);
  process.exitCode = 1;
} finally {
  console.log('\nStopping …');
  for (const step of undo.reverse()) await step().catch(error => console.error(explain(error)));
}
// What a browser left open must not hold the process.
process.exit();

/** Checked by hand, because npm only warns about `engines`. */
function requireNode() {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE)
    throw new Error(`Node ${String(OLDEST_NODE)} or newer is needed; this is ${process.versions.node}.`);
  if (!existsSync(path.join(root, 'node_modules', 'esbuild'))) throw new Error('Run `npm ci` first.');
}

function readFlags() {
  const { values } = parseArgs({
    options: {
      kubeconfig: { type: 'string' },
      server: { type: 'boolean', default: false },
      'no-open': { type: 'boolean', default: false },
      speed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const kubeconfig = values.kubeconfig === undefined ? undefined : path.resolve(values.kubeconfig);
  if (kubeconfig !== undefined && !existsSync(kubeconfig)) throw new Error(`${kubeconfig} does not exist.`);
  const speed = Number(values.speed);
  if (!(speed > 0)) throw new Error(`--speed ${values.speed} is not a number above zero.`);
  return { kubeconfig, server: values.server, opens: !values['no-open'], speed };
}

/**
 * @param {typeof import('./startReplay.mjs').startReplay} startReplay
 * @param {number} speed
 */
async function startDemoCluster(startReplay, speed) {
  const replay = await startReplay({ speed });
  undo.push(replay.stop);
  return replay.kubeconfig;
}

/**
 * Captures of the demo go with the rest. Those of a real cluster are evidence: they stay.
 * @param {string | undefined} kubeconfig  a real cluster's
 * @returns {Record<string, unknown>}
 */
function settingsFor(kubeconfig) {
  // The demo cluster has no users to spare: a newcomer sees the hot kubelet at once.
  if (kubeconfig === undefined) return { ...WELCOME_SETTINGS, 'nodeTriage.kubeletCpu.intervalSeconds': 5 };
  const captures = path.join(homedir(), 'node-triage', 'captures');
  console.log(`Captures are kept in ${captures}.`);
  return { ...WELCOME_SETTINGS, 'nodeTriage.captureFolder': captures };
}

/** @returns {Promise<'interrupted'>} */
function whenInterrupted() {
  return new Promise(resolve => {
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
      process.on(signal, () => resolve('interrupted'));
  });
}

/** @param {unknown} error */
function explain(error) {
  if (!(error instanceof Error)) return String(error);
  const isUsage = 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  return isUsage ? `${error.message}\n${USAGE}` : error.message;
}
