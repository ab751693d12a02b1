/** What reading the kubeconfig came to, in the words of the `nodeTriage.kubeconfig` context key. Reads nothing itself. */
import { describeError } from '../base/errors.js';
import type {
  ContextInfo,
  KubeconfigContents,
  KubeconfigProblem,
  KubeconfigSource,
} from '../cluster/clusterPorts.js';
import { isFileProblem } from '../base/fileProblem.js';

export interface KubeconfigState {
  /**
   * `none`: no file, and none is named; `missing`: none of those that the setting or KUBECONFIG names; `invalid`: no file
   * could be used; `empty`: files without a context.
   */
  readonly kind: 'loading' | 'none' | 'missing' | 'invalid' | 'empty' | 'ready';
  /** Current context first, then by name as the kubeconfig has them. */
  readonly contexts: readonly ContextInfo[];
  /** Files looked at, existing or not: those to watch. */
  readonly files: readonly string[];
  readonly problems: readonly KubeconfigProblem[];
  /** What names the files; undefined while that is not known. */
  readonly source?: KubeconfigSource | undefined;
}

export const LOADING: KubeconfigState = { kind: 'loading', contexts: [], files: [], problems: [] };

/** Of a read that succeeded, also where single files had problems. */
export function kubeconfigStateOf(contents: KubeconfigContents): KubeconfigState {
  const { files, problems, source } = contents;
  const contexts = [
    ...contents.contexts.filter(context => context.isCurrent),
    ...contents.contexts.filter(context => !context.isCurrent),
  ];
  if (contexts.length > 0) return { kind: 'ready', contexts, files, problems, source };
  const hasFile = files.length > contents.missing.length;
  return { kind: kindWithout(hasFile, problems.length > 0, source), contexts, files, problems, source };
}

function kindWithout(
  hasFile: boolean,
  hasProblem: boolean,
  source: KubeconfigSource,
): KubeconfigState['kind'] {
  if (!hasFile) return source === 'home' ? 'none' : 'missing';
  return hasProblem ? 'invalid' : 'empty';
}

/** The same for a read that was rejected; `files` are those known from before, which stay watched. */
export function kubeconfigStateOfError(error: unknown, files: readonly string[]): KubeconfigState {
  const { code, message, facts } = describeError(error);
  if (code === 'kubeconfig-missing') return { kind: 'none', contexts: [], files, problems: [] };
  const problem = {
    file: String(facts['file'] ?? ''),
    reason: String(facts['reason'] ?? message),
    problem: isFileProblem(facts['problem']) ? facts['problem'] : undefined,
  };
  return { kind: 'invalid', contexts: [], files, problems: [problem] };
}

/** The same cluster, as far verified, as the same user: a connection to it may stay when the kubeconfig changes. */
export function isSameContext(a: ContextInfo, b: ContextInfo): boolean {
  const isSameServer = a.server === b.server && a.serverDoubt === b.serverDoubt;
  return a.name === b.name && a.cluster === b.cluster && a.user === b.user && isSameServer;
}
