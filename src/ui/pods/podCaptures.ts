/**
 * A capture through a debug pod, from the choice of the node to the editor that shows the file: plan, consent, borrow a
 * pod, run the jobs in it, write. Each step is one call here, and what it does lies in one room: src/podwork,
 * consent.ts, src/debugpod, src/capture.
 */
import path from 'node:path';
import * as vscode from 'vscode';
import { TriageError } from '../../base/errors.js';
import { fieldOf, textOf } from '../../base/jsonFields.js';
import { untilAny } from '../../base/linkedSignal.js';
import { isRemedied } from '../../remedy/model.js';
import { borrowPod } from '../../podwork/borrowPod.js';
import { planWays, type PodWay } from '../../podwork/planWays.js';
import type { PodLoan, PodLoans } from '../../podwork/podLoans.js';
import { podProgressText } from '../../words/pods/podProgressText.js';
import { podWorkText } from '../../words/pods/podWorkText.js';
import { openReportTab } from '../shell/editorTabs.js';
import { t } from '../shell/l10n.js';
import { showWarning, type Report } from '../shell/messages.js';
import { describeForUser } from '../shell/errorMessages.js';
import { logError, type CommandRunner } from '../shell/runCommand.js';
import type { NodeRef } from '../../nodes/nodeRef.js';
import type { NodePicker } from '../shell/services.js';
import { askConsent, type AgreedWay } from './consent.js';
import { applyRemedy, checkRemedy } from './remedyCommand.js';
import {
  checkCgroups,
  examineNode,
  readNodeFacts,
  sampleThreads,
  traceCalls,
  type PodCommand,
  type PodJobDeps,
  type PodJobInput,
  type PodWork,
  type WrittenCapture,
} from './podCommands.js';

export interface PodCaptureDeps extends PodJobDeps {
  readonly picker: NodePicker;
  readonly run: CommandRunner;
  readonly loans: PodLoans;
  /** Absolute path of the triage that a capture is evidence for; undefined where its case has none. Never rejects. */
  readonly findTriage: (capture: WrittenCapture) => Promise<string | undefined>;
}

/** Finding the kubelet, fetching what was written, and looking that nothing is left. */
const AROUND_SECONDS = 60;
/** A static strace of 6 MB over a link of half a megabit. */
const UPLOAD_SECONDS = 100;

/** The commands of this file. */
export type PodCaptureCommand =
  | 'traceCalls'
  | 'sampleThreads'
  | 'checkCgroups'
  | 'readNodeFacts'
  | 'examineNode'
  | 'applyRemedy'
  | 'checkRemedy';

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
    case 'readNodeFacts':
      return start(deps, readNodeFacts(), argument);
    case 'examineNode':
      return start(deps, examineNode(), argument);
    case 'applyRemedy':
      return startRemedy(deps, argument);
    case 'checkRemedy':
      return startCheck(deps, argument);
  }
}

/** Only of a report's button: whatever else it is called with has no rule, and does nothing. */
async function startRemedy(deps: PodCaptureDeps, argument: unknown): Promise<void> {
  const rule = textOf(fieldOf(argument, 'rule'));
  if (rule !== undefined && isRemedied(rule)) await start(deps, applyRemedy(rule), argument);
}

async function startCheck(deps: PodCaptureDeps, argument: unknown): Promise<void> {
  const file = textOf(fieldOf(argument, 'file'));
  if (file !== undefined) await start(deps, checkRemedy(path.dirname(file)), argument);
}

async function start<K extends string>(
  deps: PodCaptureDeps,
  command: PodCommand<K>,
  argument: unknown,
): Promise<void> {
  const ref = await deps.picker.resolve(argument, command.placeHolder);
  if (ref === undefined) return;
  const written = await deps.run.run(
    {
      title: command.title(ref.node.name),
      location: 'notification',
      cancellable: true,
      node: ref.node.name,
      retry: () => void start(deps, command, ref),
    },
    (cancel, report) =>
      untilAny([cancel, deps.loans.closed], signal => capture(deps, command, ref, signal, report)),
  );
  if (written === undefined) return;
  await open(deps, command, written);
  command.afterwards?.(ref, written);
  tellNotTaken(deps, ref, written);
}

async function open(
  deps: PodCaptureDeps,
  { isForTriage = false }: Pick<PodCommand<string>, 'isForTriage'>,
  { captures: [first] }: PodWork,
): Promise<void> {
  const main = first?.record.files[0];
  if (first === undefined || main === undefined) return;
  const triage = isForTriage ? await deps.findTriage(first) : undefined;
  await openReportTab(vscode.Uri.file(triage ?? path.join(first.folder, main.name)));
}

/** What was taken is open; what was not is a matter of its own. */
function tellNotTaken(deps: PodCaptureDeps, ref: NodeRef, { notTaken }: PodWork): void {
  for (const { what, error } of notTaken) logError(deps.log, what, error, ref.node.name);
  const [first] = notTaken;
  if (first === undefined) return;
  const names = notTaken.map(({ what }) => what).join(', ');
  const { text } = describeForUser(first.error);
  void showWarning(t('Not taken on {0}: {1}. {2}', ref.node.name, names, text));
}

/** Rejects with `cancelled` where the person did not agree, and as each of the steps does. */
async function capture<K extends string>(
  deps: PodCaptureDeps,
  command: PodCommand<K>,
  ref: NodeRef,
  signal: AbortSignal,
  report: Report,
): Promise<PodWork> {
  const seconds = command.seconds(deps.settings);
  const ways = await command.ways(deps.settings, ref.node, signal);
  report(t('Connecting…'));
  return deps.loans.lend(ref.context, async ({ connection, maker }: PodLoan) => {
    report(t('Looking at the node…'));
    const planned = await planWays(
      connection.pods,
      {
        node: ref.node,
        ways,
        workSeconds: AROUND_SECONDS + uploadSeconds(ways) + command.workSeconds(seconds),
        choices: deps.settings.podChoices(),
      },
      signal,
    );
    report(t('Waiting for your consent…'));
    const context = { name: ref.context, serverDoubt: connection.context.serverDoubt };
    const question = { message: command.message(ref.node.name, seconds), context, ...planned };
    const agreed = await agree(command, seconds, await askConsent(question), signal);
    const destination = await deps.destination(ref);
    return borrowPod(
      maker,
      agreed,
      (pod, podSignal) => {
        const onProgress: PodJobInput['onProgress'] = (progress, what) => {
          const text = podWorkText(progress, t);
          report(what === undefined ? text : t('{0}: {1}', what, text));
        };
        const { upload } = agreed;
        return command.work(
          { deps, ref, seconds, pod, connection, upload, destination, onProgress, report },
          agreed.key,
          podSignal,
        );
      },
      signal,
      progress => report(podProgressText(progress, t)),
    );
  });
}

/** Nothing is made where a question was answered with no, or the command cancelled meanwhile. */
async function agree<K extends string>(
  command: PodCommand<K>,
  seconds: number,
  agreed: AgreedWay<K> | undefined,
  signal: AbortSignal,
): Promise<AgreedWay<K>> {
  const isAgreed =
    agreed !== undefined && !signal.aborted && ((await command.confirm?.(agreed.key, seconds)) ?? true);
  if (!isAgreed) throw new TriageError('cancelled', 'Not agreed.');
  return agreed;
}

function uploadSeconds(ways: readonly PodWay<string>[]): number {
  return ways.some(({ upload }) => upload !== undefined) ? UPLOAD_SECONDS : 0;
}
