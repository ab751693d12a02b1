/**
 * Which files make up the kubeconfig: the setting, else KUBECONFIG, else ~/.kube/config. Reads none of them.
 *
 * Windows is not asked for a kubeconfig inside WSL (client-node's `loadFromDefault` runs `wsl.exe` and waits for it,
 * which may take seconds on the extension host's only thread): a path under `\\wsl$` in the setting does that job.
 */
import path from 'node:path';
import type { KubeconfigLocation, KubeconfigSource } from '../clusterPorts.js';

export interface KubeconfigFiles {
  /** Absolute paths in order of precedence, without duplicates. */
  readonly paths: readonly string[];
  /** What named them. */
  readonly source: KubeconfigSource;
}

/**
 * Paths in order of precedence. Lists are separated as in PATH: `:`, on Windows `;`. `~` is the home directory, also in
 * KUBECONFIG, where an editor started from a desktop sees what no shell expanded. Relative paths start in the home
 * directory: the working directory of an extension host means nothing to a user.
 */
export function findKubeconfigFiles(location: KubeconfigLocation): KubeconfigFiles {
  const setting = splitPaths(location.setting, location.homeDirectory);
  if (setting.length > 0) return { paths: setting, source: 'setting' };
  const environment = splitPaths(location.environment.KUBECONFIG, location.homeDirectory);
  if (environment.length > 0) return { paths: environment, source: 'environment' };
  return { paths: [path.join(location.homeDirectory, '.kube', 'config')], source: 'home' };
}

function splitPaths(list: string | undefined, home: string): string[] {
  const entries = (list ?? '').split(path.delimiter).map(entry => entry.trim());
  return [
    ...new Set(
      entries.filter(entry => entry !== '').map(entry => path.resolve(home, expandHome(entry, home))),
    ),
  ];
}

function expandHome(entry: string, home: string): string {
  return entry === '~' || /^~[\\/]/.test(entry) ? path.join(home, entry.slice(1)) : entry;
}
