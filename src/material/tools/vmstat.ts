/**
 * vmstat(8): CPU, tasks, memory, swap and block rates of each line. The first line is an average since the boot and is
 * left out where others follow.
 */
import type { Found, MaterialText, MemoryReading, NodeCpuReading, TextReader } from '../model.js';
import { cpuReading, memoryReading } from '../emptyReadings.js';
import { keep, placeOf, times, toWhole, wordsOf } from './figures.js';
import { plainToolLine } from './plainToolLine.js';
import { findCommand } from './promptLine.js';
import { SysstatColumns } from './sysstatTable.js';

export const vmstatReader: TextReader = { name: 'vmstat', read: readVmstat };

function readVmstat({ file, lines }: MaterialText): Found {
  const run = new Run(file);
  for (const [index, line] of lines.entries()) run.read(plainToolLine(line), index);
  return { cpu: run.cpu, memory: run.memory };
}

class Run {
  readonly cpu: NodeCpuReading[] = [];
  readonly memory: MemoryReading[] = [];
  #columns: SysstatColumns | undefined;
  #rows = 0;
  #unit = 1024;

  constructor(private readonly file: string) {}

  read(line: string, index: number): void {
    const command = findCommand(line);
    if (command !== undefined) this.#begin(command);
    const words = wordsOf(line.slice(0, 400));
    // Every screen repeats the header; only the first row below the first one is the average.
    if (words[0] === 'r' && words[1] === 'b' && words.includes('swpd'))
      this.#columns = new SysstatColumns(words);
    else if (this.#columns !== undefined) this.#readRow(words, this.#columns, index);
  }

  #begin(command: string): void {
    this.#unit = unitOf(command) ?? this.#unit;
    this.#columns = undefined;
    this.#rows = 0;
  }

  #readRow(words: readonly string[], columns: SysstatColumns, index: number): void {
    if (words.length < columns.length || toWhole(words[0]) === undefined) return;
    if (this.#rows === 1) {
      this.cpu.pop();
      this.memory.pop();
    }
    this.#rows++;
    keep(this.cpu, cpuReading(placeOf(this.file, index), readCpu(words, columns)));
    keep(this.memory, memoryReading(placeOf(this.file, index), readMemory(words, columns, this.#unit)));
  }
}

/** `-S M`, of memory alone. */
function unitOf(command: string): number | undefined {
  const letter = /\bvmstat\b.{0,40}-S ?([kKmM])/u.exec(command)?.[1];
  const units: Readonly<Record<string, number>> = { k: 1000, K: 1024, m: 1e6, M: 1024 ** 2 };
  return letter === undefined ? undefined : units[letter];
}

function readCpu(words: readonly string[], columns: SysstatColumns): Partial<NodeCpuReading> {
  return {
    user: columns.share(words, 'us'),
    system: columns.share(words, 'sy'),
    idle: columns.share(words, 'id'),
    ioWait: columns.share(words, 'wa'),
    steal: columns.share(words, 'st'),
    runnable: columns.figure(words, 'r'),
    blocked: columns.figure(words, 'b'),
  };
}

function readMemory(words: readonly string[], columns: SysstatColumns, unit: number): Partial<MemoryReading> {
  return {
    free: times(columns.figure(words, 'free'), unit),
    pageCache: times(columns.figure(words, 'cache'), unit),
    // Blocks of 1,024 bytes, pages that were swapped among them.
    blockInBytesPerSecond: times(columns.figure(words, 'bi'), 1024),
    blockOutBytesPerSecond: times(columns.figure(words, 'bo'), 1024),
  };
}
