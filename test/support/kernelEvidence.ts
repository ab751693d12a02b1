/** Small pieces of a node's evidence for tests of rules about the kernel: rows of tables, counts, times. */
import { readStrace } from '../../src/evidence/readCalls.js';
import type {
  Counted,
  CountedThing,
  KernelFunctionTime,
  ListedFunction,
  NodeEvidence,
  ProcessRow,
  TimedCommand,
} from '../../src/material/model.js';
import { processRow as unknownProcess } from '../../src/material/emptyReadings.js';
import { HERE } from './nodeEvidence.js';

export function count(thing: CountedThing, value: number): Counted {
  return { at: HERE, thing, value, note: undefined };
}

/** A row of `perf top`. */
export function listed(name: string, flat: number, command?: string): ListedFunction {
  return { at: HERE, tool: 'perf', name, flat, cum: undefined, command, isKernel: true };
}

/** A row of `go tool pprof -top`. */
export function goListed(name: string, cum: number): ListedFunction {
  return { at: HERE, tool: 'pprof', name, flat: 0, cum, command: undefined, isKernel: false };
}

export function functionTime(name: string, seconds: number): KernelFunctionTime {
  return { at: HERE, name, seconds };
}

export function timed(command: string, realSeconds: number): TimedCommand {
  return { at: HERE, command, realSeconds, userSeconds: 0, systemSeconds: realSeconds };
}

export function processRow(
  command: string,
  cores: number | undefined,
  parts: Partial<ProcessRow> = {},
): ProcessRow {
  return { ...unknownProcess(HERE, 'top', command, { pid: 1, cores }), ...parts };
}

/** A strace log as evidence. */
export function straceOf(text: string): NodeEvidence['calls'][number] {
  return { ...readStrace(text), at: { file: 'strace.log', line: undefined } };
}
