/** The command line of run.mjs as data. */

export type LaneArguments =
  | {
      readonly kind: 'test';
      readonly version: string;
      readonly isKept: boolean;
      readonly filters: readonly string[];
    }
  | { readonly kind: 'up' | 'build' | 'modules'; readonly version: string }
  | { readonly kind: 'down' }
  | { readonly kind: 'help'; readonly problem: string | undefined };

export const USAGE = `node test/cluster/run.mjs [COMMAND] [--version V]

  (none) [--keep] [FILTER…]  run the tests: on KUBECONFIG's cluster where that is set, else on a local one that is
                             started and taken down; --keep leaves it running, FILTER chooses test files
  up                         start the local cluster, print its kubeconfig's path, leave it running
  down                       end it and remove everything it made; also what a killed run left
  build                      only build the binaries into the cache
  modules V                  write test/cluster/kubernetes/V/go.mod and go.sum for another version

  --version V                of Kubernetes; the default is v1.32.5, whose cgroup frames are runc's own`;

/** The last version whose kubelet has runc's own cgroup package, and all of whose modules can be downloaded. */
const DEFAULT_VERSION = 'v1.32.5';

export function parseArguments(argv: readonly string[], knownVersions: readonly string[]): LaneArguments {
  const help = (problem?: string): LaneArguments => ({ kind: 'help', problem });
  const rest = [...argv];
  const at = rest.indexOf('--version');
  const [, version = DEFAULT_VERSION] = at < 0 ? [] : rest.splice(at, 2);
  const options = rest.filter(argument => argument.startsWith('-'));
  const [command, ...others] = rest.filter(argument => !argument.startsWith('-'));
  if (options.some(option => option === '--help' || option === '-h')) return help();
  const unknown = options.find(option => option !== '--keep');
  if (unknown !== undefined) return help(`Unknown option ${unknown}.`);
  if (command === 'modules')
    return others[0] === undefined ? help('modules wants a version.') : { kind: command, version: others[0] };
  if (command === 'down') return { kind: command };
  if (!knownVersions.includes(version))
    return help(
      `No go.mod for ${version}: run \`modules ${version}\` first. There are ${knownVersions.join(', ')}.`,
    );
  if (command === 'up' || command === 'build') return { kind: command, version };
  const filters = command === undefined ? [] : [command, ...others];
  return { kind: 'test', version, isKept: options.includes('--keep'), filters };
}
