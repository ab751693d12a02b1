/**
 * The guard before the tests touch a user's cluster: a KUBECONFIG of everyday work may be set by accident. Reads the
 * kubeconfig alone; sends nothing.
 */
import { KubeConfig } from '@kubernetes/client-node';

/** Says that a cluster may be used although it does not look disposable. */
export const CONSENT_VARIABLE = 'NODE_TRIAGE_CLUSTER_IS_DISPOSABLE';

const DISPOSABLE_CONTEXT =
  /^(kind-|k3d-|minikube$|microk8s$|docker-desktop$|rancher-desktop$|node-triage-test$)/;
const DISPOSABLE_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|kubernetes\.docker\.internal)$/;

/** What will be done, in lines to show. Throws where the cluster does not look disposable and no flag says it is. */
export function checkGivenCluster(kubeconfig: string, environment: NodeJS.ProcessEnv): readonly string[] {
  const config = readKubeconfig(kubeconfig);
  const server = config.getCurrentCluster()?.server;
  const context = config.getCurrentContext();
  if (server === undefined)
    throw new Error(
      `KUBECONFIG=${kubeconfig} has no current context with a cluster: choose one, or unset it.`,
    );
  const looksDisposable = DISPOSABLE_CONTEXT.test(context) || DISPOSABLE_HOST.test(new URL(server).hostname);
  if (!looksDisposable && environment[CONSENT_VARIABLE] !== 'yes')
    throw new Error(
      `KUBECONFIG's context ${context} (${server}) does not look disposable. The tests profile its kubelets and ` +
        `run pods on it: set ${CONSENT_VARIABLE}=yes if that is meant, or unset KUBECONFIG for a local cluster.`,
    );
  return [
    `using KUBECONFIG's context ${context} (${server}) as it is`,
    'it is read and its kubelets are profiled; pods and a service account without rights live in a namespace',
    'node-triage-test-…, removed afterwards; tests that stop kubelets or make debug pods are listed as skipped',
  ];
}

function readKubeconfig(kubeconfig: string): KubeConfig {
  const config = new KubeConfig();
  try {
    // Reads the variable by itself: it may be a list of files.
    config.loadFromDefault();
    return config;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`KUBECONFIG=${kubeconfig} cannot be used: ${reason}`, { cause: error });
  }
}
