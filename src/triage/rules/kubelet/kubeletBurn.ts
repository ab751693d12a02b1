/**
 * How much CPU some of the kubelet's functions burn: what most rules of this folder turn on. A share of a profile says
 * nothing where the kubelet is idle: a third of almost nothing is housekeeping on every healthy node. So a share counts
 * only from {@link HOT_CORES} cores in all on.
 */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import type { CpuShare } from '../../cpuFrames.js';
import { percent } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, skipped, type Judgement, type RuleEvidence } from '../../rule.js';

/** From here on a kubelet is hot: one with 30 quiet pods shows 0.03 cores. */
export const HOT_CORES = 0.3;

export interface BurnQuestion {
  readonly pattern: RegExp;
  /** Share of the CPU profile from which on it counts, 0 to 1. */
  readonly least: number;
  /** Only where one of these called it; listings do not tell then. */
  readonly outer?: RegExp;
  /** The frames are the kernel's: other processes burn in them too, so that an idle kubelet excludes nothing. */
  readonly isOfNode?: boolean;
}

export type Burn =
  /** There is no CPU profile. */
  | { readonly kind: 'unseen' }
  /** The profile is of an idle kubelet. */
  | { readonly kind: 'idle'; readonly allCores: number }
  | { readonly kind: 'below'; readonly share: number }
  | {
      readonly kind: 'hot';
      readonly share: number;
      /** Undefined where the file does not say how long it took. */
      readonly cores: number | undefined;
      readonly evidence: RuleEvidence;
    };

export function lookForBurn(reading: Reading, question: BurnQuestion): Burn {
  const found = reading.cpuShare(question.pattern, question.outer);
  if (found === undefined) return { kind: 'unseen' };
  if (found.share < question.least) return { kind: 'below', share: found.share };
  const allCores = found.cores === undefined ? reading.kubeletCores : found.cores / found.share;
  if (allCores !== undefined && allCores < HOT_CORES && question.isOfNode !== true)
    return { kind: 'idle', allCores };
  const cores = found.cores ?? (allCores === undefined ? undefined : found.share * allCores);
  return { kind: 'hot', share: found.share, cores, evidence: burnEvidence(found, cores, question.least) };
}

/** Several groups of functions with a bound each: the hottest that reaches its bound, else what is said of the first. */
export function lookForBurns(reading: Reading, questions: readonly BurnQuestion[]): Burn {
  const burns = questions.map(question => lookForBurn(reading, question));
  const hot = burns
    .filter(burn => burn.kind === 'hot')
    .reduce<Burn | undefined>(
      (most, burn) => (most?.kind === 'hot' && most.share >= burn.share ? most : burn),
      undefined,
    );
  return hot ?? burns.find(burn => burn.kind === 'idle') ?? burns[0] ?? { kind: 'unseen' };
}

const KUBELET = /^(?:kubelet|hyperkube|k3s|rke2|kubelite)\b/u;

/**
 * Functions of Go itself are in every Go program: `burn` counts only where no table of the whole node says that they are
 * another process's. Names of packages of the kubelet need no such look.
 */
export function unlessOfOthers({ profiles, listed }: NodeEvidence, burn: Burn, pattern: RegExp): Burn {
  if (burn.kind !== 'hot' || profiles.length > 0) return burn;
  const rows = listed.filter(({ name }) => pattern.test(name));
  const isOthers =
    rows.length > 0 && rows.every(({ command }) => command !== undefined && !KUBELET.test(command));
  return isOthers ? { kind: 'unseen' } : burn;
}

function burnEvidence(found: CpuShare, cores: number | undefined, least: number): RuleEvidence {
  const text =
    cores === undefined
      ? sentence('{0} and what it calls have {1} % of the CPU profile', found.name, percent(found.share))
      : sentence(
          '{0} and what it calls have {1} % of the CPU profile, {2} cores',
          found.name,
          percent(found.share),
          roundedCores(cores),
        );
  return observed(text, {
    value: found.share,
    unit: 'share',
    threshold: sentence(
      'from {0} % on, where the profile shows {1} cores or more in all',
      percent(least),
      HOT_CORES,
    ),
    place: found.place,
  });
}

/** Three figures, for a sentence. */
export function roundedCores(cores: number): number {
  return Number(cores.toPrecision(3));
}

/** What is said where nothing was found. `what`: the work, as the subject of a sentence. */
export function withoutBurn(burn: Burn, what: string): Judgement {
  switch (burn.kind) {
    case 'idle':
      return clear(
        'The CPU profile shows {0} cores in all: below {1} cores no share of it is a finding.',
        roundedCores(burn.allCores),
        HOT_CORES,
      );
    case 'below':
      return clear('{0} has {1} % of the CPU profile.', what, percent(burn.share));
    case 'hot':
    case 'unseen':
      return skipped(
        '{0} would show in a CPU profile of the kubelet; what is at hand does not speak of it.',
        what,
      );
  }
}
