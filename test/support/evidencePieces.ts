/** Single pieces of a node's evidence for tests of rules: what a test does not name is not known. */
import type {
  Counted,
  CountedThing,
  GoroutineGroup,
  ListedFunction,
  NodeEvent,
  PodFacts,
  ProcessRow,
} from '../../src/material/model.js';
import { processRow as unknownProcess } from '../../src/material/emptyReadings.js';
import { HERE } from './nodeEvidence.js';

export function counted(thing: CountedThing, value: number): Counted {
  return { at: HERE, thing, value, note: undefined };
}

export function processRow(command: string, parts: Partial<ProcessRow> = {}): ProcessRow {
  return { ...unknownProcess(HERE, 'top', command, {}), ...parts };
}

/** `frames`: innermost first. */
export function goroutines(
  count: number,
  frames: readonly string[],
  state?: string,
  waitSeconds?: number,
): GoroutineGroup {
  return { at: HERE, count, state, waitSeconds, frames };
}

/** A table of `go tool pprof -top`: names with their cumulative share. */
export function listing(
  shares: Readonly<Record<string, number>>,
  tool: ListedFunction['tool'] = 'pprof',
): readonly ListedFunction[] {
  return Object.entries(shares).map(([name, cum]) => ({
    at: HERE,
    tool,
    name,
    flat: tool === 'perf' ? cum : undefined,
    cum: tool === 'perf' ? undefined : cum,
    command: undefined,
    isKernel: undefined,
  }));
}

export function nodeEvent(reason: string, message: string, count = 1): NodeEvent {
  return {
    at: HERE,
    objectKind: 'Node',
    objectName: 'worker-3',
    reason,
    message,
    isWarning: true,
    count,
    spanSeconds: undefined,
  };
}

export function podFacts(parts: Partial<PodFacts> = {}): PodFacts {
  return {
    at: HERE,
    namespace: 'shop',
    name: 'cart',
    phase: 'Running',
    restarts: 0,
    execProbes: [],
    httpProbes: 0,
    secretAndConfigMapVolumes: 0,
    claims: 0,
    ...parts,
  };
}

/** `times` lines, `{n}` their number. */
export function repeated(line: string, times: number): string {
  return Array.from({ length: times }, (_, index) => line.replaceAll('{n}', String(index))).join('\n');
}
