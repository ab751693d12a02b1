/** Pods on every node, so that its kubelet has something to do: an idle one gives a CPU profile of few samples. */
import { callApi } from './callApi.js';
import { createNamespace, retry } from './testNamespace.js';

/** What the deployment controller sees; a pause container does nothing and needs nothing. */
const PODS_PER_NODE = 10;

interface NodeList {
  readonly items: readonly {
    readonly status: { readonly images?: readonly { readonly names?: readonly string[] }[] };
  }[];
}

interface Deployment {
  readonly status?: { readonly availableReplicas?: number };
}

/** Resolves when the pods run; the function it gives removes them and their namespace. */
export async function startLoad(): Promise<() => Promise<void>> {
  const nodes = (await callApi('GET', '/api/v1/nodes')) as NodeList;
  const namespace = await createNamespace();
  const deployments = `/apis/apps/v1/namespaces/${namespace.name}/deployments`;
  const replicas = PODS_PER_NODE * nodes.items.length;
  try {
    await callApi('POST', deployments, deployment(replicas, findPauseImage(nodes)));
    await retry(120, async () => {
      const { status } = (await callApi('GET', `${deployments}/load`)) as Deployment;
      if (status?.availableReplicas !== replicas)
        throw new Error(`only ${status?.availableReplicas ?? 0} pods run`);
    });
  } catch (error) {
    await namespace.remove();
    throw error;
  }
  return namespace.remove;
}

/** Every node has one, for the pods' sandboxes: nothing is pulled. */
function findPauseImage({ items }: NodeList): string {
  const names = items.flatMap(node => node.status.images ?? []).flatMap(image => image.names ?? []);
  return names.find(name => /\/(mirrored-)?pause:/.test(name)) ?? 'registry.k8s.io/pause:3.10';
}

function deployment(replicas: number, image: string): object {
  const labels = { app: 'load' };
  return {
    metadata: { name: 'load' },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 0,
          automountServiceAccountToken: false,
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: labels },
            },
          ],
          containers: [{ name: 'pause', image, imagePullPolicy: 'IfNotPresent' }],
        },
      },
    },
  };
}
