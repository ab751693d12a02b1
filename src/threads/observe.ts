/**
 * Rounds of samples as observations: where each thread was in each round, in which call, on which file. What is counted
 * of them is analyse.ts's matter.
 */
import type { Architecture } from '../base/syscallNumbers.js';
import type { ThreadPlace } from './model.js';
import type { SampleRound, ThreadSample } from './parseSamples.js';
import { decodeSystemCall } from './systemCall.js';

export interface Observation {
  readonly sample: ThreadSample;
  readonly place: ThreadPlace;
  readonly call: ObservedCall | undefined;
}

export interface ObservedCall {
  readonly syscall: string;
  readonly detail: string;
  readonly file: string | undefined;
  readonly waitsIn: string | undefined;
}

export interface ObservedRound {
  readonly round: SampleRound;
  readonly threads: readonly Observation[];
  /** Absolute paths that the process had open. */
  readonly openPaths: ReadonlySet<string>;
}

export function observeRounds(
  rounds: readonly SampleRound[],
  architecture: Architecture | undefined,
): readonly ObservedRound[] {
  return rounds.map((round, index) => {
    const before = rounds[index - 1];
    const threads = [...round.threads.values()].map(sample => {
      const call = observeCall(sample, round, architecture);
      const place = placeOf(sample, call !== undefined, before?.threads.get(sample.tid));
      return { sample, place, call };
    });
    const openPaths = new Set([...round.descriptors.values()].filter(target => target.startsWith('/')));
    return { round, threads, openPaths };
  });
}

function observeCall(
  sample: ThreadSample,
  round: SampleRound,
  architecture: Architecture | undefined,
): ObservedCall | undefined {
  const call = decodeSystemCall(sample.syscall, architecture);
  if (call === undefined) return undefined;
  const target = call.descriptor === undefined ? undefined : round.descriptors.get(call.descriptor);
  return {
    syscall: call.syscall,
    detail: call.detail,
    // Inodes of sockets and pipes would make each its own row.
    file: target?.replace(/^(socket|pipe):\[\d+\]$/, '$1'),
    waitsIn: sample.stack[0] ?? sample.waitsIn,
  };
}

/**
 * The files of a thread are read one after the other: it may have moved in between. What it sleeps in is read last, and
 * decides.
 */
function placeOf(sample: ThreadSample, isInCall: boolean, before: ThreadSample | undefined): ThreadPlace {
  const { state, syscall } = sample;
  if (state === 'T' || state === 't') return 'stopped';
  if (state === 'D') return 'disk';
  const isOnCpu = syscall === 'running' || (state === 'R' && sample.waitsIn === undefined);
  if (!isOnCpu) return state === 'S' || state === 'I' || state === 'R' ? 'waiting' : 'other';
  // A stack, or a call, of a thread that may run: it is in the kernel, or was taken off its CPU there.
  if (sample.stack.length > 0 || isInCall) return 'kernel';
  return placeByTicks(sample, before);
}

function placeByTicks(sample: ThreadSample, before: ThreadSample | undefined): ThreadPlace {
  if (before?.startTicks !== sample.startTicks) return 'cpu';
  const user = sample.userTicks - before.userTicks;
  const system = sample.systemTicks - before.systemTicks;
  if (user === system) return 'cpu';
  return system > user ? 'kernel' : 'user';
}
