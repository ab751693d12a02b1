/**
 * Signs that memory is short and what was dropped is read back: the side of memory (pressure, kswapd, nothing left) and
 * the side of the disk (reads without writes, major faults). Either alone has other causes.
 */
import { sentence } from '../../../base/sentence.js';
import type { MemoryReading, NodeEvidence, Place } from '../../../material/model.js';
import type { Reading } from '../../reading.js';
import { percent, present } from '../../observations.js';
import { observed, type RuleEvidence } from '../../rule.js';
import { readingDisk } from './diskSigns.js';
import { FULL_PRESSURE, pressureFrom } from './pressureSigns.js';

export interface ThrashSigns {
  /** Memory is short. */
  readonly short: readonly RuleEvidence[];
  /** What was dropped is read. */
  readonly readBack: readonly RuleEvidence[];
}

const KSWAPD = /^\[?kswapd\d/u;
const KSWAPD_CORES = 0.3;
const LITTLE_LEFT = 0.05;
const MAJOR_FAULTS = 200;
const READ_BYTES = 30e6;
const FEW_WRITES = 0.2;

export function thrashSigns(evidence: NodeEvidence, reading: Reading): ThrashSigns {
  return {
    short: present(
      pressureFrom(evidence, 'memory', 'full', FULL_PRESSURE),
      kswapdFrom(reading),
      leftFrom(evidence),
    ),
    readBack: present(readingDisk(evidence), majorFaultsFrom(evidence), blockInFrom(evidence)),
  };
}

export function isThrashing(evidence: NodeEvidence, reading: Reading): boolean {
  const { short, readBack } = thrashSigns(evidence, reading);
  return short.length > 0 && readBack.length > 0;
}

function kswapdFrom(reading: Reading): RuleEvidence | undefined {
  const [most] = reading.processes(KSWAPD);
  if (most?.cores === undefined || most.cores < KSWAPD_CORES) return undefined;
  return observed(sentence('{0} uses {1} cores', most.command, Number(most.cores.toPrecision(3))), {
    value: most.cores,
    unit: 'cores',
    threshold: sentence('from {0} cores on; it sleeps where memory is enough', KSWAPD_CORES),
    place: most.at,
  });
}

/** What can be had without waiting: MemAvailable, else what is free and page cache. */
function leftOf({ total, available, free, pageCache }: MemoryReading): number | undefined {
  if (total === undefined || total <= 0) return undefined;
  const left = available ?? (free === undefined || pageCache === undefined ? undefined : free + pageCache);
  return left === undefined ? undefined : left / total;
}

/** The least share of memory that was left; undefined where nothing tells. */
export function leftOfNode({
  memory,
}: NodeEvidence): { readonly left: number; readonly at: Place } | undefined {
  const known = memory.flatMap(one => {
    const left = leftOf(one);
    return left === undefined ? [] : [{ left, at: one.at }];
  });
  return known.sort((a, b) => a.left - b.left)[0];
}

function leftFrom(evidence: NodeEvidence): RuleEvidence | undefined {
  const least = leftOfNode(evidence);
  if (least === undefined || least.left > LITTLE_LEFT) return undefined;
  return observed(sentence('{0} % of memory is available', percent(least.left)), {
    value: least.left,
    unit: 'share',
    threshold: sentence('{0} % and less: programs no longer stay in memory whole', percent(LITTLE_LEFT)),
    place: least.at,
  });
}

function majorFaultsFrom({ processes }: NodeEvidence): RuleEvidence | undefined {
  const faulting = processes
    .filter(({ majorFaultsPerSecond }) => (majorFaultsPerSecond ?? 0) > 0)
    .sort((a, b) => (b.majorFaultsPerSecond ?? 0) - (a.majorFaultsPerSecond ?? 0));
  const sum = faulting.reduce((all, { majorFaultsPerSecond = 0 }) => all + majorFaultsPerSecond, 0);
  const [most] = faulting;
  if (most === undefined || sum < MAJOR_FAULTS) return undefined;
  return observed(
    sentence('{0} pages a second are read back by major faults, most by {1}', Math.round(sum), most.command),
    {
      value: sum,
      unit: 'perSecond',
      threshold: sentence('from {0} on; a node that is warm has next to none', MAJOR_FAULTS),
      place: most.at,
    },
  );
}

/** vmstat's bi beside its bo, where no iostat was brought. */
function blockInFrom({ memory }: NodeEvidence): RuleEvidence | undefined {
  const [most] = memory
    .filter(
      ({ blockInBytesPerSecond: read = 0, blockOutBytesPerSecond: written }) =>
        read >= READ_BYTES && written !== undefined && written < read * FEW_WRITES,
    )
    .sort((a, b) => (b.blockInBytesPerSecond ?? 0) - (a.blockInBytesPerSecond ?? 0));
  if (most?.blockInBytesPerSecond === undefined) return undefined;
  const megabytes = Math.round(most.blockInBytesPerSecond / 1e6);
  return observed(sentence('{0} MB a second are read from disks, and next to nothing written', megabytes), {
    value: most.blockInBytesPerSecond,
    unit: 'bytes',
    threshold: sentence('from {0} MB a second on, with less than a fifth of that written', READ_BYTES / 1e6),
    place: most.at,
  });
}
