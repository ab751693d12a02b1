/** Without a reserve of memory the kernel drops pages of running programs and reads them back from the disk. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import type { Reading, Said } from '../../reading.js';
import { percent, present, quotedFrom } from '../../observations.js';
import { clear, observed, open, refuted, skipped } from '../../rule.js';
import type { Judgement, Level, RivalJudgement, Rule, RuleEvidence, Suspicion } from '../../rule.js';
import { ioWaitFrom } from './diskIoThrottle.js';
import { disksOf } from './diskSigns.js';
import { FULL_PRESSURE, pressureFrom, worstPressure } from './pressureSigns.js';
import { leftOfNode, thrashSigns } from './thrashSigns.js';
import { told } from './told.js';

const WALK = /^path\/filepath\.(?:Walk|walk|WalkDir|walkDir)$|cadvisor(?:\/lib)?\/fs\.\S{0,80}GetDir/u;
const WALK_SHARE = 0.1;
const PRESSED =
  /EvictionThresholdMet: .{0,60}memory|SystemOOM|NodeHasInsufficientMemory|KubeletHasInsufficientMemory|page allocation stalls? for|[Aa]ttempting to reclaim.{0,40}memory/u;

export const memoryThrashReadback: Rule = {
  id: 'memory-thrash-readback',
  title: 'Memory has no reserve: pages of programs are dropped and read back',
  severity: 'high',
  requires: ['pressure', 'memory', 'disks', 'processes', 'events'],
  mechanism:
    'Where pods may use all memory, the kernel takes the page cache first, and with it the code of kubelet, containerd and systemd, which each step then reads back from the disk. No OOM kill ends it, as pages can always be reclaimed; the disk is at its limit with reads alone and the node stands still.',
  confirm:
    'cat /proc/pressure/memory; vmstat 2 5; sar -B 2 3 2>/dev/null | tail -4; free -m; iostat -xdz 2 3',
  mitigation: {
    text: 'End or evict the pod with most memory; that alone ends it within seconds.',
    risk: 'medium',
  },
  fix: 'system-reserved and kube-reserved with enforcement, evictionHard memory.available above 5 % of the node, memory limits; MemoryQoS (cgroup v2) protects the reserve; a user-space OOM killer by pressure (systemd-oomd).',
  references: [
    {
      text: 'okd-project/okd#1846: all CPUs wait, kswapd0 at 100 %',
      url: 'https://github.com/okd-project/okd/issues/1846',
    },
    {
      text: 'kubernetes/kubernetes#88251',
      url: 'https://github.com/kubernetes/kubernetes/issues/88251',
    },
    {
      text: 'kubernetes/kubernetes#47928: extremely high reads under memory load',
      url: 'https://github.com/kubernetes/kubernetes/issues/47928',
    },
  ],
  rivals: ['disk-io-throttle', 'cadvisor-du-walk', 'memcg-rstat-flush-v2', 'disk-hang'],
  judge,
};

interface Signs {
  readonly short: readonly RuleEvidence[];
  readonly readBack: readonly RuleEvidence[];
  /** Pressure on memory that stops all tasks. */
  readonly pressure: RuleEvidence | undefined;
  readonly ioWait: RuleEvidence | undefined;
  readonly said: readonly Said[];
  /** Reads without writes hold the CPUs up, and nothing tells how much memory is left. */
  readonly isReading: boolean;
}

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const signs = signsOf(evidence, reading);
  const confidence = confidenceOf(signs);
  if (confidence === undefined) return withoutSigns(signs, evidence, reading);
  const suspicion = suspect(signs, confidence, evidence, reading);
  if (confidence !== 'low') return { kind: 'found', ...suspicion };
  return {
    kind: 'uncertain',
    settle: sentence('cat /proc/pressure/memory, and iostat -xdz 2 3 for reads without writes.'),
    ...suspicion,
  };
}

function signsOf(evidence: NodeEvidence, reading: Reading): Signs {
  const both = thrashSigns(evidence, reading);
  const ioWait = ioWaitFrom(evidence);
  const isKnown =
    leftOfNode(evidence) !== undefined || worstPressure(evidence, 'memory', 'full') !== undefined;
  return {
    ...both,
    pressure: pressureFrom(evidence, 'memory', 'full', FULL_PRESSURE),
    ioWait,
    said: told(evidence, reading, PRESSED),
    isReading: both.readBack.length > 0 && ioWait !== undefined && !isKnown,
  };
}

function confidenceOf(signs: Signs): Level | undefined {
  const { short, readBack, pressure, said } = signs;
  if (short.length > 0 && readBack.length > 0) return 'high';
  if (pressure !== undefined) return 'medium';
  if (short.length > 0) return confidenceOfShort(signs);
  if (readBack.length > 0 && said.length > 0) return 'medium';
  return signs.isReading ? 'low' : undefined;
}

/** Memory is short, and no reads were measured. */
function confidenceOfShort({ short, ioWait, said }: Signs): Level | undefined {
  // Little left and kswapd at work, with CPUs that wait for I/O: no iostat is needed.
  if (short.length > 1) return ioWait === undefined ? 'medium' : 'high';
  if (ioWait !== undefined) return 'medium';
  return said.length > 0 ? 'low' : undefined;
}

function withoutSigns({ short, readBack }: Signs, evidence: NodeEvidence, reading: Reading): Judgement {
  const worst = worstPressure(evidence, 'memory', 'full');
  if (worst !== undefined) return clear('Memory stops all tasks {0} % of the time.', percent(worst.share));
  if (readBack.length > 0) return clear('Much is read, and nothing says that memory is short.');
  if (short.length > 0) return clear('Memory is short, and nothing says that pages are read back.');
  return reading.has('memory') || disksOf(evidence).length > 0
    ? clear('Memory is not short, and nothing is read without writes.')
    : skipped('Needs pressure (/proc/pressure/memory) or memory statistics.');
}

function suspect(signs: Signs, confidence: Level, evidence: NodeEvidence, reading: Reading): Suspicion {
  return {
    confidence,
    evidence: present(
      ...signs.short,
      ...signs.readBack,
      signs.ioWait,
      quotedFrom(signs.said),
      largestFrom(evidence),
    ),
    rivals: rivals(signs, evidence, reading),
    explains: [
      'disk-io-throttle',
      'node-cpu-starved',
      'cri-unresponsive',
      'cri-call-blocked',
      'pleg-relist',
      'cadvisor-du-walk',
    ],
    isDecisive: confidence === 'high',
  };
}

const LARGE = 0.25;

/** The process with most memory, where it has much of the node's. */
function largestFrom({ processes, memory }: NodeEvidence): RuleEvidence | undefined {
  const total = memory.find(one => one.total !== undefined)?.total;
  const [most] = [...processes].sort((a, b) => (b.residentBytes ?? 0) - (a.residentBytes ?? 0));
  const bytes = most?.residentBytes ?? 0;
  if (most === undefined || total === undefined || bytes < total * LARGE) return undefined;
  return observed(sentence('{0} holds {1} % of memory', most.command.slice(0, 80), percent(bytes / total)), {
    value: bytes,
    unit: 'bytes',
    threshold: sentence('named from {0} % on', percent(LARGE)),
    place: most.at,
  });
}

function rivals(signs: Signs, evidence: NodeEvidence, reading: Reading): readonly RivalJudgement[] {
  const walk = reading.cpuShare(WALK);
  return [
    signs.readBack.length > 0 && signs.short.length > 0
      ? refuted(
          'disk-io-throttle',
          'The disk is busy with reads, and memory is short: more IOPS would be used up as well.',
        )
      : open(
          'disk-io-throttle',
          'iostat -xdz 2 3: a writer at its limit shows writes, thrashing reads alone.',
        ),
    walk === undefined
      ? open('cadvisor-du-walk', 'pidstat -d tells whose reads they are: du and find, or all programs.')
      : walk.share < WALK_SHARE
        ? refuted('cadvisor-du-walk', 'Walking directories is {0} % of the CPU profile.', percent(walk.share))
        : open('cadvisor-du-walk', 'Walking directories is {0} % of the CPU profile.', percent(walk.share)),
    evidence.facts.cgroupVersion === 1
      ? refuted('memcg-rstat-flush-v2', 'The node has cgroup v1.')
      : open('memcg-rstat-flush-v2', 'perf top on kswapd: flushing statistics shows rstat functions.'),
  ];
}
