/**
 * The ways of doing a job in a debug pod that a node and its cluster admit, found out before the user is asked: each is
 * planned from the node's own facts and tried as a dry run. Changes nothing.
 */
import { isTriageError } from '../base/errors.js';
import type { PodRunner } from '../cluster/podPorts.js';
import type { ClusterNode } from '../cluster/clusterPorts.js';
import { buildPodManifest } from '../debugpod/podSpec.js';
import type { PodLevel } from '../debugpod/debugPodPorts.js';
import { preflight } from '../debugpod/preflight.js';
import { aboutNode } from './aboutNode.js';
import { planPod, readNode, type PodChoices, type PodPlan } from './planPod.js';
import type { StraceFile } from './straceFile.js';

/** One way to do a command's work. */
export interface PodWay<K extends string> {
  readonly key: K;
  /** The consent's button: a verb. */
  readonly label: string;
  /** What it costs the node; '' where that is not worth a word. */
  readonly cost: string;
  readonly need: 'shell' | 'strace';
  readonly level: PodLevel;
  /** Of the user's disk, into the pod: shown in the consent. */
  readonly upload?: StraceFile | undefined;
}

export interface WaysRequest<K extends string> {
  readonly node: ClusterNode;
  /** The first asks for least, and is what Enter agrees to. */
  readonly ways: readonly [PodWay<K>, ...PodWay<K>[]];
  /** What the work in the pod takes at most, in seconds. */
  readonly workSeconds: number;
  readonly choices: PodChoices;
}

/** A way, and the pod that it would make. */
export interface PlannedWay<K extends string> extends PodWay<K> {
  readonly plan: PodPlan;
}

/** A way that the cluster refuses, and its words for it. */
export interface RefusedWay {
  readonly label: string;
  readonly reason: string;
}

export interface PlannedWays<K extends string> {
  readonly admitted: readonly [PlannedWay<K>, ...PlannedWay<K>[]];
  readonly refused: readonly RefusedWay[];
}

/** A name that only the dry run sees. */
const DRY_RUN_IDENTITY = { name: 'node-triage-dry-run', session: 'dry-run' };

/**
 * Rejects with `pod-refused` where the cluster admits none (the refusal of the first way, which asks for least), with
 * `node-unfit`, `forbidden`, or as the cluster's ports do.
 */
export function planWays<K extends string>(
  pods: PodRunner,
  request: WaysRequest<K>,
  signal: AbortSignal,
): Promise<PlannedWays<K>> {
  return aboutNode(request.node.name, tryWays(pods, request, signal));
}

async function tryWays<K extends string>(
  pods: PodRunner,
  { node, ways, workSeconds, choices }: WaysRequest<K>,
  signal: AbortSignal,
): Promise<PlannedWays<K>> {
  const admitted: PlannedWay<K>[] = [];
  const refused: RefusedWay[] = [];
  let refusal: unknown;
  const facts = await readNode(pods, node, signal);
  for (const way of ways) {
    const plan = planPod(facts, { need: way.need, level: way.level, workSeconds }, choices);
    try {
      await dryRun(pods, plan, signal);
      admitted.push({ ...way, plan });
    } catch (error) {
      if (!isTriageError(error) || error.code !== 'pod-refused') throw error;
      refusal ??= error;
      refused.push({ label: way.label, reason: String(error.facts['reason'] ?? '') });
    }
  }
  const [first, ...others] = admitted;
  if (first === undefined) throw refusal;
  return { admitted: [first, ...others], refused };
}

async function dryRun(pods: PodRunner, { request }: PodPlan, signal: AbortSignal): Promise<void> {
  const expiresAtMs = Date.now() + request.lifetimeSeconds * 1000;
  const manifest = buildPodManifest(request, { ...DRY_RUN_IDENTITY, expiresAtMs });
  await preflight(pods, manifest, { namespace: request.namespace, node: request.node }, signal);
}
