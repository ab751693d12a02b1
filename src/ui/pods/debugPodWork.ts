/**
 * All that debug pods need, in one object: loans, the finder of leftovers, the commands' work. A bundle of its own
 * (dist/debugpods.cjs), loaded when a debug pod is first thought of.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type * as vscode from 'vscode';
import { systemClock } from '../../capture/clock.js';
import { PodIntentFolder } from '../../capture/podIntentFolder.js';
import type { ClusterConnection } from '../../cluster/clusterPorts.js';
import { type PodCaptureCommand, runPodCapture } from './podCaptures.js';
import { removeDebugPods } from './removeDebugPods.js';
import { describeForUser } from '../shell/errorMessages.js';
import type { FindDestination, FindTriage } from '../captures/captureRoot.js';
import type { SampleReader } from '../../worker/workerPorts.js';
import type { CommandRunner } from '../shell/runCommand.js';
import type { NodePicker } from '../shell/services.js';
import type { Settings } from '../shell/settings.js';
import type { LivePods } from './livePods.js';
import { PodFinder } from '../../podwork/podFinder.js';
import { PodLoans } from '../../podwork/podLoans.js';
import type { Log } from '../shell/log.js';

export interface DebugPodWorkDeps {
  readonly extension: vscode.ExtensionContext;
  readonly picker: NodePicker;
  readonly run: CommandRunner;
  readonly settings: Settings;
  readonly samples: SampleReader;
  readonly destination: FindDestination;
  readonly findTriage: FindTriage;
  readonly log: Log;
  readonly live: LivePods;
  /** Absolute path of the folder where pods are written down before they are made. */
  readonly intentFolder: string;
  /** A connection that the caller disposes. */
  readonly connect: (context: string) => Promise<ClusterConnection>;
  /** The views' connection to a context that is connected now; undefined for others. */
  readonly shared: (context: string) => Promise<ClusterConnection> | undefined;
  /** Contexts that are connected now. */
  readonly contexts: () => readonly string[];
  /** How many pods other tools left in a context. */
  readonly foundLeftovers: (context: string, count: number) => void;
}

export interface DebugPodWork {
  capture(command: PodCaptureCommand, argument: unknown): Promise<void>;
  removePods(argument: unknown): Promise<void>;
  /** Looks around in every context in which a pod was written down and not forgotten. Never rejects. */
  sweepWrittenDown(): Promise<void>;
  /** After a context was connected: sweeps what is ours and orphaned, counts what others left. Never rejects. */
  lookAround(context: string): Promise<void>;
  /** Ends all work and resolves when every pod of this window is gone. */
  close(): Promise<void>;
  dispose(): void;
}

export function createDebugPodWork(deps: DebugPodWorkDeps): DebugPodWork {
  const { run, settings, log, live } = deps;
  const intents = new PodIntentFolder(deps.intentFolder);
  const loans = new PodLoans({
    connect: deps.connect,
    shared: deps.shared,
    intents,
    audit: entry => log.audit(entry),
    clock: systemClock,
    owner: { session: randomUUID(), host: hostname(), pid: process.pid },
    live,
    randomSuffix: randomId,
    isProcessAlive,
  });
  const finder = new PodFinder({
    loans,
    contexts: deps.contexts,
    namespace: () => settings.podChoices().namespace,
    explain: error => describeForUser(error).text,
    log: message => log.info(message),
    found: deps.foundLeftovers,
  });
  return {
    capture: (command, argument) => runPodCapture({ ...deps, loans, randomId }, command, argument),
    removePods: argument => removeDebugPods({ run, loans, finder }, argument),
    async sweepWrittenDown() {
      const contexts = new Set((await intents.list()).map(intent => intent.context));
      for (const context of contexts) await finder.lookAround(context);
    },
    lookAround: context => finder.lookAround(context),
    close: () => loans.close(),
    dispose() {
      finder.dispose();
      loans.dispose();
    },
  };
}

/** 80 bits in lower-case letters and digits. */
function randomId(): string {
  return randomBytes(10).toString('hex');
}

function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and is another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
