/** Rows and readings of which nothing is known, for readers to fill in. */
import type { DiskReading, MemoryReading, NodeCpuReading, Place, ProcessRow } from './model.js';

type Known<T> = Partial<Omit<T, 'at'>>;

export function processRow(
  at: Place,
  tool: ProcessRow['tool'],
  command: string,
  known: Known<ProcessRow>,
): ProcessRow {
  return {
    pid: undefined,
    cores: undefined,
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
    ...known,
    at,
    tool,
    command,
  };
}

export function cpuReading(at: Place, known: Known<NodeCpuReading>): NodeCpuReading {
  return {
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
    ...known,
    at,
  };
}

export function memoryReading(at: Place, known: Known<MemoryReading>): MemoryReading {
  return {
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
    ...known,
    at,
  };
}

export function diskReading(at: Place, device: string, known: Known<DiskReading>): DiskReading {
  return {
    readsPerSecond: undefined,
    writesPerSecond: undefined,
    readBytesPerSecond: undefined,
    writeBytesPerSecond: undefined,
    readWaitSeconds: undefined,
    writeWaitSeconds: undefined,
    waitSeconds: undefined,
    queue: undefined,
    busyShare: undefined,
    ...known,
    at,
    device,
  };
}
