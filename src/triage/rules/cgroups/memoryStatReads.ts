/** What any evidence says of how long one read of a statistics file of cgroups takes: several rules turn on it. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence, Place } from '../../../material/model.js';
import { cgroupVersionOfPath } from '../../../sources/kernel/memoryStatFunctions.js';
import { milliseconds } from '../../observations.js';
import { observed, type RuleEvidence } from '../../rule.js';

export interface StatRead {
  readonly seconds: number;
  readonly place: Place;
  /** What was measured: the file's name, or the kernel's function. */
  readonly what: string;
  /** By the path; undefined where it does not tell. */
  readonly cgroupVersion: 1 | 2 | undefined;
}

/** From here on a read is slow: a healthy one takes under 5 ms. */
export const SLOW_READ_SECONDS = 0.1;
const HEALTHY_READ_SECONDS = 0.005;

/** A file whose reads are looked for. */
export interface StatFile {
  readonly path: RegExp;
  /** Functions of the kernel that one read is, or that most of it is. */
  readonly functions: RegExp;
}

/** Of version 1. Functions of mem_cgroup_* that charge, reclaim or kill take long for reasons of their own. */
export const MEMORY_STAT: StatFile = {
  path: /\bmemory\.stat\b/u,
  functions:
    /^(?:memcg_stat_show|memcg_sum_events|tree_stat|mem_cgroup_(?!\w*(?:flush|charge|reclaim|oom|out_of|swap|css_)))/u,
};

/** All that were measured, slowest first: by a check of cgroups, a timed `cat`, a trace of calls or functions, samples of threads. */
export function findMemoryStatReads(
  evidence: NodeEvidence,
  file: StatFile = MEMORY_STAT,
): readonly StatRead[] {
  return [...ofChecks(evidence), ...ofThreads(evidence), ...findStatReads(evidence, file)].sort(
    (a, b) => b.seconds - a.seconds,
  );
}

/** Of any file, slowest first. */
export function findStatReads(evidence: NodeEvidence, file: StatFile): readonly StatRead[] {
  return [...ofCommands(evidence, file), ...ofCalls(evidence, file), ...ofFunctions(evidence, file)].sort(
    (a, b) => b.seconds - a.seconds,
  );
}

/** Undefined where the read is not slow, or none was measured. */
export function slowReadEvidence(
  slowest: StatRead | undefined,
  least = SLOW_READ_SECONDS,
): RuleEvidence | undefined {
  if (slowest === undefined || slowest.seconds < least) return undefined;
  return observed(sentence('One read ({0}) took {1} ms', slowest.what, milliseconds(slowest.seconds)), {
    value: slowest.seconds,
    unit: 'seconds',
    threshold: sentence(
      'slow from {0} ms on; a healthy one takes under {1} ms',
      milliseconds(least),
      milliseconds(HEALTHY_READ_SECONDS),
    ),
    place: slowest.place,
  });
}

function ofChecks({ cgroups }: NodeEvidence): readonly StatRead[] {
  return cgroups.flatMap(({ assessment: { health }, at }) => {
    const cgroupVersion = health.layout === 'none' ? undefined : health.layout === 'v1' ? 1 : 2;
    const common = { what: 'memory.stat', cgroupVersion } as const;
    return [
      ...health.reads.map(read => ({
        ...common,
        seconds: read.medianSeconds,
        place: { ...at, line: read.line },
      })),
      ...health.slowest.map(({ seconds }) => ({ ...common, seconds, place: at })),
    ];
  });
}

function ofCommands({ timed }: NodeEvidence, { path }: StatFile): readonly StatRead[] {
  return timed.flatMap(({ command, realSeconds, systemSeconds, at }) => {
    const name = path.exec(command)?.[0];
    // The kernel makes these files on the CPU: what is only waited, a busy node adds.
    const seconds = systemSeconds ?? realSeconds;
    return name === undefined ? [] : [{ seconds, place: at, what: name, cgroupVersion: versionOf(command) }];
  });
}

const READS = new Set(['read', 'pread64', 'readv', 'preadv']);

function ofCalls({ calls }: NodeEvidence, { path }: StatFile): readonly StatRead[] {
  return calls.flatMap(({ log, at }) =>
    log.calls.flatMap(({ syscall, durationSeconds, file, line }) => {
      const name = file === undefined ? undefined : path.exec(file.path)?.[0];
      return name === undefined || durationSeconds === undefined || !READS.has(syscall)
        ? []
        : [
            {
              seconds: durationSeconds,
              place: { ...at, line },
              what: name,
              cgroupVersion: versionOf(file?.path ?? ''),
            },
          ];
    }),
  );
}

function ofFunctions({ functionTimes }: NodeEvidence, { functions }: StatFile): readonly StatRead[] {
  return functionTimes
    .filter(({ name }) => functions.test(name))
    .map(({ name, seconds, at }) => ({ seconds, place: at, what: name, cgroupVersion: undefined }));
}

function ofThreads({ threads }: NodeEvidence): readonly StatRead[] {
  return threads.flatMap(({ report: { memoryStat }, at }) =>
    memoryStat.longestSeconds > 0
      ? [
          {
            seconds: memoryStat.longestSeconds,
            place: at,
            what: 'memory.stat',
            cgroupVersion: versionOf(memoryStat.paths[0]?.path ?? ''),
          },
        ]
      : [],
  );
}

/** A relative path, or one elsewhere, tells nothing. */
function versionOf(text: string): 1 | 2 | undefined {
  return text.includes('/cgroup') ? cgroupVersionOfPath(text) : undefined;
}
