/** Rows of a node's evidence for tests of rules: what a test does not give is not known. */
import type {
  DiskReading,
  GoroutineGroup,
  LogLine,
  LogOrigin,
  MemoryReading,
  NodeCondition,
  NodeCpuReading,
  NodeEvent,
  PressureReading,
  ProcessRow,
} from '../../src/material/model.js';
import { processRow as unknownProcess } from '../../src/material/emptyReadings.js';
import { HERE } from './nodeEvidence.js';

export function diskRow(given: Partial<DiskReading> = {}): DiskReading {
  return {
    at: HERE,
    device: 'sda',
    readsPerSecond: undefined,
    writesPerSecond: undefined,
    readBytesPerSecond: undefined,
    writeBytesPerSecond: undefined,
    readWaitSeconds: undefined,
    writeWaitSeconds: undefined,
    waitSeconds: undefined,
    queue: undefined,
    busyShare: undefined,
    ...given,
  };
}

export function processRow(command: string, given: Partial<ProcessRow> = {}): ProcessRow {
  return { ...unknownProcess(HERE, 'ps', command, {}), ...given };
}

export function cpuRow(given: Partial<NodeCpuReading> = {}): NodeCpuReading {
  return {
    at: HERE,
    user: undefined,
    system: undefined,
    idle: undefined,
    ioWait: undefined,
    irq: undefined,
    softIrq: undefined,
    steal: undefined,
    runnable: undefined,
    blocked: undefined,
    loadAverage: undefined,
    ...given,
  };
}

/** The same in all three windows. */
export function pressureRow(
  resource: PressureReading['resource'],
  kind: PressureReading['kind'],
  share: number,
  cgroup?: string,
): PressureReading {
  return { at: HERE, resource, kind, avg10: share, avg60: share, avg300: share, cgroup };
}

export function memoryRow(given: Partial<MemoryReading> = {}): MemoryReading {
  return {
    at: HERE,
    total: undefined,
    free: undefined,
    available: undefined,
    pageCache: undefined,
    slab: undefined,
    slabReclaimable: undefined,
    slabUnreclaimable: undefined,
    percpu: undefined,
    blockInBytesPerSecond: undefined,
    blockOutBytesPerSecond: undefined,
    ...given,
  };
}

/** `Reason: message`. */
export function eventRow(text: string, given: Partial<NodeEvent> = {}): NodeEvent {
  const [reason = '', ...message] = text.split(': ');
  return {
    at: HERE,
    objectKind: 'Node',
    objectName: 'worker-3',
    reason,
    message: message.join(': '),
    isWarning: true,
    count: undefined,
    spanSeconds: undefined,
    ...given,
  };
}

export function notReady(message: string): NodeCondition {
  return { at: HERE, type: 'Ready', status: 'False', reason: 'KubeletNotReady', message, isBad: true };
}

/** Lines with the seconds they were written at: `[seconds, text]`. */
export function logAt(
  lines: readonly (readonly [number, string])[],
  origin: LogOrigin = 'kubelet',
): readonly LogLine[] {
  return lines.map(([seconds, text], index) => ({
    at: { file: `${origin}.log`, line: index + 1 },
    origin,
    text,
    seconds,
    severity: undefined,
  }));
}

export function goroutineRow(waitSeconds: number, ...frames: readonly string[]): GoroutineGroup {
  return { at: HERE, count: 1, state: 'select', waitSeconds, frames };
}
