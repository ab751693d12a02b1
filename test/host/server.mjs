// @ts-check
/**
 * Starts and stops the VS Code server of the test host on the loopback address, with user settings and a chosen set of
 * built-in extensions in a data folder of its own. Knows nothing of browsers, tests or this extension.
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;
/** Enough to look and read like VS Code. Without copilot, git and the language servers a start is 5 s faster. */
const BUILT_INS = [
  'theme-defaults',
  'theme-seti',
  'configuration-editing',
  'go',
  'javascript',
  'json',
  'markdown-basics',
  'markdown-language-features',
  'shellscript',
  'typescript-basics',
  'yaml',
];
/**
 * No network, no questions, no surprises. In the words of this VS Code: an older one for a setting or a theme makes it
 * write the file anew at some moment, and read it again.
 */
const QUIET = {
  'chat.disableAIFeatures': true,
  'chat.agentHost.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': 'off',
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.commandCenter': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** The window asks the gallery about installed extensions whatever the settings say; without one it has no server to ask. */
const NO_GALLERY = { EXTENSIONS_GALLERY: '{}' };

/**
 * @typedef {object} ServerOptions
 * @property {NodeJS.ProcessEnv} [env]  on top of ours; the extension host inherits it
 * @property {Record<string, unknown>} [settings]  user settings, on top of the quiet ones
 * @property {string} [extensionsDir]  where extensions were installed to by `installExtension`
 * @property {boolean} [loadsFromSource]  honour extensionDevelopmentPath and extensionTestsPath of the address. Hides
 *   notification toasts, so end-to-end runs leave it off.
 * @property {boolean} [hasToken]  ask every request for a random token (whatever a person looks at needs one)
 *
 * @typedef {object} Server
 * @property {string} origin     `http://127.0.0.1:PORT`
 * @property {string} authority  `127.0.0.1:PORT`
 * @property {string | undefined} token
 * @property {number} pid        of the server; extension hosts are below it
 * @property {string} dataDir    settings, logs and global storage live in it; removed by `stop`
 * @property {(settings: Record<string, unknown>) => Promise<void>} setSettings  replaces those given at the start; an
 *   open window takes them over
 * @property {Promise<void>} exited  resolves when the process is gone, for whatever reason
 * @property {() => string} log  what it printed
 * @property {() => Promise<void>} stop  idempotent
 */

/**
 * @param {import('./ensureHost.mjs').Host} host
 * @param {ServerOptions} [options]
 * @returns {Promise<Server>}
 */
export async function startServer(host, options = {}) {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'node-triage-vscode-'));
  try {
    return await launch(host, options, dataDir);
  } catch (error) {
    await removeFolder(dataDir);
    throw error;
  }
}

/**
 * Installs a .vsix the way a person does by `code --install-extension`.
 * @param {import('./ensureHost.mjs').Host} host
 * @param {string} vsix
 * @param {string} extensionsDir
 */
export async function installExtension(host, vsix, extensionsDir) {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'node-triage-vscode-'));
  const { status, stdout, stderr } = spawnSync(
    host.node,
    [
      path.join(host.serverRoot, 'out', 'server-main.js'),
      '--accept-server-license-terms',
      ...['--server-data-dir', dataDir, '--extensions-dir', extensionsDir],
      ...['--install-extension', vsix, '--force'],
    ],
    { encoding: 'utf8' },
  );
  await removeFolder(dataDir);
  if (status !== 0) throw new Error(`installing ${vsix} failed (${String(status)}):\n${stdout}\n${stderr}`);
}

/**
 * Address of the workbench with a folder open.
 * @param {Server} server
 * @param {string} folder
 * @param {readonly (readonly [string, string])[]} [payload]  what a desktop VS Code takes as command line arguments
 * @returns {string}
 */
export function workbenchUrl(server, folder, payload = []) {
  const url = new URL(server.origin);
  if (server.token !== undefined) url.searchParams.set('tkn', server.token);
  url.searchParams.set('folder', uriPath(folder));
  if (payload.length > 0) url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

/**
 * A file of the server as the workbench names it.
 * @param {Server} server
 * @param {string} file
 * @returns {string}
 */
export function remoteUri(server, file) {
  return `vscode-remote://${server.authority}${uriPath(file)}`;
}

/** @param {string} file */
function uriPath(file) {
  return decodeURIComponent(pathToFileURL(file).pathname);
}

/**
 * @param {import('./ensureHost.mjs').Host} host
 * @param {ServerOptions} options
 * @param {string} dataDir
 * @returns {Promise<Server>}
 */
async function launch(host, options, dataDir) {
  await writeSettings(dataDir, options.settings ?? {});
  const token = options.hasToken === true ? randomBytes(24).toString('hex') : undefined;
  const child = spawn(host.node, await serverArguments(host, options, dataDir, token), {
    cwd: dataDir,
    env: { ...process.env, ...NO_GALLERY, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that extension hosts that lost their server go with it.
    detached: process.platform !== 'win32',
  });
  let log = '';
  /** @type {Promise<void>} */
  const exited = new Promise(
    resolve => void child.once('close', () => resolve()).once('error', () => resolve()),
  );
  const stop = async () => {
    signalGroup(child, 'SIGTERM');
    const deadline = setTimeout(() => signalGroup(child, 'SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(deadline);
    signalGroup(child, 'SIGKILL');
    await removeFolder(dataDir);
  };
  try {
    const port = await portOf(child, text => (log += text));
    const authority = `127.0.0.1:${String(port)}`;
    return {
      origin: `http://${authority}`,
      authority,
      token,
      dataDir,
      pid: child.pid ?? 0,
      setSettings: settings => writeSettings(dataDir, settings),
      exited,
      log: () => log,
      stop,
    };
  } catch (error) {
    await stop();
    throw new Error(`the VS Code server did not start: ${String(error)}\n${log}`, { cause: error });
  }
}

/**
 * To the window a server is a remote machine: settings of scope `machine` count only in the machine's file. (That
 * code-server keeps the user's on the server's disk is its own; other web servers keep them in the browser.)
 * @param {string} dataDir
 * @param {Record<string, unknown>} settings
 */
async function writeSettings(dataDir, settings) {
  const text = JSON.stringify({ ...QUIET, ...settings }, undefined, 2);
  for (const scope of ['User', 'Machine']) {
    const folder = path.join(dataDir, 'data', scope);
    await mkdir(folder, { recursive: true });
    // By rename: an open window would take half a file for settings that are not set.
    await writeFile(path.join(folder, 'settings.json.new'), text);
    await rename(path.join(folder, 'settings.json.new'), path.join(folder, 'settings.json'));
  }
}

/**
 * @param {import('./ensureHost.mjs').Host} host
 * @param {ServerOptions} options
 * @param {string} dataDir
 * @param {string | undefined} token
 */
async function serverArguments(host, options, dataDir, token) {
  const builtIns = path.join(dataDir, 'built-ins');
  await mkdir(builtIns);
  for (const name of BUILT_INS) {
    const from = path.join(host.serverRoot, 'extensions', name);
    if (existsSync(from)) await symlink(from, path.join(builtIns, name), 'junction');
  }
  const tokenFile = path.join(dataDir, 'token');
  // In a file, because the command line can be read by every user of the machine.
  if (token !== undefined) await writeFile(tokenFile, token, { mode: 0o600 });
  return [
    path.join(host.serverRoot, 'out', 'server-main.js'),
    ...['--host', '127.0.0.1', '--port', '0'],
    ...(token === undefined ? ['--without-connection-token'] : ['--connection-token-file', tokenFile]),
    ...['--accept-server-license-terms', '--telemetry-level', 'off', '--server-data-dir', dataDir],
    ...['--builtin-extensions-dir', builtIns],
    ...['--extensions-dir', options.extensionsDir ?? path.join(dataDir, 'extensions')],
    ...(options.loadsFromSource === true ? ['--enable-smoke-test-driver'] : []),
  ];
}

/**
 * The port it announces.
 * @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} child
 * @param {(text: string) => void} onText
 * @returns {Promise<number>}
 */
function portOf(child, onText) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('no port within 60 s')), START_TIMEOUT_MS);
    let seen = '';
    /** @param {Buffer} bytes */
    const read = bytes => {
      onText(bytes.toString());
      seen = (seen + bytes.toString()).slice(-10_000);
      const port = /Extension host agent listening on (\d+)/.exec(seen)?.[1];
      if (port === undefined) return;
      clearTimeout(late);
      resolve(Number(port));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('close', code => {
      clearTimeout(late);
      reject(new Error(`it exited with code ${String(code)}`));
    });
  });
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error; // the whole group is gone: good
  }
}

/**
 * Retried, because a dying extension host may still write a last log line into it.
 * @param {string} folder
 */
async function removeFolder(folder) {
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
