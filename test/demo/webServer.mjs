// @ts-check
/** Opens the VS Code server from npm with the packaged extension, for a browser on this machine that knows the token. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureHost } from '../host/ensureHost.mjs';
import { installExtension, startServer } from '../host/server.mjs';
import { buildVsix } from '../package/buildVsix.mjs';
import { welcomeUrl } from './welcome.mjs';

/**
 * @param {import('./start.mjs').Session} session
 * @param {{ opensBrowser: boolean }} options
 * @returns {Promise<import('./start.mjs').Editor>}
 */
export async function openServer(session, { opensBrowser }) {
  const host = await ensureHost();
  const extensionsDir = path.join(session.folder, 'extensions');
  await installExtension(host, await buildVsix(session.root), extensionsDir);
  const server = await startServer(host, {
    hasToken: true,
    extensionsDir,
    settings: session.settings,
    env: { KUBECONFIG: session.kubeconfig },
  });
  const address = welcomeUrl(server, session.workspace);
  console.log(
    `\nVS Code is open at\n\n  ${address}\n\nThe token in it is the key: keep the address to yourself. Ctrl-C stops.\n`,
  );
  if (opensBrowser && canShow()) openBrowser(address);
  return { closed: server.exited, stop: server.stop };
}

function canShow() {
  if (process.env.CI) return false;
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** @param {string} address */
function openBrowser(address) {
  /** @type {Readonly<Partial<Record<NodeJS.Platform, readonly [string, readonly string[]]>>>} */
  const openers = {
    darwin: ['open', [address]],
    // `start` of cmd.exe would read the & of the address as a second command.
    win32: ['rundll32', ['url.dll,FileProtocolHandler', address]],
  };
  const [command, args] = openers[process.platform] ?? ['xdg-open', [address]];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => console.log(`(${command} is not there: open the address yourself.)`));
  child.unref();
}
