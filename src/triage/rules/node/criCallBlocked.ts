/** One call to the container runtime hangs and others work: what makes most PLEG alarms of a node with an idle kubelet. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import type { Reading, Said } from '../../reading.js';
import { present, quotedFrom } from '../../observations.js';
import { clear, observed, open, refuted, skipped } from '../../rule.js';
import type { Judgement, Level, RivalJudgement, Rule, RuleEvidence, Suspicion } from '../../rule.js';
import { plegUnhealthy, statedHangs } from './criCalls.js';
import {
  askingGoroutine,
  oldHelper,
  paceFrom,
  piledUpCalls,
  reinspections,
  sameObject,
  silentNfs,
  waitingGoroutine,
  type SameObject,
} from './oneBlockedCall.js';
import { slowestDisk } from './diskSigns.js';
import { FULL_PRESSURE, ioPressureRival, worstPressure } from './pressureSigns.js';
import { isSilent, runtimeSilence, type RuntimeSilence } from './runtimeSilence.js';

/** A kubelet whose relist burns has a core and more; one that waits has next to none. */
const IDLE_CORES = 0.3;

export const criCallBlocked: Rule = {
  id: 'cri-call-blocked',
  title: 'One call to the container runtime hangs, and the PLEG waits for it',
  severity: 'high',
  requires: ['kubelet-log', 'runtime-log', 'events', 'conditions', 'goroutines', 'processes', 'kernel-log'],
  mechanism:
    'A CNI plugin, an NFS mount, a shim or the lock of one container does not come back, and the CRI call for that pod waits for it into its time limit. The PLEG asks for pods one after the other, twice for one that failed: with the usual limit of 2 min a round takes 4 min, more than the 3 min after which the node counts as NotReady.',
  confirm:
    "ps -eo pid,ppid,etimes,stat,wchan:32,args --sort=-etimes | grep -E '/cni/bin/|runc |crun | D ' | head -30; journalctl -u kubelet --since -30min --no-pager | grep -E 'reinspection|DeadlineExceeded' | tail -20",
  mitigation: {
    text: 'End the plugin or OCI process that hangs, or remove that one sandbox; the PLEG goes on with its next round. A task in state D goes only with its mount: bring the server back or umount -f -l.',
    command: 'crictl stopp SANDBOX && crictl rmp SANDBOX',
    risk: 'medium',
  },
  fix: 'A time limit in the plugin; a shorter runtimeRequestTimeout (90 s and less keeps two waits below 3 min); dockershim and its lock around CNI calls (kubernetes#107749) are gone with Kubernetes 1.24.',
  references: [
    {
      text: 'kubernetes/kubernetes#94829: inspecting one pod times out, twice the limit',
      url: 'https://github.com/kubernetes/kubernetes/issues/94829',
    },
    {
      text: 'kubernetes/kubernetes#107749: slow CNI requests make the PLEG unhealthy',
      url: 'https://github.com/kubernetes/kubernetes/issues/107749',
    },
    {
      text: 'kubernetes/kubernetes#74135: an NFS pod makes the node NotReady',
      url: 'https://github.com/kubernetes/kubernetes/issues/74135',
    },
  ],
  rivals: [
    'pleg-relist',
    'cri-unresponsive',
    'disk-io-throttle',
    'node-cpu-starved',
    'pleg-event-channel-full',
  ],
  judge,
};

interface Signs {
  readonly unhealthy: readonly Said[];
  readonly pace: RuleEvidence | undefined;
  readonly reinspected: RuleEvidence | undefined;
  readonly helper: ReturnType<typeof oldHelper>;
  readonly goroutine: RuleEvidence | undefined;
  /** In a dump that tells no times. */
  readonly asking: RuleEvidence | undefined;
  /** Many of the kubelet's goroutines in one call. */
  readonly piledUp: RuleEvidence | undefined;
  readonly same: SameObject | undefined;
  readonly nfs: RuleEvidence | undefined;
  /** An observer says that a question of one container hangs, and not that all do. */
  readonly stated: RuleEvidence | undefined;
  readonly idle: RuleEvidence | undefined;
  /** CPUs or disks have all to do: an idle kubelet waits for those. */
  readonly isNodeBusy: boolean;
  readonly silence: RuntimeSilence;
}

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const signs = signsOf(evidence, reading);
  const confidence = confidenceOf(signs);
  if (confidence === undefined) return withoutSigns(signs, reading);
  const suspicion = suspect(signs, confidence, evidence, reading);
  if (confidence !== 'low' && !isRuntimeAtFault(signs) && !isHearsay(signs))
    return { kind: 'found', ...suspicion };
  const settle = sentence(
    'Look for a CNI or runc process that is older than 10 min: ps -eo pid,etimes,stat,wchan:32,args --sort=-etimes',
  );
  return { kind: 'uncertain', settle, ...suspicion };
}

function signsOf(evidence: NodeEvidence, reading: Reading): Signs {
  const silence = runtimeSilence(evidence, reading);
  const again = reinspections(evidence, reading);
  const unhealthy = plegUnhealthy(evidence, reading);
  const same = sameObject(evidence, reading, silence.failures);
  return {
    unhealthy,
    pace: paceFrom(again, reading) ?? (same === undefined ? undefined : paceFrom(same.said, reading)),
    reinspected: quotedFrom(again),
    helper: oldHelper(reading),
    goroutine: waitingGoroutine(evidence),
    asking: unhealthy.length > 0 ? askingGoroutine(evidence) : undefined,
    piledUp: piledUpCalls(evidence),
    same,
    nfs: silentNfs(reading),
    stated: silence.stated === undefined ? quotedFrom(statedHangs(reading, 'one')) : undefined,
    idle: unhealthy.length > 0 ? idleKubelet(reading) : undefined,
    isNodeBusy: isNodeBusy(evidence),
    silence,
  };
}

function idleKubelet(reading: Reading): RuleEvidence | undefined {
  const cores = reading.kubeletCores;
  if (cores === undefined || cores >= IDLE_CORES) return undefined;
  return observed(sentence('The kubelet uses {0} cores while its PLEG is not healthy', rounded(cores)), {
    value: cores,
    unit: 'cores',
    threshold: sentence('below {0} cores it waits; a relist that has much to do burns a core', IDLE_CORES),
  });
}

const LITTLE_IDLE = 0.05;

function isNodeBusy(evidence: NodeEvidence): boolean {
  const isFull = evidence.cpu.some(({ idle }) => idle !== undefined && idle <= LITTLE_IDLE);
  const io = worstPressure(evidence, 'io', 'full');
  return isFull || (io !== undefined && io.share >= FULL_PRESSURE) || slowestDisk(evidence) !== undefined;
}

function rounded(cores: number): number {
  return Number(cores.toPrecision(2));
}

/** What only a blocked call makes. */
function isDecisive({ pace, helper, goroutine, nfs, unhealthy, stated, silence }: Signs): boolean {
  const hasSymptom = unhealthy.length > 0 || stated !== undefined || isSilent(silence);
  return (
    pace !== undefined ||
    goroutine !== undefined ||
    (helper !== undefined && (helper.isCni || hasSymptom)) ||
    (nfs !== undefined && hasSymptom)
  );
}

/** What the runtime itself waits for was found: that it is silent is of that, unless it has ended. */
function hasRoot({ helper, nfs, silence }: Signs): boolean {
  const isGone = silence.refused !== undefined || silence.dead !== undefined;
  return !isGone && (helper?.isCni === true || nfs !== undefined);
}

/** A dump without times may be a relist of very many pods, and a sentence is no measurement. */
function isHearsay(signs: Signs): boolean {
  if (isDecisive(signs)) return false;
  const measured = confidenceOf({ ...signs, asking: undefined, stated: undefined });
  return measured === undefined || measured === 'low';
}

function isRuntimeAtFault(signs: Signs): boolean {
  return isSilent(signs.silence) && !hasRoot(signs);
}

/** Undefined: nothing speaks for it. An unhealthy PLEG alone has a dozen causes and speaks for none. */
function confidenceOf(signs: Signs): Level | undefined {
  if (isDecisive(signs)) return 'high';
  const { reinspected, helper, nfs, idle, asking, piledUp, stated, unhealthy } = signs;
  const one = oneObject(signs);
  const felt = unhealthy.length > 0 ? stated : undefined;
  if (one === 'medium' || present(reinspected, asking, piledUp, felt).length > 0) return 'medium';
  if (idle !== undefined) return signs.isNodeBusy ? 'low' : 'medium';
  return one ?? (present<unknown>(helper, nfs, stated).length > 0 ? 'low' : undefined);
}

/** How much it says that calls for one object ran into their limit. */
function oneObject({ same, unhealthy }: Signs): 'medium' | 'low' | undefined {
  if (same?.isAlone !== true) return undefined;
  if (same.isRepeated) return unhealthy.length > 0 ? 'medium' : 'low';
  return unhealthy.length > 0 ? 'low' : undefined;
}

function withoutSigns({ unhealthy, same }: Signs, reading: Reading): Judgement {
  if (unhealthy.length > 0)
    return skipped(
      "The PLEG is not healthy, and nothing tells why: needs the kubelet's CPU (top) and processes with their age (ps -eo etimes,stat,args).",
    );
  if (same?.isRepeated === true) return clear('Calls for many containers ran into their limit, not for one.');
  return reading.has('kubelet-log') || reading.has('runtime-log')
    ? clear('No call for one container ran into its time limit again and again.')
    : clear('No plugin or OCI process is older than 10 min, and no condition speaks of the PLEG.');
}

function suspect(signs: Signs, confidence: Level, evidence: NodeEvidence, reading: Reading): Suspicion {
  const { pace, reinspected, helper, goroutine, asking, piledUp, same, nfs, stated, idle, unhealthy } = signs;
  const isCapped = isRuntimeAtFault(signs);
  return {
    confidence: isCapped ? 'low' : confidence,
    evidence: present(
      helper?.evidence,
      goroutine ?? asking,
      piledUp,
      pace,
      nfs,
      reinspected,
      reinspected === undefined ? same?.evidence : undefined,
      idle,
      stated,
      quotedFrom(unhealthy),
    ),
    rivals: rivals(signs, evidence, reading),
    explains: [
      'pleg-relist',
      'image-many',
      'orphaned-pod-dirs',
      ...(hasRoot(signs) ? (['cri-unresponsive'] as const) : []),
    ],
    isDecisive: !isCapped && isDecisive(signs),
  };
}

function rivals(signs: Signs, evidence: NodeEvidence, reading: Reading): readonly RivalJudgement[] {
  const { silence, goroutine } = signs;
  const cores = reading.kubeletCores;
  return [
    cores === undefined
      ? open('pleg-relist', "The kubelet's CPU tells: a relist that has much to do burns a core.")
      : cores < IDLE_CORES
        ? refuted('pleg-relist', 'The kubelet uses {0} cores: it waits, it does not work.', rounded(cores))
        : open('pleg-relist', 'The kubelet uses {0} cores.', rounded(cores)),
    isSilent(silence)
      ? open('cri-unresponsive', 'The runtime as a whole fails, too.')
      : silence.worked.length > 0
        ? refuted(
            'cri-unresponsive',
            'The runtime answered {0} other calls meanwhile.',
            silence.worked.length,
          )
        : open('cri-unresponsive', 'timeout 10 crictl version tells whether the runtime answers at all.'),
    ioPressureRival('disk-io-throttle', evidence),
    goroutine === undefined
      ? open('pleg-event-channel-full', 'Goroutines of the kubelet would show relist in a channel send.')
      : refuted(
          'pleg-event-channel-full',
          'The goroutine waits in a call of the runtime, not in a channel send.',
        ),
  ];
}
