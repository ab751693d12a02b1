/** The parts of one context, found in a kubeconfig that was read. Reads nothing itself. */
import type { User } from '@kubernetes/client-node';
import { TriageError } from '../../base/errors.js';
import type { LoadedKubeconfig } from './kubeconfig.js';
import type { ClusterEntry, UserExtras } from './kubeconfigEntries.js';
import type { ContextInfo } from '../clusterPorts.js';

export interface ResolvedContext {
  readonly info: ContextInfo;
  readonly server: URL;
  readonly cluster: ClusterEntry;
  readonly user: User;
  readonly extras: UserExtras;
  /** A workspace named the kubeconfig: what is the user's is not used before they said yes. */
  readonly isFromWorkspace: boolean;
}

const NO_EXTRAS: UserExtras = {
  file: '',
  exec: undefined,
  provider: undefined,
  tokenFile: undefined,
  impersonation: {},
};

/** The context's parts. Throws `kubeconfig-missing`, `kubeconfig-invalid` or `context-missing`. */
export function resolveContext(loaded: LoadedKubeconfig, name: string): ResolvedContext {
  const { contents } = loaded;
  const info = contents.contexts.find(context => context.name === name);
  const context = loaded.contexts.find(candidate => candidate.name === name);
  if (info === undefined || context === undefined) throw missingContext(loaded, name);
  const file = contents.files.join(', ');
  const invalid = (reason: string): TriageError =>
    new TriageError(
      'kubeconfig-invalid',
      `Context "${name}" cannot be used: ${reason} (${file}). Correct the kubeconfig, or choose another one.`,
      { facts: { context: name, file, reason } },
    );
  const cluster = loaded.clusters.find(candidate => candidate.name === context.cluster);
  if (cluster === undefined) throw invalid(`no file defines its cluster "${context.cluster}"`);
  if (!URL.canParse(cluster.server) || !/^https?:$/.test(new URL(cluster.server).protocol))
    throw invalid(`the server of cluster "${cluster.name}" is no http or https address`);
  // A context without a user is anonymous: fine behind `kubectl proxy`. One that names an undefined user is a slip.
  const found = loaded.users.find(candidate => candidate.name === context.user);
  if (found === undefined && context.user) throw invalid(`no file defines its user "${context.user}"`);
  const { extras, ...user } = found ?? { name: '', extras: NO_EXTRAS };
  return {
    info,
    server: new URL(cluster.server),
    cluster,
    user,
    extras,
    isFromWorkspace: loaded.isFromWorkspace,
  };
}

function missingContext({ contents, isPresent }: LoadedKubeconfig, context: string): TriageError {
  const file = contents.files.join(', ');
  const problem = contents.problems[0];
  if (problem !== undefined && contents.contexts.length === 0)
    return new TriageError(
      'kubeconfig-invalid',
      `The kubeconfig ${problem.file} cannot be used: ${problem.reason}. Correct it, or choose another one.`,
      { facts: { ...problem } },
    );
  if (!isPresent)
    return new TriageError(
      'kubeconfig-missing',
      `There is no kubeconfig; looked at ${file}. Choose a file.`,
      {
        facts: { file },
      },
    );
  return new TriageError(
    'context-missing',
    `The kubeconfig names no context "${context}" (${file}). Refresh the view, or choose another kubeconfig.`,
    { facts: { context, file } },
  );
}
