/**
 * What iostat and /proc/diskstats say of devices, read once for several rules: a device that is slow and completes, one
 * that completes nothing, one that only reads.
 */
import { sentence } from '../../../base/sentence.js';
import type { DiskReading, NodeEvidence } from '../../../material/model.js';
import { milliseconds, percent } from '../../observations.js';
import { observed, type RuleEvidence } from '../../rule.js';

/** A local SSD answers in under 1 ms, a cloud disk within its quota in some 5 ms. */
export const SLOW_SECONDS = 0.1;
/** Slow only where the device has no idle moment and a queue. */
const RATHER_SLOW_SECONDS = 0.02;
const BUSY = 0.9;
const RATHER_SLOW_QUEUE = 4;
/** Requests of less than that are no load: one slow request an hour is no quota. */
const LEAST_REQUESTS = 1;

/** Loop and RAM devices, optical drives: none of them is what a node waits for. */
const NO_DISK = /^(?:loop|ram|zram|sr|fd)\d/u;

export function disksOf({ disks }: NodeEvidence): readonly DiskReading[] {
  return disks.filter(({ device }) => !NO_DISK.test(device));
}

export function requestsPerSecond({ readsPerSecond, writesPerSecond }: DiskReading): number | undefined {
  return readsPerSecond === undefined && writesPerSecond === undefined
    ? undefined
    : (readsPerSecond ?? 0) + (writesPerSecond ?? 0);
}

/** The slower of its kinds that had requests. */
export function waitOf(disk: DiskReading): number | undefined {
  const waits = [disk.readWaitSeconds, disk.writeWaitSeconds, disk.waitSeconds].flatMap(wait => wait ?? []);
  return waits.length === 0 ? undefined : Math.max(...waits);
}

export interface SlowDisk {
  readonly disk: DiskReading;
  /** 0.1 s and more while it was busy; `rather`: from 20 ms on, with a queue. */
  readonly degree: 'very' | 'rather';
  readonly evidence: RuleEvidence;
}

/** A device that completes requests and takes long for each. The first report of iostat is the mean since boot. */
export function slowestDisk(evidence: NodeEvidence): SlowDisk | undefined {
  const slow = disksOf(evidence).flatMap(disk => {
    const degree = degreeOf(disk);
    return degree === undefined ? [] : [{ disk, degree, wait: waitOf(disk) ?? 0 }];
  });
  const [most] = slow.sort((a, b) => b.wait - a.wait);
  if (most === undefined) return undefined;
  return { disk: most.disk, degree: most.degree, evidence: slowEvidence(most.disk, most.degree) };
}

function degreeOf(disk: DiskReading): SlowDisk['degree'] | undefined {
  const wait = waitOf(disk);
  const requests = requestsPerSecond(disk);
  if (wait === undefined || (requests !== undefined && requests < LEAST_REQUESTS)) return undefined;
  const isBusy = disk.busyShare !== undefined && disk.busyShare >= BUSY;
  if (wait >= SLOW_SECONDS && (isBusy || disk.busyShare === undefined)) return 'very';
  return wait >= RATHER_SLOW_SECONDS && isBusy && (disk.queue ?? 0) >= RATHER_SLOW_QUEUE
    ? 'rather'
    : undefined;
}

function slowEvidence(disk: DiskReading, degree: SlowDisk['degree']): RuleEvidence {
  const wait = waitOf(disk) ?? 0;
  const bound = degree === 'very' ? SLOW_SECONDS : RATHER_SLOW_SECONDS;
  return observed(
    sentence(
      '{0} takes {1} ms for a request, busy {2} % of the time, at {3} requests a second',
      disk.device,
      milliseconds(wait),
      disk.busyShare === undefined ? '?' : percent(disk.busyShare),
      Number((requestsPerSecond(disk) ?? 0).toPrecision(3)),
    ),
    {
      value: wait,
      unit: 'seconds',
      threshold: sentence(
        'from {0} ms on; an SSD takes under 1 ms, a cloud disk within its quota some 5 ms',
        milliseconds(bound),
      ),
      place: disk.at,
    },
  );
}

const STILL_QUEUE = 0.9;
const STILL_BUSY = 0.95;

/** A queue, all the time busy, and not one request completed. */
export function isStill(disk: DiskReading): boolean {
  const requests = requestsPerSecond(disk);
  if (requests === undefined || requests > 0) return false;
  return (disk.queue ?? 0) >= STILL_QUEUE && (disk.busyShare ?? 0) >= STILL_BUSY;
}

/** The device with most such intervals, and how many; undefined where one completed a request in the end. */
export function stillDisk(
  evidence: NodeEvidence,
): { readonly disk: DiskReading; readonly intervals: number } | undefined {
  const runs = new Map<string, { readonly disk: DiskReading; readonly intervals: number }>();
  for (const disk of disksOf(evidence)) {
    if (!isStill(disk)) runs.delete(disk.device);
    else runs.set(disk.device, { disk, intervals: (runs.get(disk.device)?.intervals ?? 0) + 1 });
  }
  return [...runs.values()].sort((a, b) => b.intervals - a.intervals)[0];
}

const MANY_READS = 1_000;
const MANY_READ_BYTES = 50e6;
const FEW_WRITES = 0.1;

/** Much is read and next to nothing written: what the page cache would have held. */
export function readingDisk(evidence: NodeEvidence): RuleEvidence | undefined {
  const [most] = disksOf(evidence)
    .filter(isReadOnly)
    .sort((a, b) => (b.readBytesPerSecond ?? 0) - (a.readBytesPerSecond ?? 0));
  if (most === undefined) return undefined;
  return observed(
    sentence(
      '{0} serves {1} reads and {2} writes a second',
      most.device,
      Math.round(most.readsPerSecond ?? 0),
      Math.round(most.writesPerSecond ?? 0),
    ),
    {
      value: most.readsPerSecond,
      unit: 'perSecond',
      threshold: sentence(
        'from {0} reads or {1} MB a second on, with less than a tenth of that in writes',
        MANY_READS,
        MANY_READ_BYTES / 1e6,
      ),
      place: most.at,
    },
  );
}

function isReadOnly(disk: DiskReading): boolean {
  const { readsPerSecond, writesPerSecond, readBytesPerSecond, writeBytesPerSecond } = disk;
  const isMuch = (readsPerSecond ?? 0) >= MANY_READS || (readBytesPerSecond ?? 0) >= MANY_READ_BYTES;
  const isLittle =
    writesPerSecond === undefined
      ? (writeBytesPerSecond ?? Infinity) < (readBytesPerSecond ?? 0) * FEW_WRITES
      : writesPerSecond < (readsPerSecond ?? 0) * FEW_WRITES;
  return isMuch && isLittle;
}
