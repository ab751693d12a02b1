/**
 * The commands that take a profile of a kubelet: from the choice of the node to the editor that shows the file. The
 * work is src/capture's; this file asks, reports and opens.
 */
import path from 'node:path';
import * as vscode from 'vscode';
import { isTriageError, throwIfCancelled, type TriageError } from '../../base/errors.js';
import type { CaptureOutcome, CaptureProgress } from '../../capture/captureProfile.js';
import { systemClock } from '../../capture/clock.js';
import { kubeletOn } from '../../capture/profileTarget.js';
import type { KubeletProfileName } from '../../cluster/clusterPorts.js';
import type { ProfileDecoder } from '../../worker/workerPorts.js';
import type { FindDestination } from './captureRoot.js';
import { describeForUser } from '../shell/errorMessages.js';
import { COMMANDS } from '../../words/ids.js';
import { PROFILE_COMMANDS, profileTitle } from '../../words/profileNames.js';
import { closeProfileTabs, openProfileTab } from '../shell/editorTabs.js';
import { type Report, showInformation, showWarning } from '../shell/messages.js';
import { logError, type CommandRunner } from '../shell/runCommand.js';
import type { ActiveCapture, CaptureRegistry } from './runningCaptures.js';
import type { NodeRef } from '../../nodes/nodeRef.js';
import { MOST_AT_ONCE, onMarkedNodes } from '../../nodes/selectedNodes.js';
import type { Clusters, NodePicker } from '../shell/services.js';
import type { Settings } from '../shell/settings.js';
import { captureProgressText } from '../../words/captureProgressText.js';
import { t } from '../shell/l10n.js';
import type { Log } from '../shell/log.js';
import { quoteCommand } from '../../words/shellCommand.js';

export interface ProfileNodeDeps {
  readonly extension: vscode.ExtensionContext;
  readonly clusters: Clusters;
  readonly picker: NodePicker;
  readonly run: CommandRunner;
  readonly settings: Settings;
  readonly log: Log;
  readonly decoder: ProfileDecoder;
  readonly registry: CaptureRegistry;
  readonly destination: FindDestination;
}

type Ended = CaptureOutcome | { readonly kind: 'busy'; readonly error: TriageError };

/** Registers one command a profile. */
export function registerProfileNode(deps: ProfileNodeDeps): vscode.Disposable {
  const profiles = Object.keys(PROFILE_COMMANDS) as KubeletProfileName[];
  return vscode.Disposable.from(
    ...profiles.map(profile =>
      vscode.commands.registerCommand(PROFILE_COMMANDS[profile], (argument: unknown, selected: unknown) =>
        profileNodes(deps, profile, argument, selected),
      ),
    ),
  );
}

/** Each of several marked nodes has a progress, a capture and an end of its own. */
function profileNodes(
  deps: ProfileNodeDeps,
  profile: KubeletProfileName,
  argument: unknown,
  selected: unknown,
): Promise<void> {
  return onMarkedNodes(
    argument,
    selected,
    each => profileNode(deps, profile, each),
    marked =>
      void showInformation(
        t('{0} nodes are marked; {1} at most are profiled at once. Mark fewer.', marked, MOST_AT_ONCE),
      ),
  );
}

async function profileNode(
  deps: ProfileNodeDeps,
  profile: KubeletProfileName,
  argument: unknown,
): Promise<void> {
  const ref = await deps.picker.resolve(argument, t('Node whose kubelet is profiled'));
  if (ref === undefined) return;
  const running = deps.registry.list().find(each => isSameProfiler(each, ref, profile));
  if (running === undefined) await capture(deps, ref, profile, 'fail');
  else await offerRunning(running);
}

/** The kubelet has one CPU profiler and one tracer: a second capture of ours would only meet the first. */
function isSameProfiler(running: ActiveCapture, ref: NodeRef, profile: KubeletProfileName): boolean {
  return (
    running.profile === profile &&
    running.ref.context === ref.context &&
    running.ref.node.name === ref.node.name
  );
}

async function offerRunning(running: ActiveCapture): Promise<void> {
  const stop = t('Stop and Keep');
  const chosen = await showInformation(
    t(
      'This window already captures the {0} of {1}, {2} s left.',
      profileTitle(running.profile, t),
      running.ref.node.name,
      running.secondsLeft,
    ),
    stop,
  );
  if (chosen === stop) running.stopAndKeep();
}

async function capture(
  deps: ProfileNodeDeps,
  ref: NodeRef,
  profile: KubeletProfileName,
  whenBusy: 'fail' | 'wait',
): Promise<void> {
  const again = (how: 'fail' | 'wait') => void capture(deps, ref, profile, how);
  const ended = await deps.run.run(
    {
      title: t('{0} of the kubelet on {1}', profileTitle(profile, t), ref.node.name),
      location: 'notification',
      cancellable: true,
      node: ref.node.name,
      retry: () => again('fail'),
    },
    async (signal, report): Promise<Ended> => {
      const active = deps.registry.add(ref, profile);
      const cancel = () => active.cancel();
      signal.addEventListener('abort', cancel, { once: true });
      const progress = new ProgressReporter(deps, active, report);
      try {
        return await captureInto(deps, active, whenBusy, progress);
      } catch (error) {
        // A tab that is still opening is not among the open ones yet: it would stay, on a file that is gone.
        await progress.opening;
        if (active.folder !== '') await closeProfileTabs(vscode.Uri.file(active.folder));
        if (isTriageError(error) && error.code === 'profiler-busy') return { kind: 'busy', error };
        throw error;
      } finally {
        signal.removeEventListener('abort', cancel);
        active.end();
      }
    },
  );
  if (ended !== undefined) await sayHowItEnded(deps, ended, () => again('wait'));
}

async function captureInto(
  deps: ProfileNodeDeps,
  active: ActiveCapture,
  whenBusy: 'fail' | 'wait',
  progress: ProgressReporter,
): Promise<CaptureOutcome> {
  const { ref, profile, signals } = active;
  progress.say(t('Connecting…'));
  const connection = await unlessAborted(deps.clusters.connection(ref.context), signals.cancel);
  if (signals.stop.aborted) return { kind: 'nothing' };
  const destination = await deps.destination(ref);
  const { captureProfile } = await import('../../capture/nodeCaptures.js');
  return captureProfile(
    { profiler: connection.profiler, metrics: connection.metrics, decoder: deps.decoder, clock: systemClock },
    {
      context: ref.context,
      ...kubeletOn(ref.node),
      profile,
      seconds: profile === 'trace' ? deps.settings.traceSeconds() : deps.settings.profileSeconds(),
      sliceSeconds: deps.settings.sliceSeconds(),
      whenBusy,
      maxBytes: deps.settings.maxProfileBytes(),
      ...destination,
    },
    signals,
    step => progress.show(step),
  );
}

/** Connecting cannot be aborted; its result is then simply not waited for. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort: (() => void) | undefined;
  const aborted = new Promise<undefined>(resolve => {
    abort = () => resolve(undefined);
    signal.addEventListener('abort', abort, { once: true });
  });
  const first = await Promise.race([work, aborted]).finally(() => {
    if (abort !== undefined) signal.removeEventListener('abort', abort);
  });
  throwIfCancelled(signal);
  return first ?? work;
}

/** Tells the registry and the notification, and opens the editor with the first slice. */
class ProgressReporter {
  /** The editor's tab coming up; resolves however that ends, and at once where none was asked for. */
  opening: Promise<void> = Promise.resolve();
  private isOpened = false;
  private shownPercent = 0;
  private totalSeconds = 0;

  constructor(
    private readonly deps: ProfileNodeDeps,
    private readonly active: ActiveCapture,
    private readonly report: Report,
  ) {}

  say(message: string): void {
    this.report(message);
  }

  show(progress: CaptureProgress): void {
    const { active, deps } = this;
    active.update(progress);
    this.totalSeconds = Math.max(this.totalSeconds, progress.secondsLeft);
    const percent = this.totalSeconds === 0 ? 0 : 100 * (1 - progress.secondsLeft / this.totalSeconds);
    const increment = Math.max(0, percent - this.shownPercent);
    this.shownPercent += increment;
    this.report(captureProgressText(progress, active.profile, t), increment);
    if (this.isOpened || progress.slicesDone === 0 || active.profile === 'trace') return;
    this.isOpened = true;
    const file = vscode.Uri.file(path.join(progress.folder, `${active.profile}.pb.gz`));
    this.opening = openProfileTab(file).catch((error: unknown) =>
      logError(deps.log, 'Opening the profile', error),
    );
  }
}

async function sayHowItEnded(deps: ProfileNodeDeps, ended: Ended, wait: () => void): Promise<void> {
  if (ended.kind === 'busy') {
    const { text } = describeForUser(ended.error);
    const label = t('Wait');
    if ((await showWarning(text, label)) === label) wait();
  } else if (ended.kind === 'nothing') {
    void showInformation(t('Stopped before anything had arrived; nothing was kept.'));
  } else if (ended.fault !== undefined) {
    await sayFault(deps, ended.record.slicesDone ?? 0, ended.fault);
  } else if (ended.record.profile === 'trace') {
    await offerTrace(path.join(ended.folder, 'trace.out'));
  }
}

async function sayFault(deps: ProfileNodeDeps, slicesDone: number, fault: TriageError): Promise<void> {
  logError(deps.log, 'Capture ended early', fault);
  const showLog = t('Show Log');
  const kept = t('Finished slices kept: {0}.', slicesDone);
  const chosen = await showWarning(`${describeForUser(fault).text} ${kept}`, showLog);
  if (chosen === showLog) await vscode.commands.executeCommand(COMMANDS.showLog);
}

/** An execution trace is kept, and read by Go's own tool. */
export async function offerTrace(file: string): Promise<void> {
  const reveal = t('Reveal');
  const copy = t('Copy Command');
  const chosen = await showInformation(
    t('{0} is a Go execution trace; "go tool trace" opens it.', path.basename(file)),
    reveal,
    copy,
  );
  if (chosen === reveal) await vscode.commands.executeCommand(COMMANDS.revealCapture, path.dirname(file));
  if (chosen === copy)
    await vscode.env.clipboard.writeText(
      quoteCommand(['go', 'tool', 'trace', file], process.platform === 'win32'),
    );
}
