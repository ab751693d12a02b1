/** What any evidence says of how long one read of a statistics file of cgroups takes: several rules turn on it. */
import { sentence } from '../../../base/sentence.js';
import { findSlowRead, SLOW_READ_SECONDS as SLOW_MEDIAN_SECONDS } from '../../../cgroup/slowRead.js';
import type { NodeEvidence, Place } from '../../../material/model.js';
import { cgroupVersionOfPath } from '../../../sources/kernel/memoryStatFunctions.js';
import type { CallRecord } from '../../../strace/callRecord.js';
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

const READS = new Set(['read', 'pread64', 'readv', 'preadv']);

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

/**
 * A check of ours read the file many times and took the median: that tells less than a tenth of a second from chance, which a
 * single `time cat` does not.
 */
export function slowCheckEvidence({ cgroups }: NodeEvidence): RuleEvidence | undefined {
  for (const { assessment, at } of cgroups) {
    const read = findSlowRead(assessment.health);
    if (read !== undefined)
      return observed(
        sentence(
          'Reading memory.stat of {0} took {1} ms, the median of many',
          read.cgroup,
          milliseconds(read.medianSeconds),
        ),
        {
          value: read.medianSeconds,
          unit: 'seconds',
          threshold: sentence(
            'slow from {0} ms on; a healthy one takes 0.1 to 0.3 ms',
            milliseconds(SLOW_MEDIAN_SECONDS),
          ),
          place: { ...at, line: read.line },
        },
      );
  }
  return undefined;
}

/** The file of memory.stat has some 600 bytes to 5 KB; sockets and pipes are seldom read so slowly and so alike. */
const STAT_BYTES = { least: 400, most: 8192 } as const;

/**
 * Slow reads of the size of a memory.stat in a trace that names no files (strace without -y): a reason to look, no more.
 */
export function unnamedSlowReads({ calls }: NodeEvidence, least: number): RuleEvidence | undefined {
  const slow = calls.flatMap(({ log, at }) =>
    log.calls
      .filter(isUnnamedSlowRead)
      .map(call => ({ seconds: call.durationSeconds ?? 0, place: { ...at, line: call.line } })),
  );
  const [slowest] = [...slow].sort((a, b) => b.seconds - a.seconds);
  if (slowest === undefined || slow.length < least) return undefined;
  return observed(
    sentence(
      '{0} reads of a file without a name took {1} ms or more, up to {2} ms',
      slow.length,
      milliseconds(SLOW_READ_SECONDS),
      milliseconds(slowest.seconds),
    ),
    {
      value: slow.length,
      unit: 'count',
      threshold: sentence('from {0} on', least),
      place: slowest.place,
    },
  );
}

function isUnnamedSlowRead({ syscall, file, durationSeconds, result }: CallRecord): boolean {
  const bytes = Number(result);
  return (
    READS.has(syscall) &&
    file === undefined &&
    (durationSeconds ?? 0) >= SLOW_READ_SECONDS &&
    bytes >= STAT_BYTES.least &&
    bytes <= STAT_BYTES.most
  );
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
