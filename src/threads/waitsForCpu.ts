/**
 * Whether the sampled process waits for a CPU, and who has the CPUs meanwhile. With idle CPUs beside it, it is a limit or
 * an affinity that it waits for, not the node.
 */
import { atKey, finding, observe, type Finding, type Observation } from '../base/finding.js';
import { sentence } from '../base/sentence.js';
import type { NodeCpu, ProcessCpu, ThreadReport } from './model.js';
import { percent } from './sampledShare.js';
import {
  THREAD_CONFIRM_TEXTS as CONFIRM,
  THREAD_DOUBT_TEXTS as DOUBT,
  THREAD_EVIDENCE_TEXTS as TEXT,
  THREAD_FINDING_TEXTS as FINDING,
} from './threadSentences.js';

type Report = Pick<ThreadReport, 'facts' | 'threads' | 'total' | 'node' | 'processes'>;

const LOOKS_AT_NODE = '# node';
/** Cores of waiting, all threads together: an idle kubelet waits 0.001. */
const RUN_DELAY_CORES = 0.2;
/** Of the time that its threads want a CPU: below it they hardly feel it. */
const RUN_DELAY_SHARE = 0.1;
/** Of all CPUs, idle or waiting for a disk: with more than this the node is not short. */
const IDLE_SHARE = 0.1;
const NAMED = 5;
const NAMED_CORES = 0.05;
const UNNAMED_CORES = 0.2;

/** Undefined where it does not wait, or the kernel does not count it. */
export function waitsForCpu(report: Report): Finding | undefined {
  const { facts, threads, total, node } = report;
  const delay = threads.reduce((sum, { runDelaySeconds }) => sum + (runDelaySeconds ?? 0), 0);
  const used = total.userSeconds + total.systemSeconds;
  const share = delay / (delay + used);
  if (delay < RUN_DELAY_CORES * facts.seconds || share < RUN_DELAY_SHARE) return undefined;
  const id = node === undefined ? 'waits-for-cpu' : hasIdle(node) ? 'cpu-limited' : 'node-cpu-short';
  return finding({
    id,
    weight: 'look',
    sentence: sentence(FINDING[id], percent(share)),
    evidence: [
      observe(
        sentence(TEXT.runDelay, delay.toFixed(2), facts.seconds.toFixed(1)),
        { value: delay, unit: 'seconds', threshold: RUN_DELAY_CORES * facts.seconds },
        atKey(LOOKS_AT_NODE),
      ),
      ...(node === undefined ? [] : describeNode(report, node)),
    ],
    doubt: node === undefined ? [sentence(DOUBT.notWho)] : [],
    confirm:
      node === undefined || unnamedOf(report, node) >= UNNAMED_CORES
        ? [{ kind: 'command', command: 'top -b -d 1 -n 5' }]
        : [{ kind: 'capture', capture: 'triage', sentence: sentence(CONFIRM.triage) }],
  });
}

function hasIdle(node: NodeCpu): boolean {
  const free = node.idle + node.ioWait;
  return free > IDLE_SHARE * allOf(node);
}

function allOf({ user, system, idle, ioWait, irq, steal }: NodeCpu): number {
  return user + system + idle + ioWait + irq + steal;
}

function describeNode(report: Report, node: NodeCpu): readonly Observation[] {
  const { cpus } = report.facts;
  const idle = node.idle.toFixed(2);
  const unnamed = unnamedOf(report, node);
  const seen = (text: Observation['sentence'], cores: number): Observation =>
    observe(text, { value: cores, unit: 'cores' }, atKey(LOOKS_AT_NODE));
  const named = mostOf(report);
  return [
    seen(
      cpus === undefined ? sentence(TEXT.nodeIdleAlone, idle) : sentence(TEXT.nodeIdle, idle, cpus),
      node.idle,
    ),
    ...(named.length === 0
      ? []
      : [seen(sentence(TEXT.whoHas, named.map(sayProcess).join(', ')), coresOf(named[0]))]),
    ...(unnamed < UNNAMED_CORES ? [] : [seen(sentence(TEXT.unnamed, unnamed.toFixed(2)), unnamed)]),
    ...(node.steal < UNNAMED_CORES ? [] : [seen(sentence(TEXT.steal, node.steal.toFixed(2)), node.steal)]),
  ];
}

/** The others, most CPU first. */
function mostOf({ processes, facts }: Report): readonly ProcessCpu[] {
  return processes
    .filter(process => process.pid !== facts.pid && coresOf(process) >= NAMED_CORES)
    .slice(0, NAMED);
}

/** What the node's CPUs did beside all processes that are listed. */
function unnamedOf({ processes }: Report, { user, system, irq }: NodeCpu): number {
  return user + system + irq - processes.reduce((sum, process) => sum + coresOf(process), 0);
}

function sayProcess(process: ProcessCpu): string {
  return `${process.command} (${process.pid}) ${coresOf(process).toFixed(2)}`;
}

function coresOf(process: ProcessCpu | undefined): number {
  return process === undefined ? 0 : process.userCores + process.systemCores;
}
