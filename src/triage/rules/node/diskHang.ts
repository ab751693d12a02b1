/** I/O that never ends: a device that holds requests and completes none. Not a slow one, and not a network file system. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import type { Reading, Said } from '../../reading.js';
import { present, quotedFrom } from '../../observations.js';
import { clear, observed, open, refuted } from '../../rule.js';
import type { Judgement, Level, RivalJudgement, Rule, RuleEvidence, Suspicion } from '../../rule.js';
import {
  hungTasks,
  longestHung,
  silentNfsServers,
  uninterruptible,
  waitsFor,
  type HungTask,
} from './blockedTasks.js';
import { disksOf, requestsPerSecond, stillDisk } from './diskSigns.js';
import { isThrashing } from './thrashSigns.js';

/**
 * drivers/nvme/host/pci.c, drivers/scsi/scsi_error.c and scsi_lib.c, fs/xfs, fs/ext4, iSCSI and multipath: the driver has
 * given a request up, or the device.
 */
const GIVEN_UP =
  /\bQID \d{1,5} timeout, (?:aborting|reset|disable)|\bnvme.{0,40}(?:I\/O timeout|controller is down|Device not ready|Removing after probe failure)|controller is down; will reset|rejecting I\/O to (?:offline|dead) device|timing out command, waited|Device offlined|waiting for \d{1,6} commands to complete|task abort(?:: FAILED|.{0,40}FAILED)|[Rr]emounting filesystem read-only|Shutting down filesystem|[Ll]og I\/O [Ee]rror|Failing path|session recovery timed out|virtio_blk.{0,60}timed? ?out|(?:rbd|osd\d{1,6}).{0,60}(?:hung|laggy|blocklisted)/u;
/** Floppy and optical drives of a virtual machine fail on each boot. */
const NO_DISK = /\b(?:fd|sr)\d\b/u;

const GROWN_SECONDS = 240;
const MANY_TASKS = 3;
const LEAST_INTERVALS = 2;

export const diskHang: Rule = {
  id: 'disk-hang',
  title: 'I/O of a disk never ends: its device completes no request',
  severity: 'high',
  requires: ['disks', 'kernel-log', 'processes', 'events'],
  mechanism:
    'A device, its path or its driver holds requests and gives none back, so that each task that reads or writes there sleeps in state D, which no signal ends. The journal of the file system waits as well, and with it kubelet, container runtime and every pod on that disk.',
  confirm:
    "dmesg -T | grep -E 'blocked for more than|timeout|offline|I/O error' | tail -40; iostat -xdz 2 3; ps -eo state,pid,wchan:32,args | grep ^D",
  mitigation: {
    text: 'Move pods away by the API (kubectl drain hangs where volumes do), detach and attach the volume or bring its path back; else reboot by the cloud or BMC, as a clean reboot waits for the same I/O.',
    risk: 'high',
  },
  fix: 'The device, its path or driver: firmware and kernel by what the driver logs; nvme_core.io_timeout at its largest where the cloud asks for it (EBS); never a forced detach under a mounted volume.',
  references: [
    {
      text: 'flatcar/Flatcar#847: tasks hang in jbd2 with 5.15.63',
      url: 'https://github.com/flatcar/Flatcar/issues/847',
    },
    {
      text: 'gardenlinux/gardenlinux#251: kswapd, jbd2 and containerd blocked',
      url: 'https://github.com/gardenlinux/gardenlinux/issues/251',
    },
    {
      text: 'kubernetes/kubernetes#85880: commands of a RAID controller do not complete',
      url: 'https://github.com/kubernetes/kubernetes/issues/85880',
    },
  ],
  rivals: ['disk-io-throttle', 'cri-call-blocked', 'memory-thrash-readback'],
  judge,
};

interface Signs {
  readonly still: ReturnType<typeof stillDisk>;
  readonly givenUp: readonly Said[];
  /** Blocked in a disk's functions. */
  readonly hung: readonly HungTask[];
  /** Blocked where no stack tells in what. */
  readonly unknown: number;
  readonly sleeping: number;
  /** iostat was brought and its devices complete requests. */
  readonly isCompleting: boolean;
}

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const signs = signsOf(evidence, reading);
  const confidence = confidenceOf(signs);
  if (confidence === undefined) return withoutSigns(signs, evidence, reading);
  const suspicion = suspect(signs, confidence, evidence, reading);
  return confidence === 'low'
    ? {
        kind: 'uncertain',
        settle: sentence(
          'iostat -xdz 2 3: a queue with no request completed is a hang, slow requests are a limit.',
        ),
        ...suspicion,
      }
    : { kind: 'found', ...suspicion };
}

function signsOf(evidence: NodeEvidence, reading: Reading): Signs {
  const still = stillDisk(evidence);
  const tasks = hungTasks(evidence);
  const asleep = uninterruptible(evidence).filter(row => waitsFor(row) === 'disk');
  return {
    still,
    givenUp: reading.said(GIVEN_UP, 'kernel').filter(({ text }) => !NO_DISK.test(text)),
    hung: tasks.filter(({ on }) => on === 'disk'),
    unknown: new Set(tasks.filter(({ on }) => on === 'unknown').map(({ task }) => task)).size,
    sleeping: asleep.length,
    isCompleting: still === undefined && disksOf(evidence).some(disk => (requestsPerSecond(disk) ?? 0) > 0),
  };
}

function confidenceOf(signs: Signs): Level | undefined {
  const { still, givenUp, hung, sleeping, isCompleting } = signs;
  const isBlocked = hung.length > 0 || sleeping >= MANY_TASKS;
  if (still !== undefined)
    return still.intervals >= LEAST_INTERVALS || isBlocked || givenUp.length > 0 ? 'high' : 'medium';
  if (givenUp.length > 0) return isBlocked && !isCompleting ? 'high' : 'medium';
  return confidenceOfHung(signs);
}

/** A slow disk blocks tasks for 120 s, too: it takes many, or one that has not moved since. */
function confidenceOfHung({ hung, unknown, isCompleting }: Signs): Level | undefined {
  const tasks = new Set(hung.map(({ task }) => task)).size;
  if (tasks === 0) return undefined;
  const isLong = (longestHung(hung)?.seconds ?? 0) >= GROWN_SECONDS;
  // Where a journal is blocked, those without a stack beside it wait for the journal.
  return !isCompleting && (tasks + unknown >= MANY_TASKS || isLong) ? 'medium' : 'low';
}

function withoutSigns({ isCompleting }: Signs, evidence: NodeEvidence, reading: Reading): Judgement {
  const [server] = silentNfsServers(reading);
  if (server !== undefined || hungTasks(evidence).some(({ on }) => on === 'network-files'))
    return clear(
      'What is blocked waits for a network file system ({0}), not for a disk.',
      server?.server ?? 'NFS',
    );
  if (isCompleting) return clear('All devices complete requests.');
  return clear('No device holds requests, and no task is blocked in a disk.');
}

function suspect(signs: Signs, confidence: Level, evidence: NodeEvidence, reading: Reading): Suspicion {
  return {
    confidence,
    evidence: present(
      stillFrom(signs),
      quotedFrom(signs.givenUp),
      ...hungFrom(signs),
      sleepingFrom(signs, evidence),
    ),
    rivals: rivals(signs, evidence, reading),
    explains: [
      'disk-io-throttle',
      'cri-unresponsive',
      'cri-call-blocked',
      'pleg-relist',
      'image-many',
      'orphaned-pod-dirs',
    ],
    isDecisive: confidence === 'high',
  };
}

function stillFrom({ still }: Signs): RuleEvidence | undefined {
  if (still === undefined) return undefined;
  return observed(
    sentence(
      '{0} is busy all the time with {1} requests queued, and completes none, in {2} intervals',
      still.disk.device,
      Number((still.disk.queue ?? 0).toPrecision(3)),
      still.intervals,
    ),
    {
      value: still.intervals,
      unit: 'count',
      threshold: sentence('from {0} intervals in a row on', LEAST_INTERVALS),
      place: still.disk.at,
    },
  );
}

function hungFrom({ hung, unknown }: Signs): readonly RuleEvidence[] {
  const longest = longestHung(hung);
  if (longest === undefined) return [];
  const tasks = new Set(hung.map(({ task }) => task)).size;
  return [
    observed(
      sentence(
        '{0} of {1} blocked tasks are in a disk, {2} for {3} s in {4}',
        tasks,
        tasks + unknown,
        longest.task,
        longest.seconds,
        longest.frame ?? 'its own work',
      ),
      {
        value: longest.seconds,
        unit: 'seconds',
        threshold: sentence(
          'the kernel tells it from 120 s on; the same task beyond {0} s has not moved',
          GROWN_SECONDS,
        ),
        place: longest.at,
      },
    ),
  ];
}

function sleepingFrom({ sleeping }: Signs, evidence: NodeEvidence): RuleEvidence | undefined {
  const first = uninterruptible(evidence).find(row => waitsFor(row) === 'disk');
  if (first === undefined || sleeping < MANY_TASKS) return undefined;
  return observed(sentence('{0} processes sleep in state D for a disk', sleeping), {
    value: sleeping,
    unit: 'count',
    threshold: sentence('from {0} on', MANY_TASKS),
    place: first.at,
  });
}

function rivals(signs: Signs, evidence: NodeEvidence, reading: Reading): readonly RivalJudgement[] {
  return [
    signs.still !== undefined
      ? refuted(
          'disk-io-throttle',
          '{0} completes no request at all: a limit lets some through.',
          signs.still.disk.device,
        )
      : signs.givenUp.length > 0
        ? refuted('disk-io-throttle', 'The driver gave requests up: a limit delays them.')
        : open('disk-io-throttle', 'iostat -xdz 2 3: a limit completes requests, slowly.'),
    silentNfsServers(reading).length > 0
      ? open('cri-call-blocked', 'An NFS server does not respond, either.')
      : refuted('cri-call-blocked', 'What is blocked is in the functions of a disk, not of one container.'),
    isThrashing(evidence, reading)
      ? open('memory-thrash-readback', 'Memory is short and pages are read back.')
      : open('memory-thrash-readback', 'cat /proc/pressure/memory tells.'),
  ];
}
