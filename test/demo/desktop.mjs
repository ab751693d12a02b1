// @ts-check
/** Opens the desktop VS Code on the PATH with the extension from this checkout, apart from the user's own windows. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * The `code` command, where it can open a window here. Not in a remote terminal (its `code` opens files in the window
 * it belongs to), not in WSL (there it is Windows' own), not as root (VS Code refuses), not without a display.
 * @returns {string | undefined}
 */
export function findDesktop() {
  const { env, platform } = process;
  if (env.VSCODE_IPC_HOOK_CLI || env.WSL_DISTRO_NAME || process.getuid?.() === 0) return undefined;
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return undefined;
  const names = platform === 'win32' ? ['code.cmd', 'code.exe'] : ['code'];
  return (env.PATH ?? '')
    .split(path.delimiter)
    .flatMap(folder => names.map(name => path.join(folder, name)))
    .find(file => existsSync(file));
}

/**
 * @param {import('./start.mjs').Session} session
 * @param {string} code
 * @returns {Promise<import('./start.mjs').Editor>}
 */
export async function openDesktop(session, code) {
  const { status } = spawnSync(process.execPath, ['esbuild.mjs', '--quiet'], {
    cwd: session.root,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('building the extension failed; see above.');
  // Short, because VS Code makes a socket inside it, and a socket's path may have 103 characters.
  const userData = path.join(session.folder, 'vscode');
  await mkdir(path.join(userData, 'User'), { recursive: true });
  const settings = { 'telemetry.telemetryLevel': 'off', ...session.settings };
  await writeFile(path.join(userData, 'User', 'settings.json'), JSON.stringify(settings, undefined, 2));
  const args = [
    `--extensionDevelopmentPath=${session.root}`,
    ...['--user-data-dir', userData, '--extensions-dir', path.join(session.folder, 'extensions')],
    ...['--disable-workspace-trust', '--new-window', '--wait', session.workspace],
  ];
  const isScript = code.endsWith('.cmd');
  // cmd.exe splits at spaces: what goes through it is quoted.
  const child = spawn(
    isScript ? `"${code}"` : code,
    isScript ? args.map(argument => `"${argument}"`) : args,
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: isScript,
      env: { ...process.env, KUBECONFIG: session.kubeconfig },
      detached: process.platform !== 'win32',
    },
  );
  console.log('\nVS Code is open. Close its window or press Ctrl-C to stop.\n');
  /** @type {Promise<void>} */
  const closed = new Promise(
    resolve => void child.once('close', () => resolve()).once('error', () => resolve()),
  );
  return { closed, stop: () => endTree(child.pid, closed) };
}

/**
 * `code` is a script around the editor: the whole group has to go.
 * @param {number | undefined} pid
 * @param {Promise<void>} closed
 */
async function endTree(pid, closed) {
  if (pid === undefined) return;
  if (process.platform === 'win32')
    spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' });
  else {
    try {
      process.kill(-pid, 'SIGTERM');
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error; // already closed
    }
  }
  await closed;
}
