/** What any evidence says of how long one read of a memory.stat takes: the observation that several rules turn on. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence, Place } from '../../../material/model.js';
import { milliseconds } from '../../observations.js';
import { observed, type RuleEvidence } from '../../rule.js';

export interface MemoryStatRead {
  readonly seconds: number;
  readonly place: Place;
}

/** From here on a read is slow: a healthy one takes under 5 ms. */
const SLOW_READ_SECONDS = 0.1;
const HEALTHY_READ_SECONDS = 0.005;
const MEMORY_STAT = /\bmemory\.stat\b/u;

/** All that were measured, slowest first: by a check of cgroups, a timed `cat`, a trace of system calls, samples of threads. */
export function findMemoryStatReads(evidence: NodeEvidence): readonly MemoryStatRead[] {
  return [...ofChecks(evidence), ...ofCommands(evidence), ...ofCalls(evidence), ...ofThreads(evidence)].sort(
    (a, b) => b.seconds - a.seconds,
  );
}

/** Undefined where the read is not slow, or none was measured. */
export function slowReadEvidence(slowest: MemoryStatRead | undefined): RuleEvidence | undefined {
  if (slowest === undefined || slowest.seconds < SLOW_READ_SECONDS) return undefined;
  return observed(sentence('One read of memory.stat took {0} ms', milliseconds(slowest.seconds)), {
    value: slowest.seconds,
    unit: 'seconds',
    threshold: sentence(
      'slow from {0} ms on; a healthy one takes under {1} ms',
      milliseconds(SLOW_READ_SECONDS),
      milliseconds(HEALTHY_READ_SECONDS),
    ),
    place: slowest.place,
  });
}

function ofChecks({ cgroups }: NodeEvidence): readonly MemoryStatRead[] {
  return cgroups.flatMap(({ assessment: { health }, at }) => [
    ...health.reads.map(read => ({ seconds: read.medianSeconds, place: { ...at, line: read.line } })),
    ...health.slowest.map(({ seconds }) => ({ seconds, place: at })),
  ]);
}

function ofCommands({ timed }: NodeEvidence): readonly MemoryStatRead[] {
  return timed
    .filter(({ command }) => MEMORY_STAT.test(command))
    .map(({ realSeconds, at }) => ({ seconds: realSeconds, place: at }));
}

function ofCalls({ calls }: NodeEvidence): readonly MemoryStatRead[] {
  return calls.flatMap(({ log, at }) =>
    log.calls.flatMap(call =>
      call.syscall === 'read' && call.durationSeconds !== undefined && MEMORY_STAT.test(call.file?.path ?? '')
        ? [{ seconds: call.durationSeconds, place: { ...at, line: call.line } }]
        : [],
    ),
  );
}

function ofThreads({ threads }: NodeEvidence): readonly MemoryStatRead[] {
  return threads.flatMap(({ report: { memoryStat }, at }) =>
    memoryStat.longestSeconds > 0 ? [{ seconds: memoryStat.longestSeconds, place: at }] : [],
  );
}
