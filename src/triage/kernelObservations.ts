/**
 * Observations of the kernel that several rules make: whether its release has a fix, how long one call of a function took,
 * what a command on a file took, which system calls failed. Undefined where there is none, or it stays below its bound.
 */
import { sentence } from '../base/sentence.js';
import type { KernelFixId } from '../kernelfix/fixTable.js';
import { kernelFixOf, type KernelFixAnswer } from '../kernelfix/kernelFixes.js';
import type { NodeEvidence, Place } from '../material/model.js';
import type { CallRecord } from '../strace/callRecord.js';
import { cpuFrom, milliseconds, percent } from './observations.js';
import type { Reading } from './reading.js';
import { observed, open, refuted, type RivalJudgement, type RuleEvidence } from './rule.js';
import type { RuleId } from './ruleIds.js';

/** Undefined where the kernel's release is not known. */
export function kernelFix({ kernel }: Reading, id: KernelFixId): KernelFixAnswer | undefined {
  return kernel === undefined ? undefined : kernelFixOf(kernel.release, id);
}

/** Only of a kernel that has the fault, whole or in part. */
export function lacksFix(fix: KernelFixAnswer | undefined): RuleEvidence | undefined {
  return fix?.state === 'not-fixed' || fix?.state === 'partly' ? observed(fix.because) : undefined;
}

/** A profile that shows less is of an idle process: shares of nothing say nothing. */
const BUSY_CORES = 0.3;

/** {@link cpuFrom}, of a profile that is busy as far as it tells: tables of perf and pprof mostly do not. */
export function burnsFrom(
  reading: Reading,
  pattern: RegExp,
  least: number,
  outer?: RegExp,
): RuleEvidence | undefined {
  const found = reading.cpuShare(pattern, outer);
  if (found === undefined || found.share <= 0) return undefined;
  const isIdle = found.cores !== undefined && found.cores / found.share < BUSY_CORES;
  return isIdle ? undefined : cpuFrom(reading, pattern, least, outer);
}

/** The longest call of a kernel function whose name matches took at least `least` seconds. */
export function functionFrom(
  { functionTimes }: NodeEvidence,
  pattern: RegExp,
  least: number,
): RuleEvidence | undefined {
  const [longest] = functionTimes
    .filter(({ name }) => pattern.test(name))
    .sort((a, b) => b.seconds - a.seconds);
  if (longest === undefined || longest.seconds < least) return undefined;
  return observed(
    sentence('One call of {0} in the kernel took {1} ms', longest.name, milliseconds(longest.seconds)),
    {
      value: longest.seconds,
      unit: 'seconds',
      threshold: sentence('from {0} ms on', milliseconds(least)),
      place: longest.at,
    },
  );
}

/** A command that matches took at least `least` seconds. */
export function timedFrom({ timed }: NodeEvidence, pattern: RegExp, least: number): RuleEvidence | undefined {
  const [longest] = timed
    .filter(({ command }) => pattern.test(command))
    .sort((a, b) => b.realSeconds - a.realSeconds);
  if (longest === undefined || longest.realSeconds < least) return undefined;
  return observed(sentence('{0} took {1} s', longest.command.slice(0, 120), longest.realSeconds), {
    value: longest.realSeconds,
    unit: 'seconds',
    threshold: sentence('from {0} s on', least),
    place: longest.at,
  });
}

/** Processes whose command matches use at least `least` cores together. */
export function processesFrom(reading: Reading, pattern: RegExp, least: number): RuleEvidence | undefined {
  const rows = reading.processes(pattern);
  const cores = rows.reduce((sum, row) => sum + (row.cores ?? 0), 0);
  const [first] = rows;
  if (first === undefined || cores < least) return undefined;
  const name = first.command.slice(0, 80);
  const used = Number(cores.toPrecision(3));
  return observed(
    rows.length === 1
      ? sentence('{0} uses {1} cores', name, used)
      : sentence('{0} processes like {1} use {2} cores', rows.length, name, used),
    { value: cores, unit: 'cores', threshold: sentence('from {0} cores on', least), place: first.at },
  );
}

/** System calls that matched in traces, at least `least` of them. */
export function callsFrom(
  { calls }: NodeEvidence,
  what: { readonly name: string; readonly matches: (call: CallRecord) => boolean },
  least: number,
): RuleEvidence | undefined {
  let count = 0;
  let place: Place | undefined;
  for (const { log, at } of calls)
    for (const call of log.calls) {
      if (!what.matches(call)) continue;
      count++;
      place ??= { ...at, line: call.line };
    }
  if (place === undefined || count < least) return undefined;
  return observed(sentence('Calls of {0} in the trace: {1}', what.name, count), {
    value: count,
    unit: 'count',
    threshold: sentence('from {0} on', least),
    place,
  });
}

/** A rival that has a share of the CPU profile of its own: below `least` that refutes it. */
export function shareRival(
  reading: Reading,
  id: RuleId,
  rival: { readonly pattern: RegExp; readonly least: number; readonly what: string; readonly look: string },
): RivalJudgement {
  const share = reading.cpuShare(rival.pattern);
  if (share === undefined) return open(id, rival.look);
  const say = share.share < rival.least ? refuted : open;
  return say(id, '{0}: {1} % of the CPU profile.', rival.what, percent(share.share));
}
