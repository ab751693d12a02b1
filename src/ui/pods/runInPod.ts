/**
 * The way every command goes that needs a debug pod: look at the node, check what the cluster allows, ask, make the pod,
 * work in it, remove it. What the work is, the command says.
 */
import { isTriageError, TriageError } from '../../base/errors.js';
import type { ClusterConnection, ClusterNode } from '../../cluster/ports.js';
import { isImageReason } from '../../debugpod/podImage.js';
import { buildPodManifest } from '../../debugpod/podSpec.js';
import type { DebugPod, DebugPodProgress, DebugPodRequest, PodLevel } from '../../debugpod/ports.js';
import { preflight } from '../../debugpod/preflight.js';
import { askConsent, type Agreed, type ConsentOption } from './consent.js';
import { planPod, readNode, type PodChoices, type PodPlan } from './planPod.js';
import type { PodLoan } from './podLoans.js';
import type { StraceFile } from './straceFile.js';
import { t } from '../l10n.js';
import type { Report } from '../messages.js';

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

export interface PodErrand<K extends string> {
  readonly context: string;
  readonly node: ClusterNode;
  /** The consent's question. */
  readonly message: string;
  /** The first is the one to prefer. */
  readonly ways: readonly [PodWay<K>, ...PodWay<K>[]];
  /** What the work in the pod takes at most, in seconds. */
  readonly workSeconds: number;
  readonly choices: PodChoices;
  /** What is asked besides, once a way was chosen; false: not agreed. */
  readonly confirm: (key: K) => Promise<boolean>;
}

export type PodWork<K extends string, T> = (
  pod: DebugPod,
  key: K,
  connection: ClusterConnection,
  signal: AbortSignal,
) => Promise<T>;

/** A name that only the dry run sees. */
const DRY_RUN_IDENTITY = { name: 'node-triage-dry-run', session: 'dry-run' };

/** Rejects with `cancelled` where the person did not agree. */
export async function runInPod<K extends string, T>(
  loan: PodLoan,
  errand: PodErrand<K>,
  work: PodWork<K, T>,
  signal: AbortSignal,
  report: Report,
): Promise<T> {
  report(t('Looking at the node…'));
  const { options, notes } = await aboutNode(errand.node.name, planWays(loan.connection, errand, signal));
  report(t('Waiting for your consent…'));
  const agreed = await askConsent({ message: errand.message, context: errand.context, options, notes });
  if (agreed === undefined || signal.aborted || !(await errand.confirm(agreed.key)))
    throw new TriageError('cancelled', 'Not agreed.');
  const done = withAnyImage(agreed, request =>
    loan.maker.withPod(
      request,
      (pod, podSignal) => work(pod, agreed.key, loan.connection, podSignal),
      signal,
      progress => {
        report(podProgressText(progress));
      },
    ),
  );
  return aboutNode(errand.node.name, done);
}

/** The ports of pods know no nodes; whoever reads the error wants to know which one it was about. */
async function aboutNode<T>(node: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!isTriageError(error) || error.node !== undefined) throw error;
    const { code, message, facts, cause } = error;
    throw new TriageError(code, message, { node, facts, cause });
  }
}

interface Ways<K extends string> {
  readonly options: readonly [ConsentOption<K>, ...ConsentOption<K>[]];
  readonly notes: readonly string[];
}

/** The ways that the cluster admits; where it admits none, the refusal of the last, which asks for least. */
async function planWays<K extends string>(
  { pods }: ClusterConnection,
  errand: PodErrand<K>,
  signal: AbortSignal,
): Promise<Ways<K>> {
  const options: ConsentOption<K>[] = [];
  const notes: string[] = [];
  let refusal: unknown;
  const facts = await readNode(pods, errand.node, signal);
  for (const { key, label, cost, need, level, upload } of errand.ways) {
    const plan = planPod(facts, { need, level, workSeconds: errand.workSeconds }, errand.choices);
    try {
      await checkPlan(pods, plan, signal);
      options.push({ key, label, cost, plan, upload });
    } catch (error) {
      if (!isTriageError(error) || error.code !== 'pod-refused') throw error;
      refusal = error;
      notes.push(t('{0} is not allowed by this cluster: {1}', label, String(error.facts['reason'] ?? '')));
    }
  }
  const [first, ...others] = options;
  if (first === undefined) throw refusal;
  return { options: [first, ...others], notes };
}

async function checkPlan(
  pods: ClusterConnection['pods'],
  { request }: PodPlan,
  signal: AbortSignal,
): Promise<void> {
  const expiresAtMs = Date.now() + request.lifetimeSeconds * 1000;
  const manifest = buildPodManifest(request, { ...DRY_RUN_IDENTITY, expiresAtMs });
  await preflight(pods, manifest, { namespace: request.namespace, node: request.node }, signal);
}

/** Where an image cannot be had, the next one: the consent named them all. */
async function withAnyImage<T>(agreed: Agreed, run: (request: DebugPodRequest) => Promise<T>): Promise<T> {
  const [first = agreed.request.image, ...others] = agreed.images;
  let image = first;
  for (;;) {
    try {
      return await run({ ...agreed.request, image });
    } catch (error) {
      const next = others.shift();
      if (next === undefined || !isImageFault(error)) throw error;
      image = next;
    }
  }
}

function isImageFault(error: unknown): boolean {
  return (
    isTriageError(error) &&
    error.code === 'pod-not-started' &&
    isImageReason(String(error.facts['reason'] ?? ''))
  );
}

function podProgressText(progress: DebugPodProgress): string {
  switch (progress.phase) {
    case 'checking':
      return t('Checking what the cluster allows…');
    case 'creating':
      return t('Creating pod {0}…', progress.name);
    case 'starting':
      return progress.reason === undefined
        ? t('Waiting for the pod to run ({0} s left)…', progress.secondsLeft)
        : t('Waiting for the pod to run: {0} ({1} s left)…', progress.reason, progress.secondsLeft);
    case 'running':
      return t('The pod runs.');
    case 'removing':
      return t('Removing pod {0}…', progress.name);
  }
}
