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
  return {
    at: HERE,
    tool: 'top',
    pid: 1,
    command,
    cores,
    userCores: undefined,
    systemCores: undefined,
    waitCores: undefined,
    residentBytes: undefined,
    state: undefined,
    waitsIn: undefined,
    ageSeconds: undefined,
    cpuSeconds: undefined,
    majorFaultsPerSecond: undefined,
    readBytesPerSecond: undefined,
    writeBytesPerSecond: undefined,
    ...parts,
  };
}

/** A strace log as evidence. */
export function straceOf(text: string): NodeEvidence['calls'][number] {
  return { ...readStrace(text), at: { file: 'strace.log', line: undefined } };
}
