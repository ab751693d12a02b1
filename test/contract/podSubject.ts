/** Whom the pod contract is run against, and what its tests share. */
import type { TestContext } from 'vitest';
import type { TriageError } from '../../src/base/errors.js';
import type { PodManifest, PodRunner, PodState } from '../../src/cluster/podPorts.js';
import { pause } from '../support/pause.js';

/** Each puts the cluster, or the way to it, into a state; a subject that cannot leaves it out. */
export interface PodFaults {
  /** The next POST is carried out, and its answer is lost. */
  readonly loseCreateAnswer?: () => Promise<void>;
  /** Cuts every open connection; new ones work. */
  readonly cutConnections?: () => Promise<void>;
  /** The API server is not there until the result is called. */
  readonly goAway?: () => Promise<() => Promise<void>>;
  /** Another client deletes the pod, at once. */
  readonly deleteBehindBack?: (pod: PodState) => Promise<void>;
}

export interface PodSubject {
  /** Of a user who may do everything. */
  readonly pods: PodRunner;
  /** Of a user who may look at nodes and pods, and change nothing. */
  readonly limited: PodRunner;
  /** Takes every pod. */
  readonly namespace: string;
  /** Pod Security `restricted` is enforced. */
  readonly restricted: string;
  /** Pod Security `restricted` warns. */
  readonly warned: string;
  /** A ready node. */
  readonly node: string;
  /** With a busybox shell, on the node. */
  readonly image: string;
  readonly faults: PodFaults;
  readonly close: () => Promise<void>;
}

export type GetPodSubject = () => PodSubject;

export const never = new AbortController().signal;

export async function failure(promise: Promise<unknown>): Promise<TriageError> {
  return promise.then(
    value => {
      throw new Error(`expected a rejection, not ${JSON.stringify(value)}`);
    },
    (error: unknown) => error as TriageError,
  );
}

/** The fault, or the test is skipped where the subject has not got it. */
export function needFault<K extends keyof PodFaults>(
  subject: GetPodSubject,
  fault: K,
  test: TestContext,
): NonNullable<PodFaults[K]> {
  const found = subject().faults[fault];
  if (found === undefined) test.skip(`this subject cannot do: ${fault}`);
  return found;
}

let named = 0;

/** A pod that shares the node's processes and ends when told; its name is new. */
export function manifest(
  { namespace, node, image }: Pick<PodSubject, 'namespace' | 'node' | 'image'>,
  labels: Readonly<Record<string, string>> = {},
) {
  const name = `contract-${Date.now().toString(36)}-${++named}`;
  return {
    metadata: {
      namespace,
      name,
      labels: { 'node-triage.test/contract': 'true', ...labels },
      annotations: { 'node-triage.test/why': 'contract, "quoted" – ü' },
    },
    spec: {
      nodeName: node,
      hostPID: true,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 1,
      activeDeadlineSeconds: 600,
      containers: [
        {
          name: 'tools',
          image,
          imagePullPolicy: 'IfNotPresent',
          command: ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 1; done'],
        },
      ],
    },
  } satisfies PodManifest;
}

/** Asks every 100 ms; rejects after `seconds`, with what the pod was last. */
export async function podUntil(
  pods: PodRunner,
  pod: PodState,
  condition: (state: PodState | undefined) => boolean,
  seconds = 60,
): Promise<PodState | undefined> {
  for (let tries = 0; ; tries++) {
    const state = await pods.read(pod, never);
    if (condition(state)) return state;
    if (tries > seconds * 10) throw new Error(`waited in vain; the pod is ${JSON.stringify(state)}`);
    await pause(100);
  }
}

export const isRunning = (state: PodState | undefined): boolean => state?.container?.state === 'running';
