/**
 * What a debug pod on a node would be, found out before the user is asked: the node's own facts, read once, and from them
 * image and warnings for each way of doing the work. Changes nothing, and knows no editor.
 */
import { isTriageError } from '../base/errors.js';
import type { NodeDetails, NodeReady, PodRunner } from '../cluster/podPorts.js';
import type { ClusterNode } from '../cluster/clusterPorts.js';
import { judgeNode, type NodeWarning } from '../debugpod/nodeFitness.js';
import { chooseImages, type ImageNeed } from '../debugpod/podImage.js';
import type { DebugPodRequest, ImageChoice, PodLevel } from '../debugpod/debugPodPorts.js';

export interface PodNeeds {
  readonly need: ImageNeed;
  readonly level: PodLevel;
  /** What the command's own work takes at most, in seconds. */
  readonly workSeconds: number;
}

/** What the user settled about debug pods. */
export interface PodChoices {
  readonly namespace: string;
  /** Undefined: by what the node has. */
  readonly image: string | undefined;
  readonly pullSecret: string | undefined;
  readonly serviceAccount: string | undefined;
}

export interface PodPlan {
  /** Of the first image. */
  readonly request: DebugPodRequest;
  /** To be tried, in order, where an image cannot be had; the first is the request's. */
  readonly images: readonly ImageChoice[];
  readonly warnings: readonly NodeWarning[];
  /** What the node's Ready condition said when it was planned. */
  readonly ready: NodeReady | undefined;
  /** The kubelet would take only a `system-node-critical` pod: to be asked. */
  readonly needsCritical: boolean;
}

/** For pulling an image, starting, fetching and removing. */
const AROUND_THE_WORK_SECONDS = 240;
/** Pods that have ended hold no slot of the node (kubelet's GetActivePods). */
const ALIVE_ON = (node: string): string =>
  `spec.nodeName=${node},status.phase!=Succeeded,status.phase!=Failed`;

export interface NodeFacts {
  readonly node: ClusterNode;
  readonly details: NodeDetails;
  /** Pods on it that have not ended; undefined where they may not be counted. */
  readonly podCount: number | undefined;
}

/** Rejects with `node-not-found`, `forbidden`, or as the cluster's ports do. */
export async function readNode(pods: PodRunner, node: ClusterNode, signal: AbortSignal): Promise<NodeFacts> {
  const [details, podCount] = await Promise.all([
    pods.nodeDetails(node.name, signal),
    countPods(pods, node.name, signal),
  ]);
  return { node, details, podCount };
}

/** Throws `node-unfit`. */
export function planPod(
  { node, details, podCount }: NodeFacts,
  wish: PodNeeds,
  choices: PodChoices,
): PodPlan {
  const { warnings, needsCritical } = judgeNode(node, details, podCount);
  const images = chooseImages({ need: wish.need, setting: choices.image ?? '' }, details);
  return {
    request: {
      node: node.name,
      kubeletVersion: node.kubeletVersion,
      namespace: choices.namespace,
      level: wish.level,
      image: images[0],
      lifetimeSeconds: AROUND_THE_WORK_SECONDS + wish.workSeconds,
      pullSecret: choices.pullSecret,
      serviceAccount: choices.serviceAccount,
      isKubeletSilent: warnings.includes('kubelet-silent'),
    },
    images,
    warnings,
    ready: details.ready,
    needsCritical,
  };
}

/** Undefined for those who may not list pods of all namespaces: the pod is tried, and a full node says so itself. */
async function countPods(pods: PodRunner, node: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    const selection = { namespace: undefined, fieldSelector: ALIVE_ON(node), mayBeCached: true };
    const found = await pods.list(selection, signal);
    return found.length;
  } catch (error) {
    if (isTriageError(error) && error.code === 'forbidden') return undefined;
    throw error;
  }
}
