/**
 * What *Trace System Calls (futex)*, *Sample Threads*, *Check Cgroup Health*, *Node Facts* and *Examine Node* are made of: their
 * words, the ways in which each can be done, and the job in the pod. The order in which it all happens is podCaptures.ts's. Without `vscode` of
 * its own: it asks through the door to messages, and reads the editor's settings.
 */
import type { TriageError } from '../../base/errors.js';
import type { CaptureRecord } from '../../capture/captureRecord.js';
import { captureCgroups } from '../../capture/captureCgroups.js';
import { captureNodeFacts } from '../../capture/captureNodeFacts.js';
import { captureNodeEvidence, type NodeEvidenceStep } from '../../capture/captureNodeEvidence.js';
import { captureThreads } from '../../capture/captureThreads.js';
import { captureSystemCalls } from '../../capture/captureSystemCalls.js';
import { systemClock } from '../../capture/clock.js';
import { kubeletOn } from '../../capture/profileTarget.js';
import type { ClusterConnection, ClusterNode } from '../../cluster/clusterPorts.js';
import type { DebugPod } from '../../debugpod/debugPodPorts.js';
import type { PodWay } from '../../podwork/planWays.js';
import { readStraceFile, type StraceFile } from '../../podwork/straceFile.js';
import type { SampleReader } from '../../worker/workerPorts.js';
import { engineCost } from '../../words/pods/consentText.js';
import type { PodWorkProgress } from '../../words/pods/podWorkText.js';
import type { CaptureDestination, FindDestination } from '../captures/captureRoot.js';
import { t } from '../shell/l10n.js';
import { askModal } from '../shell/messages.js';
import type { NodeRef } from '../../nodes/nodeRef.js';
import type { Settings } from '../shell/settings.js';
import type { Log } from '../shell/log.js';

/** More than this of strace is confirmed once more: every thread of the kubelet stops at each of its calls. */
const LONG_STRACE_SECONDS = 15;
/** strace makes two passes, each with a time to attach and to let go. */
const STRACE_PASSES = 2;
/** Bounded by the job itself; see src/cgroup/command.ts. */
const CGROUP_SECONDS = 60;
/** The same; see src/nodefacts/command.ts. */
const FACTS_SECONDS = 80;

/** A capture folder as it was written. */
export interface WrittenCapture {
  /** Absolute path. */
  readonly folder: string;
  readonly record: CaptureRecord;
}

/** What the jobs of a command gave. */
export interface PodWork {
  readonly captures: readonly WrittenCapture[];
  /** What else was asked for, in the user's words, and what it met. */
  readonly notTaken: readonly { readonly what: string; readonly error: TriageError }[];
}

export interface PodJobDeps {
  readonly settings: Settings;
  readonly samples: SampleReader;
  readonly destination: FindDestination;
  readonly randomId: () => string;
  readonly log: Log;
}

/** What a job in a pod is given. */
export interface PodJobInput {
  readonly deps: PodJobDeps;
  readonly ref: NodeRef;
  readonly seconds: number;
  readonly pod: DebugPod;
  readonly connection: ClusterConnection;
  /** Of the way that was chosen. */
  readonly upload: StraceFile | undefined;
  readonly destination: CaptureDestination;
  /** `what`: which of several jobs, in the user's words. */
  readonly onProgress: (progress: PodWorkProgress, what?: string) => void;
  /** For progress that has words of its own. */
  readonly report: (message: string) => void;
}

type Ways<K extends string> = readonly [PodWay<K>, ...PodWay<K>[]];

/** `K`: the keys of its ways. */
export interface PodCommand<K extends string> {
  readonly title: (node: string) => string;
  readonly placeHolder: string;
  /** The consent's question. */
  readonly message: (node: string, seconds: number) => string;
  readonly seconds: (settings: Settings) => number;
  /** Rejects where one of them could not be gone. */
  readonly ways: (settings: Settings, node: ClusterNode, signal: AbortSignal) => Promise<Ways<K>>;
  /** What the job takes in the pod at most, in seconds. */
  readonly workSeconds: (seconds: number) => number;
  /** Asked after the consent; false: not agreed. */
  readonly confirm?: (key: K, seconds: number) => Promise<boolean>;
  /** Runs the jobs and writes what they gave: at least one capture, the first of which opens. */
  readonly work: (input: PodJobInput, key: K, signal: AbortSignal) => Promise<PodWork>;
  /** What it took is evidence for the triage of its case, which opens instead where there is one. */
  readonly isForTriage?: boolean;
  /** When what it took is open. */
  readonly afterwards?: (ref: NodeRef, written: PodWork) => void;
}

async function oneCapture(taking: Promise<WrittenCapture>): Promise<PodWork> {
  return { captures: [await taking], notTaken: [] };
}

export function traceCalls(): PodCommand<'kernel' | 'strace'> {
  const kernel: PodWay<'kernel' | 'strace'> = {
    key: 'kernel',
    label: t('Trace by the Kernel'),
    cost: engineCost('kernel', t),
    need: 'shell',
    level: 'privileged',
  };
  const strace: PodWay<'kernel' | 'strace'> = {
    key: 'strace',
    label: t('Trace by strace'),
    cost: engineCost('strace', t),
    need: 'strace',
    level: 'ptrace',
  };
  return {
    title: node => t('Tracing system calls (futex) of the kubelet on {0}', node),
    placeHolder: t('Node whose kubelet is traced'),
    message: (node, seconds) =>
      t('Trace the system calls (futex) of the kubelet on {0} for {1} s?', node, seconds),
    seconds: settings => settings.callsSeconds(),
    ways: async (settings, node, signal) => {
      const engine = settings.callsEngine();
      if (engine === 'kernel') return [kernel];
      const file = settings.straceFile();
      const own =
        file === undefined
          ? strace
          : { ...strace, need: 'shell' as const, upload: await readStraceFile(file, node, signal) };
      // What Enter presses asks for least: a privileged pod is chosen by its own button.
      return engine === 'ask' ? [own, kernel] : [own];
    },
    workSeconds: seconds => STRACE_PASSES * (seconds + LONG_STRACE_SECONDS),
    confirm: confirmLongStrace,
    work: ({ deps, ref, seconds, pod, connection, upload, destination, onProgress }, engine, signal) =>
      oneCapture(
        captureSystemCalls(
          { pod, metrics: connection.metrics, clock: systemClock, randomId: deps.randomId },
          {
            context: ref.context,
            ...kubeletOn(ref.node),
            engine,
            seconds,
            straceFile: upload,
            ...destination,
          },
          signal,
          onProgress,
        ),
      ),
  };
}

async function confirmLongStrace(engine: 'kernel' | 'strace', seconds: number): Promise<boolean> {
  if (engine !== 'strace' || seconds <= LONG_STRACE_SECONDS) return true;
  const go = { title: t('Trace for {0} s', seconds) };
  const detail = t(
    'Every thread of the kubelet stops at each system call while strace runs. Leases, probes and pod starts of the node may be late for so long.',
  );
  const chosen = await askModal(
    { message: t('{0} seconds of strace are a long time for a kubelet.', seconds), detail },
    go,
  );
  return chosen === go;
}

export function sampleThreads(): PodCommand<'sample'> {
  return {
    title: node => t('Sampling the threads of the kubelet on {0}', node),
    placeHolder: t('Node whose kubelet is sampled'),
    message: (node, seconds) => t('Sample the threads of the kubelet on {0} for {1} s?', node, seconds),
    seconds: settings => settings.threadsSeconds(),
    ways: () =>
      Promise.resolve([
        {
          key: 'sample',
          label: t('Sample'),
          cost: t(
            'A small shell script reads /proc: no thread is stopped, and it takes under 2 % of a core.',
          ),
          need: 'shell',
          level: 'sample',
        },
      ]),
    workSeconds: seconds => seconds,
    work: ({ deps, ref, seconds, pod, destination, onProgress }, _key, signal) =>
      oneCapture(
        captureThreads(
          { pod, clock: systemClock, samples: deps.samples },
          {
            context: ref.context,
            ...kubeletOn(ref.node),
            seconds,
            ...destination,
          },
          signal,
          onProgress,
        ),
      ),
  };
}

export function checkCgroups(): PodCommand<'check'> {
  return {
    title: node => t('Checking the cgroups of {0}', node),
    placeHolder: t('Node whose cgroups are checked'),
    message: node => t('Check the cgroup health of {0}?', node),
    seconds: () => CGROUP_SECONDS,
    ways: () =>
      Promise.resolve([
        {
          key: 'check',
          label: t('Check'),
          cost: t('A shell script times a few reads of memory.stat and counts cgroups. It changes nothing.'),
          need: 'shell',
          level: 'read',
        },
      ]),
    workSeconds: seconds => seconds,
    work: ({ ref, pod, destination, onProgress }, _key, signal) =>
      oneCapture(
        captureCgroups(
          { pod, clock: systemClock },
          {
            context: ref.context,
            ...kubeletOn(ref.node),
            ...destination,
          },
          signal,
          onProgress,
        ),
      ),
  };
}

export function readNodeFacts(): PodCommand<'look'> {
  return {
    title: node => t('Reading the facts of {0}', node),
    placeHolder: t('Node whose facts are read'),
    message: node => t('Read the facts of {0}?', node),
    seconds: () => FACTS_SECONDS,
    ways: () =>
      Promise.resolve([
        {
          key: 'look',
          label: t('Read'),
          cost: t(
            "A shell script reads /proc and the cgroups twice, some 5 s apart: pressure, disks, blocked tasks, processes, mounts, inotify, connections. It asks the node's own dmesg, journalctl, runc and iptables for log lines and versions, and takes about half a second of CPU. It changes nothing. Rules of iptables are not counted: that takes NET_ADMIN.",
          ),
          need: 'shell',
          level: 'facts',
        },
      ]),
    workSeconds: seconds => seconds,
    work: ({ ref, pod, destination, onProgress }, _key, signal) =>
      oneCapture(
        captureNodeFacts(
          { pod, clock: systemClock },
          {
            context: ref.context,
            ...kubeletOn(ref.node),
            ...destination,
          },
          signal,
          onProgress,
        ),
      ),
  };
}

/** Facts, cgroups and threads through one pod: what a triage cannot ask of the API. */
export function examineNode(): PodCommand<'examine'> {
  return {
    title: node => t('Examining {0}', node),
    placeHolder: t('Node to examine'),
    message: (node, seconds) =>
      t(
        'Examine {0}: read its facts, check its cgroups, and sample the threads of its kubelet for {1} s?',
        node,
        seconds,
      ),
    seconds: settings => settings.threadsSeconds(),
    ways: () =>
      Promise.resolve([
        {
          key: 'examine',
          label: t('Examine'),
          cost: t(
            "Shell scripts read /proc and the cgroups, time a few reads of memory.stat, and ask the node's own dmesg, journalctl, runc and iptables for log lines and versions: no thread is stopped, and they change nothing. Half a second of CPU, then under 2 % of a core while they sample.",
          ),
          need: 'shell',
          level: 'facts',
        },
      ]),
    workSeconds: seconds => FACTS_SECONDS + CGROUP_SECONDS + seconds,
    work: async ({ deps, ref, seconds, pod, destination, onProgress }, _key, signal) => {
      const { captures, failed } = await captureNodeEvidence(
        { pod, clock: systemClock, samples: deps.samples },
        { context: ref.context, ...kubeletOn(ref.node), threadSeconds: seconds, ...destination },
        signal,
        ({ step, ...progress }) => onProgress(progress, evidenceName(step)),
      );
      return { captures, notTaken: failed.map(({ step, error }) => ({ what: evidenceName(step), error })) };
    },
    isForTriage: true,
  };
}

function evidenceName(step: NodeEvidenceStep): string {
  switch (step) {
    case 'facts':
      return t('Node facts');
    case 'cgroups':
      return t('Cgroup health');
    case 'threads':
      return t('Threads');
  }
}
