/** The cluster folder's door for tests: a kubeconfig in memory, and a FakeCluster behind each context. */
import { TriageError } from '../../src/base/errors.js';
import type {
  ClusterAccess,
  ClusterConnection,
  ContextInfo,
  KubeconfigContents,
  KubeconfigProblem,
} from '../../src/cluster/clusterPorts.js';
import type { FakeCluster, FakeUser } from './fakeCluster.js';

export interface FakeContext {
  readonly cluster: FakeCluster;
  readonly user?: FakeUser;
}

export class FakeClusterAccess implements ClusterAccess {
  /** By name; the first is the current one. Tests may change it between reads, as an edited file would. */
  contexts: Readonly<Record<string, FakeContext>>;
  problems: readonly KubeconfigProblem[] = [];
  /** Contexts connected to so far, in order. */
  readonly connected: string[] = [];

  constructor(contexts: Readonly<Record<string, FakeContext>>) {
    this.contexts = contexts;
  }

  readKubeconfig(): Promise<KubeconfigContents> {
    const contexts = Object.keys(this.contexts).map((name, index) => this.describe(name, index === 0));
    const files = ['/home/user/.kube/config'];
    const missing = contexts.length === 0 && this.problems.length === 0 ? files : [];
    return Promise.resolve({ contexts, source: 'home', files, missing, problems: this.problems });
  }

  connect(_location: unknown, context: string): Promise<ClusterConnection> {
    const found = this.contexts[context];
    if (found === undefined)
      return Promise.reject(
        new TriageError('context-missing', `no context ${context}`, { facts: { context } }),
      );
    this.connected.push(context);
    const isCurrent = Object.keys(this.contexts)[0] === context;
    return Promise.resolve({
      ...found.cluster.connect(found.user),
      context: this.describe(context, isCurrent),
    });
  }

  private describe(name: string, isCurrent: boolean): ContextInfo {
    const user = this.contexts[name]?.user ?? 'admin';
    return { name, cluster: `${name}-cluster`, user, isCurrent, server: `https://${name}.invalid` };
  }
}
