/**
 * CPU of a kubelet set out like an account: what its process used, what its profile shows of that by subsystem, and what no
 * profile shows. Adds up; which cause it is, the rules say.
 */
import type { NodeEvidence, Place, ProcessRow } from '../../material/model.js';
import type { Profile } from '../../profile/model.js';
import { cpuTypeOf } from '../cpuFrames.js';
import type { Reading } from '../reading.js';
import { toCores } from '../../profile/format.js';
import { attribute, isOfKubelet } from './attribute.js';
import { SUBSYSTEMS, type SubsystemId } from './subsystems.js';

export interface SubsystemShare {
  readonly id: SubsystemId;
  /** As in the table of subsystems.ts. */
  readonly name: string;
  /** Cores; undefined where the profile does not say how long it took. */
  readonly value: number | undefined;
  /** Of what the profile shows, 0 to 1. */
  readonly share: number;
}

/** Cores; what nothing tells is undefined. */
export interface CpuAccount {
  /** Of the process, kernel and user together: never taken from the profile. */
  readonly cores: number | undefined;
  /** The two halves of `cores`, where the same or a like measurement has them apart: /metrics has the sum alone. */
  readonly userCores: number | undefined;
  readonly systemCores: number | undefined;
  /** Where `cores` was read. */
  readonly place: Place | undefined;
  /** What the CPU profile shows. */
  readonly shownCores: number | undefined;
  /** `cores` less `shownCores` (NOT_IN_PROFILE of subsystems.ts), where both are of a like moment. */
  readonly hiddenCores: number | undefined;
  /** Those with samples, the largest first; their shares sum up to 1. Empty without a CPU profile of a kubelet. */
  readonly subsystems: readonly SubsystemShare[];
  /** Where the profile is. */
  readonly profilePlace: Place | undefined;
}

export function accountFor(evidence: NodeEvidence, reading: Reading): CpuAccount {
  const shown = shownBy(evidence);
  const used = usedBy(evidence, reading, shown?.place);
  return {
    cores: used?.cores,
    userCores: used?.userCores,
    systemCores: used?.systemCores,
    place: used?.place,
    shownCores: shown?.cores,
    hiddenCores: hiddenCores(used?.cores, shown?.cores),
    subsystems: shown?.subsystems ?? [],
    profilePlace: shown?.place,
  };
}

/** A profile may show somewhat more than was measured beside it: ticks are rounded, windows do not meet. */
const LIKE = 0.25;

function hiddenCores(cores: number | undefined, shown: number | undefined): number | undefined {
  if (cores === undefined || shown === undefined) return undefined;
  // Far more in the profile than in the process: they are of different moments, and the difference is of nothing.
  if (shown > cores * (1 + LIKE)) return undefined;
  return Math.max(0, cores - shown);
}

interface Shown {
  readonly cores: number | undefined;
  readonly subsystems: readonly SubsystemShare[];
  readonly place: Place;
}

/** The CPU profile of a kubelet that shows most. */
function shownBy({ profiles }: NodeEvidence): Shown | undefined {
  return profiles
    .flatMap(({ profile, at }) => shownIn(profile, at) ?? [])
    .sort((a, b) => (b.cores ?? 0) - (a.cores ?? 0))[0];
}

function shownIn(profile: Profile, place: Place): Shown | undefined {
  const index = cpuTypeOf(profile);
  const type = index === undefined ? undefined : profile.sampleTypes[index];
  if (index === undefined || type === undefined || !isOfKubelet(profile)) return undefined;
  const values = attribute(profile, index);
  const total = [...values.values()].reduce((sum, value) => sum + value, 0);
  if (total <= 0) return undefined;
  const cores = toCores(total, type, profile.durationNanos);
  const subsystems = SUBSYSTEMS.map(({ id, name }) => {
    const share = (values.get(id) ?? 0) / total;
    return { id, name, share, value: cores === undefined ? undefined : share * cores };
  });
  return {
    cores,
    subsystems: subsystems.filter(({ share }) => share > 0).sort((a, b) => b.share - a.share),
    place,
  };
}

interface Used {
  readonly cores: number;
  readonly userCores: number | undefined;
  readonly systemCores: number | undefined;
  readonly place: Place;
}

const KUBELET = /(?:^|\/)(?:kubelet|hyperkube|k3s|rke2|kubelite)\b/u;

/**
 * The record that came with the profile; else the largest of what was measured over an interval; `ps`, which averages over
 * the life of the process, only where there is nothing else. The halves come from a measurement that has them and whose sum
 * is alike.
 */
function usedBy(evidence: NodeEvidence, reading: Reading, profile: Place | undefined): Used | undefined {
  const records = evidence.kubeletCores.map(({ cores, at }) => ({ ...UNSPLIT, cores, place: at }));
  const rows = reading.processes(KUBELET);
  const measured = [
    ...ofThreads(evidence),
    ...rows.filter(({ tool }) => tool !== 'ps').flatMap(ofRow),
    ...records,
  ];
  const usable = measured.length > 0 ? measured : rows.flatMap(ofRow);
  const chosen =
    records.find(({ place }) => place.file === profile?.file) ??
    [...usable].sort((a, b) => b.cores - a.cores)[0];
  if (chosen === undefined || chosen.userCores !== undefined) return chosen;
  const split = usable.find(
    ({ cores, userCores }) =>
      userCores !== undefined && Math.abs(cores - chosen.cores) <= chosen.cores * LIKE,
  );
  return split === undefined
    ? chosen
    : { ...chosen, userCores: split.userCores, systemCores: split.systemCores };
}

const UNSPLIT = { userCores: undefined, systemCores: undefined } as const;

function ofRow({ cores, userCores, systemCores, at }: ProcessRow): readonly Used[] {
  const isSplit = userCores !== undefined && systemCores !== undefined;
  const sum = cores ?? (isSplit ? userCores + systemCores : undefined);
  if (sum === undefined) return [];
  return [{ cores: sum, place: at, ...(isSplit ? { userCores, systemCores } : UNSPLIT) }];
}

function ofThreads({ threads }: NodeEvidence): readonly Used[] {
  return threads.flatMap(({ report: { facts, total }, at }) => {
    if (!KUBELET.test(facts.command ?? '') || facts.seconds <= 0) return [];
    const busy = total.userSeconds + total.systemSeconds;
    if (busy <= 0) return [];
    const userCores = total.cores * (total.userSeconds / busy);
    return [{ cores: total.cores, userCores, systemCores: total.cores - userCores, place: at }];
  });
}
