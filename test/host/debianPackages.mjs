// @ts-check
/** Debian packages that tests need, installed where this process may: as root on Debian. Elsewhere it changes nothing. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * @param {string} name
 * @returns {boolean} whether it was installed
 */
export function installDebianPackage(name) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return false;
  console.log(`Installing ${name} by apt (once) …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (/** @type {string[]} */ args) =>
    spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
  return run(['update', '-q']) && run(['install', '-y', '-q', '--no-install-recommends', name]);
}

/** Scripts for pods run in busybox; the static one is what the cluster lane makes its images of. */
export function installBusybox() {
  if (spawnSync('busybox', ['true']).status !== 0) installDebianPackage('busybox-static');
}
