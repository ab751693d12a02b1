/** Debug pods on the local cluster: a maker on a connection of its own, and looks at what is left, from outside. */
import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { expect, onTestFinished } from 'vitest';
import type { PodJob } from '../../src/base/podCommand.js';
import { systemClock } from '../../src/capture/clock.js';
import type { ClusterConnection } from '../../src/cluster/clusterPorts.js';
import { DebugPods } from '../../src/debugpod/debugPods.js';
import type { DebugPodDeps } from '../../src/debugpod/podLife.js';
import type { AuditEntry, DebugPodRequest } from '../../src/debugpod/debugPodPorts.js';
import { MemoryIntents } from '../support/debugPodKit.js';
import { callApi } from './callApi.js';
import { DEBUG_IMAGE } from './local/buildImages.js';
import { connect, requireLayout } from './testCluster.js';

export const NODE = 'node1';

export interface DebugPodLab {
  readonly maker: DebugPods;
  readonly deps: DebugPodDeps;
  readonly intents: MemoryIntents;
  readonly audit: readonly AuditEntry[];
  readonly connection: ClusterConnection;
}

/** Disposed, and waited for, at the end of the test; a pod that a failed test has left goes then. */
export async function openLab(kubeconfig?: string): Promise<DebugPodLab> {
  const connection = await connect(kubeconfig);
  const intents = new MemoryIntents();
  const audit: AuditEntry[] = [];
  const deps: DebugPodDeps = {
    context: connection.context.name,
    server: connection.context.server,
    pods: connection.pods,
    intents,
    audit: entry => audit.push(entry),
    clock: systemClock,
    owner: { session: randomUUID(), host: os.hostname(), pid: process.pid },
    randomSuffix: () => randomBytes(6).toString('hex'),
  };
  const maker = new DebugPods(deps);
  onTestFinished(async () => {
    maker.dispose();
    for (const { namespace, name } of await intents.list()) await deletePod(namespace, name);
    await maker.settled();
  });
  return { maker, deps, intents, audit, connection };
}

/** At once, without asking its kubelet. What the next test finds must not be this one's. */
export async function deletePod(namespace: string, name: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  await callApi('DELETE', path, { gracePeriodSeconds: 0 }).catch(() => undefined); // Gone already.
}

export function requestIn(namespace: string, change: Partial<DebugPodRequest> = {}): DebugPodRequest {
  return {
    node: NODE,
    kubeletVersion: requireLayout().version,
    namespace,
    level: 'ptrace',
    image: {
      reference: DEBUG_IMAGE,
      name: DEBUG_IMAGE,
      pullPolicy: 'Never',
      origin: 'setting',
      bytes: undefined,
      strace: 'image',
    },
    lifetimeSeconds: 300,
    ...change,
  };
}

/** A word that no other process has in its command line. */
export function newMarker(): string {
  return `debugpod-marker-${randomBytes(6).toString('hex')}`;
}

/** A job that runs on and can be told from outside; what it starts ignores signals as far as it can. */
export function endlessJob(marker: string, change: Partial<PodJob> = {}): PodJob {
  const script = 'trap "" TERM HUP INT; echo begun >begun; while :; do sleep 1; done';
  return { name: 'endless', argv: ['sh', '-c', script, marker], seconds: 30, limitSeconds: 60, ...change };
}

/** PIDs of this machine whose command line has the marker as a word: those in pods of the local cluster, too. */
export function processesOf(marker: string): readonly number[] {
  return readdirSync('/proc').flatMap(name => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').includes(marker) ? [Number(name)] : [];
    } catch {
      return []; // It ended while we looked.
    }
  });
}

/** For waiting: rejects while there are none, or some, against expectation. */
export function requireProcesses(marker: string, expected: boolean): Promise<void> {
  const found = processesOf(marker).length > 0;
  return found === expected
    ? Promise.resolve()
    : Promise.reject(new Error(`processes with ${marker}: ${String(found)}`));
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly status: { readonly phase: string };
  }[];
}

export async function podsIn(namespace: string): Promise<readonly { name: string; phase: string }[]> {
  const { items } = (await callApi('GET', `/api/v1/namespaces/${namespace}/pods`)) as PodList;
  return items.map(({ metadata, status }) => ({ name: metadata.name, phase: status.phase }));
}

/** After everything of the maker is settled: no pod, no process of its job, nothing written down. */
export async function expectNothingLeft(lab: DebugPodLab, namespace: string, marker?: string): Promise<void> {
  await lab.maker.settled();
  expect(await podsIn(namespace)).toEqual([]);
  if (marker !== undefined) expect(processesOf(marker)).toEqual([]);
  expect(await lab.intents.list()).toEqual([]);
  expect(lab.maker.living()).toEqual([]);
}
