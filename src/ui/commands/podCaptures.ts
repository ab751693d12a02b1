/**
 * Trace Futex Activity, Sample Threads and Check Cgroup Health: from the choice of the node to the editor that shows
 * the file. What runs on the node and what is kept is src/capture's; this file asks, reports and opens.
 */
import path from 'node:path';
import * as vscode from 'vscode';
import type { CaptureRecord } from '../../capture/captureRecord.js';
import { captureCgroups } from '../../capture/captureCgroups.js';
import { captureThreads } from '../../capture/captureThreads.js';
import { captureTrace } from '../../capture/captureTrace.js';
import { systemClock } from '../../capture/clock.js';
import type { ClusterConnection, ClusterNode } from '../../cluster/ports.js';
import type { DebugPod } from '../../debugpod/ports.js';
import type { SampleReader } from '../../worker/ports.js';
import { captureRoot } from '../captureRoot.js';
import { engineCost } from '../pods/consentText.js';
import type { PodLoans } from '../pods/podLoans.js';
import { podWorkText, type PodWorkProgress } from '../pods/podWorkText.js';
import { type PodErrand, type PodWay, runInPod } from '../pods/runInPod.js';
import { readStraceFile, type StraceFile } from '../pods/straceFile.js';
import { openReportTab } from '../profileTabs.js';
import type { CommandRunner } from '../runCommand.js';
import type { NodePicker, NodeRef } from '../services.js';
import type { Settings } from '../settings.js';
import { t } from '../l10n.js';
import { askModal, type Report } from '../messages.js';

export interface PodCaptureDeps {
  readonly extension: vscode.ExtensionContext;
  readonly picker: NodePicker;
  readonly run: CommandRunner;
  readonly settings: Settings;
  readonly loans: PodLoans;
  readonly samples: SampleReader;
  readonly randomId: () => string;
}

/** More than this of strace is confirmed once more: every thread of the kubelet stops at each of its calls. */
const LONG_STRACE_SECONDS = 15;
/** Finding the kubelet, fetching what was written, and looking that nothing is left. */
const AROUND_SECONDS = 60;
/** strace makes two passes, each with a time to attach and to let go. */
const STRACE_PASSES = 2;
/** A static strace of 6 MB over a link of half a megabit. */
const UPLOAD_SECONDS = 100;
/** Bounded by the job itself; see src/cgroup/command.ts. */
const CGROUP_SECONDS = 60;

interface Kept {
  readonly folder: string;
  readonly record: CaptureRecord;
}

interface Work {
  readonly deps: PodCaptureDeps;
  readonly ref: NodeRef;
  readonly seconds: number;
  readonly pod: DebugPod;
  readonly connection: ClusterConnection;
  /** Of the way that was chosen. */
  readonly upload: StraceFile | undefined;
  readonly onProgress: (progress: PodWorkProgress) => void;
}

type Ways<K extends string> = readonly [PodWay<K>, ...PodWay<K>[]];

interface PodCommandOf<K extends string> {
  readonly title: (node: string) => string;
  readonly placeHolder: string;
  readonly message: (node: string, seconds: number) => string;
  readonly seconds: (settings: Settings) => number;
  /** Rejects where one of them could not be gone. */
  readonly ways: (settings: Settings, node: ClusterNode, signal: AbortSignal) => Promise<Ways<K>>;
  /** What the work takes in the pod at most, in seconds. */
  readonly workSeconds: (seconds: number) => number;
  /** Asked after the consent; false: not agreed. */
  readonly confirm?: (key: K, seconds: number) => Promise<boolean>;
  readonly work: (work: Work, key: K, signal: AbortSignal) => Promise<Kept>;
}

/** The commands of this file. */
export type PodCaptureCommand = 'traceCalls' | 'sampleThreads' | 'checkCgroups';

/** Resolves when the report is open, or the command has ended another way. Never rejects. */
export function runPodCapture(
  deps: PodCaptureDeps,
  command: PodCaptureCommand,
  argument: unknown,
): Promise<void> {
  switch (command) {
    case 'traceCalls':
      return start(deps, traceCalls(), argument);
    case 'sampleThreads':
      return start(deps, sampleThreads(), argument);
    case 'checkCgroups':
      return start(deps, checkCgroups(), argument);
  }
}

async function start<K extends string>(
  deps: PodCaptureDeps,
  command: PodCommandOf<K>,
  argument: unknown,
): Promise<void> {
  const ref = await deps.picker.resolve(argument, command.placeHolder);
  if (ref === undefined) return;
  const kept = await deps.run.run(
    {
      title: command.title(ref.node.name),
      location: 'notification',
      cancellable: true,
      node: ref.node.name,
      retry: () => void start(deps, command, ref),
    },
    (signal, report) => capture(deps, command, ref, signal, report),
  );
  const main = kept?.record.files[0];
  if (kept !== undefined && main !== undefined)
    await openReportTab(vscode.Uri.file(path.join(kept.folder, main.name)));
}

async function capture<K extends string>(
  deps: PodCaptureDeps,
  command: PodCommandOf<K>,
  ref: NodeRef,
  cancel: AbortSignal,
  report: Report,
): Promise<Kept> {
  const { settings, loans } = deps;
  const seconds = command.seconds(settings);
  const signal = AbortSignal.any([cancel, loans.closed]);
  const ways = await command.ways(settings, ref.node, signal);
  const uploadSeconds = ways.some(({ upload }) => upload !== undefined) ? UPLOAD_SECONDS : 0;
  const errand: PodErrand<K> = {
    context: ref.context,
    node: ref.node,
    message: command.message(ref.node.name, seconds),
    ways,
    workSeconds: AROUND_SECONDS + uploadSeconds + command.workSeconds(seconds),
    choices: {
      namespace: settings.podNamespace(),
      image: settings.podImage(),
      pullSecret: settings.podPullSecret(),
      serviceAccount: settings.podServiceAccount(),
    },
    confirm: async key => (await command.confirm?.(key, seconds)) ?? true,
  };
  report(t('Connecting…'));
  return loans.lend(ref.context, loan =>
    runInPod(
      loan,
      errand,
      (pod, key, connection, podSignal) => {
        const onProgress = (progress: PodWorkProgress): void => report(podWorkText(progress, t));
        const upload = ways.find(way => way.key === key)?.upload;
        return command.work({ deps, ref, seconds, pod, connection, upload, onProgress }, key, podSignal);
      },
      signal,
      report,
    ),
  );
}

function traceCalls(): PodCommandOf<'kernel' | 'strace'> {
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
    title: node => t('Tracing futex activity of the kubelet on {0}', node),
    placeHolder: t('Node whose kubelet is traced'),
    message: (node, seconds) => t('Trace the system calls of the kubelet on {0} for {1} s?', node, seconds),
    seconds: settings => settings.callsSeconds(),
    ways: async (settings, node, signal) => {
      const engine = settings.callsEngine();
      if (engine === 'kernel') return [kernel];
      const file = settings.straceFile();
      const own =
        file === undefined
          ? strace
          : { ...strace, need: 'shell' as const, upload: await readStraceFile(file, node, signal) };
      return engine === 'ask' ? [kernel, own] : [own];
    },
    workSeconds: seconds => STRACE_PASSES * (seconds + LONG_STRACE_SECONDS),
    confirm: confirmLongStrace,
    work: ({ deps, ref, seconds, pod, connection, upload, onProgress }, engine, signal) =>
      captureTrace(
        { pod, metrics: connection.metrics, clock: systemClock, randomId: deps.randomId },
        {
          context: ref.context,
          node: ref.node,
          engine,
          seconds,
          straceFile: upload,
          root: captureRoot(deps.settings, deps.extension),
          writtenBy: writtenBy(deps.extension),
        },
        signal,
        onProgress,
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

function sampleThreads(): PodCommandOf<'sample'> {
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
    work: ({ deps, ref, seconds, pod, onProgress }, _key, signal) =>
      captureThreads(
        { pod, clock: systemClock, samples: deps.samples },
        {
          context: ref.context,
          node: ref.node,
          seconds,
          root: captureRoot(deps.settings, deps.extension),
          writtenBy: writtenBy(deps.extension),
        },
        signal,
        onProgress,
      ),
  };
}

function checkCgroups(): PodCommandOf<'check'> {
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
    work: ({ deps, ref, pod, onProgress }, _key, signal) =>
      captureCgroups(
        { pod, clock: systemClock },
        {
          context: ref.context,
          node: ref.node,
          root: captureRoot(deps.settings, deps.extension),
          writtenBy: writtenBy(deps.extension),
        },
        signal,
        onProgress,
      ),
  };
}

function writtenBy(extension: vscode.ExtensionContext): string {
  const { version } = extension.extension.packageJSON as { readonly version: string };
  return `node-triage ${version}`;
}
