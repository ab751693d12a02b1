/** The disk below kubelet and runtime is at its quota of requests or bytes: slow, but it ends. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import type { Reading } from '../../reading.js';
import { percent, present, quotedFrom } from '../../observations.js';
import { clear, observed, open, refuted, skipped } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence, Suspicion } from '../../rule.js';
import { hungTasks, silentNfsServers, uninterruptible, waitsFor } from './blockedTasks.js';
import { disksOf, slowestDisk, stillDisk, waitOf, type SlowDisk } from './diskSigns.js';
import { FULL_PRESSURE, pressureFrom, worstPressure } from './pressureSigns.js';
import { isThrashing } from './thrashSigns.js';
import { told } from './told.js';

/** Of the time of all CPUs. */
const MUCH_IO_WAIT = 0.2;
const LEAST_WAITING = 3;

export const diskIoThrottle: Rule = {
  id: 'disk-io-throttle',
  title: 'The disk of kubelet and runtime is at its limit of requests or throughput',
  severity: 'high',
  requires: ['disks', 'pressure', 'node-cpu', 'processes', 'events', 'kubelet-log', 'kernel-log'],
  mechanism:
    'A cloud disk answers only so many requests and bytes a second (Azure P10 500, gp2 by its size and burst balance), and holds back what is beyond. One writer on that disk makes every write and fsync of kubelet, containerd and etcd wait in the same queue: garbage collection and CRI calls run into their limits and the node is NotReady, with idle CPUs.',
  confirm:
    'iostat -xdz 5 3; cat /proc/pressure/io; ps -eo state,pid,wchan:32,args | grep ^D | head -30; pidstat -d 5 1 | sort -k5 -rn | head',
  mitigation: {
    text: 'Move the pod that writes most (pidstat -d names it) to another node or limit it; raise size or tier of the disk, which takes effect without a restart on most clouds.',
    risk: 'low',
  },
  fix: 'A disk with more IOPS, local or ephemeral OS disks; the data directories of runtime and kubelet on a disk of their own; io.max for pods has no field in Kubernetes.',
  references: [
    {
      text: 'Azure/AKS#1373: latency and availability by disk throttling',
      url: 'https://github.com/Azure/AKS/issues/1373',
    },
    {
      text: 'kubernetes/kubernetes#74388: NotReady when IOPS are used up',
      url: 'https://github.com/kubernetes/kubernetes/issues/74388',
    },
    { text: 'containerd/containerd#5325', url: 'https://github.com/containerd/containerd/issues/5325' },
    {
      text: 'containerd/containerd#4604: failed to reserve container name',
      url: 'https://github.com/containerd/containerd/issues/4604',
    },
  ],
  rivals: ['disk-hang', 'memory-thrash-readback', 'image-many', 'cri-call-blocked', 'kernfs-lock-contention'],
  judge,
};

interface Signs {
  readonly slow: SlowDisk | undefined;
  readonly pressure: RuleEvidence | undefined;
  readonly ioWait: RuleEvidence | undefined;
  readonly waiting: RuleEvidence | undefined;
  readonly collection: RuleEvidence | undefined;
  readonly fsync: RuleEvidence | undefined;
  /** Containers whose creation outlasts the kubelet's limit. */
  readonly reserved: RuleEvidence | undefined;
  readonly isThrash: boolean;
  readonly isStill: boolean;
}

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const signs = signsOf(evidence, reading);
  const measured = present(signs.slow?.evidence, signs.pressure);
  const hints = present(signs.ioWait, signs.waiting, signs.fsync, signs.collection, signs.reserved);
  const isHint = present(signs.reserved, signs.collection).length > 0 && !isMeasured(evidence);
  if (measured.length === 0 && hints.length < 2 && !isHint) return withoutSigns(evidence, signs);
  const suspicion = suspect(signs, evidence, reading);
  if (suspicion.confidence !== 'low') return { kind: 'found', ...suspicion };
  return {
    kind: 'uncertain',
    settle: sentence('iostat -xdz 5 3 shows how long a request takes.'),
    ...suspicion,
  };
}

/** Where a disk was asked, hints of a slow one say no more. */
function isMeasured(evidence: NodeEvidence): boolean {
  return (
    disksOf(evidence).some(disk => waitOf(disk) !== undefined) ||
    worstPressure(evidence, 'io', 'full') !== undefined
  );
}

function withoutSigns(evidence: NodeEvidence, { isStill }: Signs): Judgement {
  const disks = disksOf(evidence);
  if (isStill) return clear('A device completes nothing at all: that is no limit.');
  const waits = disks.flatMap(disk => waitOf(disk) ?? []);
  if (waits.length > 0)
    return clear('The slowest request took {0} ms.', Number((Math.max(...waits) * 1000).toPrecision(3)));
  const worst = worstPressure(evidence, 'io', 'full');
  if (worst !== undefined) return clear('I/O stops all tasks {0} % of the time.', percent(worst.share));
  return skipped('Needs disk statistics (iostat -x) or pressure (/proc/pressure/io).');
}

function signsOf(evidence: NodeEvidence, reading: Reading): Signs {
  return {
    slow: slowestDisk(evidence),
    pressure: pressureFrom(evidence, 'io', 'full', FULL_PRESSURE),
    ioWait: ioWaitFrom(evidence),
    waiting: waitingFrom(evidence, reading),
    collection: collectionFrom(evidence, reading),
    fsync: fsyncFrom(evidence, reading),
    reserved: quotedFrom(told(evidence, reading, RESERVED, 'kubelet', 'runtime'), LEAST_RESERVED),
    isThrash: isThrashing(evidence, reading),
    isStill: stillDisk(evidence) !== undefined,
  };
}

export function ioWaitFrom({ cpu }: NodeEvidence): RuleEvidence | undefined {
  const [most] = [...cpu].sort((a, b) => (b.ioWait ?? 0) - (a.ioWait ?? 0));
  if (most?.ioWait === undefined || most.ioWait < MUCH_IO_WAIT) return undefined;
  return observed(sentence('CPUs are idle and wait for I/O {0} % of the time', percent(most.ioWait)), {
    value: most.ioWait,
    unit: 'share',
    threshold: sentence('from {0} % on', percent(MUCH_IO_WAIT)),
    place: most.at,
  });
}

/** Processes in state D that wait for a disk; many of which nothing tells what for; a task that was blocked for minutes. */
function waitingFrom(evidence: NodeEvidence, reading: Reading): RuleEvidence | undefined {
  const waiting = uninterruptible(evidence).filter(row => waitsFor(row) === 'disk');
  const [first] = waiting;
  if (first !== undefined && waiting.length >= LEAST_WAITING)
    return observed(
      sentence(
        '{0} processes sleep in state D for a disk, {1} in {2}',
        waiting.length,
        first.command,
        first.waitsIn ?? '?',
      ),
      {
        value: waiting.length,
        unit: 'count',
        threshold: sentence('from {0} at once on', LEAST_WAITING),
        place: first.at,
      },
    );
  const hung = hungTasks(evidence).find(({ on }) => on === 'disk');
  if (hung === undefined) return silentNfsServers(reading).length > 0 ? undefined : blockedFrom(evidence);
  return observed(
    sentence('{0} was blocked for {1} s in {2}', hung.task, hung.seconds, hung.frame ?? 'its disk'),
    {
      value: hung.seconds,
      unit: 'seconds',
      threshold: sentence('the kernel tells it from {0} s on', 120),
      place: hung.at,
    },
  );
}

const CONTAINERS = /ContainerGCFailed|[Cc]ontainer garbage collection failed/u;
const IMAGES = /ImageGCFailed|[Ii]mage garbage collection failed/u;
const NOT_READY = /NodeNotReady|[Nn]ode became not ready|KubeletNotReady/u;
const LATE = /deadline exceeded|DeadlineExceeded|timeout/iu;

/** Both collections ran into their limit and the node was NotReady: what a slow disk under the runtime looks like. */
function collectionFrom(evidence: NodeEvidence, reading: Reading): RuleEvidence | undefined {
  const containers = told(evidence, reading, CONTAINERS).filter(({ text }) => LATE.test(text));
  const images = told(evidence, reading, IMAGES).filter(({ text }) => LATE.test(text));
  const notReady = told(evidence, reading, NOT_READY);
  const [first] = containers;
  if (first === undefined || images.length === 0 || notReady.length === 0) return undefined;
  return observed(
    sentence('Collecting containers and images both ran into their limit while the node was NotReady'),
    { place: first.at },
  );
}

const MANY_BLOCKED = 5;

/** By vmstat's `b`, or rows of `ps` without a wchan: they may wait for a network file system as well. */
function blockedFrom(evidence: NodeEvidence): RuleEvidence | undefined {
  const [most] = [...evidence.cpu].sort((a, b) => (b.blocked ?? 0) - (a.blocked ?? 0));
  const asleep = uninterruptible(evidence).filter(row => waitsFor(row) === 'unknown');
  const count = Math.max(most?.blocked ?? 0, asleep.length);
  if (count < MANY_BLOCKED) return undefined;
  return observed(sentence('{0} tasks sleep in state D', count), {
    value: count,
    unit: 'count',
    threshold: sentence('from {0} at once on', MANY_BLOCKED),
    place: asleep[0]?.at ?? most?.at,
  });
}

/**
 * The first CreateContainer goes on while the kubelet, which has given up on it, asks again: of the cases that were looked
 * into, all had a slow disk (containerd#4604).
 */
const RESERVED = /failed to reserve (?:container|sandbox) name/u;
const LEAST_RESERVED = 2;

const FSYNC =
  /slow fdatasync|apply request took too long|\b(?:fsync|fdatasync)\b.{0,60}(?:took|slow)|\bthrottl\w{1,4}\b.{0,40}\b(?:disk|iops|i\/o)\b|\b(?:iops|i\/o) .{0,40}\bthrottl/iu;

function fsyncFrom(evidence: NodeEvidence, reading: Reading): RuleEvidence | undefined {
  const [first] = told(evidence, reading, FSYNC);
  return first === undefined
    ? undefined
    : observed(sentence('The log says: {0}', first.text.slice(0, 200)), { place: first.at });
}

const MUCH_WRITTEN = 1e6;

/** Who writes most, where pidstat -d or iotop was brought. */
function writerFrom({ processes }: NodeEvidence): RuleEvidence | undefined {
  const [most] = [...processes].sort((a, b) => (b.writeBytesPerSecond ?? 0) - (a.writeBytesPerSecond ?? 0));
  const bytes = most?.writeBytesPerSecond ?? 0;
  if (most === undefined || bytes < MUCH_WRITTEN) return undefined;
  return observed(
    sentence(
      '{0} writes most: {1} MB a second',
      most.command.slice(0, 80),
      Number((bytes / 1e6).toPrecision(3)),
    ),
    { value: bytes, unit: 'bytes', place: most.at },
  );
}

function suspect(signs: Signs, evidence: NodeEvidence, reading: Reading): Suspicion {
  const { slow, pressure, ioWait, waiting, collection, fsync, reserved } = signs;
  const isSlow = slow?.degree === 'very' || (slow !== undefined && pressure !== undefined);
  const isOther = signs.isThrash || signs.isStill;
  const isDecisive = isSlow && !isOther;
  const isHint = present(slow?.evidence, pressure, waiting, ioWait, fsync).length === 0;
  const isWeak = isHint || (isOther && slow === undefined);
  return {
    confidence: isDecisive ? 'high' : isWeak ? 'low' : 'medium',
    evidence: present(
      slow?.evidence,
      pressure,
      waiting,
      ioWait,
      collection,
      fsync,
      reserved,
      writerFrom(evidence),
    ),
    rivals: rivals(signs, evidence, reading),
    explains: [
      'cri-unresponsive',
      'cri-call-blocked',
      'pleg-relist',
      'image-many',
      'orphaned-pod-dirs',
      'kernfs-lock-contention',
    ],
    isDecisive,
  };
}

function rivals(signs: Signs, evidence: NodeEvidence, reading: Reading): readonly RivalJudgement[] {
  const memory = worstPressure(evidence, 'memory', 'full');
  const cores = reading.kubeletCores;
  return [
    signs.isStill
      ? open('disk-hang', 'A device has a queue and completes nothing.')
      : signs.slow !== undefined
        ? refuted('disk-hang', '{0} completes requests.', signs.slow.disk.device)
        : open('disk-hang', 'iostat would show whether requests are completed at all.'),
    signs.isThrash
      ? open('memory-thrash-readback', 'Memory is short, too, and dropped pages are read back.')
      : memory === undefined
        ? open('memory-thrash-readback', 'cat /proc/pressure/memory, and reads without writes, would tell.')
        : refuted(
            'memory-thrash-readback',
            'Memory stops all tasks {0} % of the time.',
            percent(memory.share),
          ),
    cores === undefined
      ? open('image-many', "The kubelet's CPU tells: with many images it works, with a slow disk it sleeps.")
      : refuted('image-many', 'The kubelet uses {0} cores.', Number(cores.toPrecision(2))),
  ];
}
