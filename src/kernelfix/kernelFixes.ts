/**
 * Which known faults a kernel has, by its release alone: one answer for each row of fixTable.ts. What was measured on the
 * node wins over it: a table says what a kernel should do.
 */
import { sentence, type Sentence } from '../base/sentence.js';
import type { KernelVersion } from '../sources/kernel/kernelRelease.js';
import { firstReleaseWith } from './distributionKernels.js';
import {
  FIX_TABLE,
  type BuildSteps,
  type FixRow,
  type KernelFixId,
  type KernelFixState,
  type UpstreamSpan,
} from './fixTable.js';
import { compareNumbers, identifyKernel, type IdentifiedKernel } from './kernelFamily.js';
import { findBadKernel } from './knownBadKernels.js';

export interface KernelFixAnswer {
  readonly id: KernelFixId | 'known-bad';
  readonly state: KernelFixState;
  readonly because: Sentence;
  /** Which version of this distribution to go to; undefined where the kernel is fixed. */
  readonly advice?: Sentence;
}

/** @param release as `uname -r` and node.status.nodeInfo.kernelVersion give it */
export function kernelFixes(release: string): readonly KernelFixAnswer[] {
  const kernel = identifyKernel(release);
  return [
    ...FIX_TABLE.map(row => answer(row, kernel, release)),
    ...(kernel === undefined ? [] : [knownBad(kernel)]),
  ];
}

export function kernelFixOf(release: string, id: KernelFixId): KernelFixAnswer {
  const kernel = identifyKernel(release);
  const row = FIX_TABLE.find(one => one.id === id);
  return row === undefined
    ? { id, state: 'unknown', because: sentence('The table has no row {0}', id) }
    : answer(row, kernel, release);
}

function knownBad(kernel: IdentifiedKernel): KernelFixAnswer {
  const bad = findBadKernel(kernel);
  return bad === undefined
    ? {
        id: 'known-bad',
        state: 'fixed',
        because: sentence(
          'Kernel {0} is not in the list of releases that are known to be bad',
          kernel.release,
        ),
      }
    : {
        id: 'known-bad',
        state: 'not-fixed',
        because: sentence('Kernel {0} is known to be bad: {1}', kernel.release, bad.fault),
        advice: sentence('Go to {0}', bad.goTo),
      };
}

type Verdict = Pick<KernelFixAnswer, 'state' | 'because'>;

function answer(row: FixRow, kernel: IdentifiedKernel | undefined, release: string): KernelFixAnswer {
  if (kernel === undefined)
    return {
      id: row.id,
      state: 'unknown',
      because: sentence('{0} begins with no version of Linux', release),
    };
  const verdict = byBuild(row, kernel) ?? byUpstream(row, kernel);
  const found = { id: row.id, ...verdict };
  return verdict.state === 'fixed' ? found : { ...found, advice: advise(row, kernel) };
}

function advise(row: FixRow, kernel: IdentifiedKernel): Sentence {
  const own = row.advice?.[kernel.id];
  if (own !== undefined) return sentence('Go to {0}', own);
  const [major, minor] = row.fixedIn;
  const product = firstReleaseWith(kernel.id, row.fixedIn);
  return product === undefined
    ? sentence('Go to a kernel of Linux {0}.{1} or newer', major, minor)
    : sentence('Go to {0}: the fix is of Linux {1}.{2}', product, major, minor);
}

function byBuild(row: FixRow, kernel: IdentifiedKernel): Verdict | undefined {
  const rows: readonly BuildSteps[] = row.builds?.[kernel.id] ?? [];
  const steps = rows.find(
    ({ base }) => compareNumbers(base, kernel.version.slice(0, base.length)) === 0,
  )?.steps;
  // The last step that the build has reached.
  const step = steps?.filter(({ from }) => compareNumbers(kernel.build, from) >= 0).at(-1);
  if (step === undefined) return undefined;
  return { state: step.state, because: sentence(step.because, kernel.release, kernel.name) };
}

function byUpstream(row: FixRow, kernel: IdentifiedKernel): Verdict {
  const { version, numbers } = kernel;
  if (numbers === 'vendor')
    return compareNumbers(version, row.fixedIn) >= 0 ? fixed(row, kernel) : carriedOver(row, kernel);
  if (numbers === 'abi' && row.spans.some(span => isWithinSeries(span, version)))
    return {
      state: 'unknown',
      because: sentence(
        'The numbers of {0} do not tell which updates of Linux {1}.{2} are in it',
        kernel.release,
        version[0],
        version[1],
      ),
    };
  const span = row.spans.find(
    ({ from, before }) => compareNumbers(version, from) >= 0 && compareNumbers(version, before) < 0,
  );
  return span === undefined
    ? fixed(row, kernel)
    : { state: span.state, because: sentence(span.because, kernel.release, kernel.name) };
}

function fixed(row: FixRow, { version, release }: IdentifiedKernel): Verdict {
  const isBefore = row.spans.every(({ from }) => compareNumbers(version, from) < 0);
  return {
    state: 'fixed',
    because: isBefore
      ? sentence('Kernel {0} is older than what brought the fault', release)
      : sentence('Kernel {0} has the fix: {1}', release, row.fix),
  };
}

function carriedOver(row: FixRow, { name, release }: IdentifiedKernel): Verdict {
  return {
    state: 'unknown',
    because: sentence(
      '{0} carries fixes over to its kernels: whether {1} has this one ({2}), the number does not tell',
      name,
      release,
      row.fix,
    ),
  };
}

/** The span begins or ends between two updates of this X.Y. */
function isWithinSeries({ from, before }: UpstreamSpan, [major, minor]: KernelVersion): boolean {
  return [from, before].some(edge => edge[0] === major && edge[1] === minor && edge[2] > 0);
}
