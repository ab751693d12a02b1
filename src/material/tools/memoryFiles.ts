/** The node's memory: /proc/meminfo (also parts of it), free(1), the Mem and Swap lines above top's table. */
import type { Found, MaterialText, MemoryReading, TextReader } from '../model.js';
import { memoryReading } from '../emptyReadings.js';
import { keep, placeOf, times, toBytes, toNumber, wordsOf } from './figures.js';
import { plainToolLine } from './plainToolLine.js';
import { findCommand } from './promptLine.js';

export const memoryFilesReader: TextReader = { name: 'memory', read: readMemoryFiles };

type Known = Partial<Omit<MemoryReading, 'at'>>;

function readMemoryFiles({ file, lines }: MaterialText): Found {
  const memory: MemoryReading[] = [];
  const sources = [new Meminfo(), new Free(), new TopMemory()];
  for (const [index, outside] of lines.entries()) {
    const line = plainToolLine(outside);
    for (const source of sources) {
      const whole = source.read(line, index);
      if (whole !== undefined) keep(memory, memoryReading(placeOf(file, whole.index), whole.known));
    }
  }
  for (const source of sources) {
    const rest = source.finish();
    if (rest !== undefined) keep(memory, memoryReading(placeOf(file, rest.index), rest.known));
  }
  return { memory };
}

interface Whole {
  readonly index: number;
  readonly known: Known;
}

const MEMINFO: ReadonlyMap<string, keyof Known> = new Map<string, keyof Known>([
  ['MemTotal', 'total'],
  ['MemFree', 'free'],
  ['MemAvailable', 'available'],
  ['Cached', 'pageCache'],
  ['Slab', 'slab'],
  ['SReclaimable', 'slabReclaimable'],
  ['SUnreclaim', 'slabUnreclaimable'],
  ['Percpu', 'percpu'],
]);
/** Lines of the whole file between two that are read: a grep leaves none. */
const MEMINFO_GAP = 20;

/** Lines `Name:   1234 kB` that stand together. */
class Meminfo {
  #open: Whole | undefined;
  #last = 0;

  read(line: string, index: number): Whole | undefined {
    const match = /^([A-Z][A-Za-z]{2,20}):\s{1,30}(\d{1,15}) kB\s*$/u.exec(line.trim());
    const key = MEMINFO.get(match?.[1] ?? '');
    if (key === undefined) return index - this.#last > MEMINFO_GAP ? this.finish() : undefined;
    const isNext = this.#open !== undefined && key in this.#open.known;
    const whole = isNext ? this.finish() : undefined;
    const open = this.#open ?? { index, known: {} };
    this.#open = { ...open, known: { ...open.known, [key]: Number(match?.[2]) * 1024 } };
    this.#last = index;
    return whole;
  }

  finish(): Whole | undefined {
    const whole = this.#open;
    this.#open = undefined;
    return whole;
  }
}

const KIB = 1024;
const UNITS: Readonly<Record<string, number>> = { b: 1, k: KIB, m: KIB ** 2, g: KIB ** 3, t: KIB ** 4 };
/** A node of Kubernetes has more memory than a figure below means as KiB (600 MB), or as MiB (400 MB). */
const LEAST_KIB = 600_000;
const LEAST_MIB = 400;

/** free's header and its row `Mem:`; the unit is in the command, or the smallest that makes sense. */
class Free {
  #columns: readonly string[] | undefined;
  #unit: number | undefined;

  read(line: string, index: number): Whole | undefined {
    const command = findCommand(line);
    if (command !== undefined) this.#unit = unitAsked(command) ?? this.#unit;
    const words = wordsOf(line.slice(0, 400));
    if (words[0] === 'total' && words[1] === 'used' && words[2] === 'free') this.#columns = words;
    const columns = this.#columns;
    if (columns === undefined || !/^(?:Mem|Speicher|内存)[:：]?$/u.test(words[0] ?? '')) return undefined;
    this.#columns = undefined;
    const unit = this.#unit ?? unitOf(toNumber(words[1]) ?? 0);
    this.#unit = undefined;
    const known = readFree(words, columns, unit);
    return known.total === undefined ? undefined : { index, known };
  }

  finish(): undefined {
    return undefined;
  }
}

function readFree(words: readonly string[], columns: readonly string[], unit: number): Known {
  const bytes = (name: string): number | undefined => {
    const place = columns.indexOf(name);
    return place === -1 ? undefined : toBytes(words[place + 1], unit);
  };
  return {
    total: bytes('total'),
    free: bytes('free'),
    available: bytes('available'),
    pageCache: bytes('buff/cache') ?? bytes('cached'),
  };
}

function unitAsked(command: string): number | undefined {
  const letter = /\bfree (?:-\S{1,8} )*-\w{0,4}([bkmg])/u.exec(`${command} `)?.[1];
  return letter === undefined ? undefined : UNITS[letter];
}

function unitOf(total: number): number {
  if (total >= LEAST_KIB) return KIB;
  return total >= LEAST_MIB ? KIB ** 2 : KIB ** 3;
}

const TOP_MEMORY = /^\s{0,4}(?:([KMGT])i?B )?(Mem|Swap) ?:\s{1,20}(\d.{10,200})$/iu;

/** `KiB Mem : 1015368 total, …` and the line of swap below, which has what is available, or the page cache in old ones. */
class TopMemory {
  #open: Whole | undefined;

  read(line: string, index: number): Whole | undefined {
    const match = TOP_MEMORY.exec(line);
    if (match === null) return this.finish();
    const [, letter = 'K', kind, rest = ''] = match;
    const unit = UNITS[letter.toLowerCase()] ?? KIB;
    const figures = figuresOf(rest, unit);
    if (kind?.toLowerCase() === 'swap') {
      const open = this.#open;
      if (open === undefined) return undefined;
      const pageCache = figures.get('cached') ?? open.known.pageCache;
      this.#open = { ...open, known: { ...open.known, available: figures.get('avail'), pageCache } };
      return this.finish();
    }
    const known = {
      total: figures.get('total'),
      free: figures.get('free'),
      pageCache: figures.get('buff/cache'),
    };
    const before = this.finish();
    this.#open = known.total === undefined ? undefined : { index, known };
    return before;
  }

  finish(): Whole | undefined {
    const whole = this.#open;
    this.#open = undefined;
    return whole;
  }
}

/** `16427212k total, 715724 free. 10005156 cached Mem`: by the word behind each figure. */
function figuresOf(text: string, unit: number): ReadonlyMap<string, number> {
  const figures = new Map<string, number>();
  for (const [, figure = '', name = ''] of text.matchAll(
    /\b(\d{1,15}(?:[.,]\d{1,2})?[kmg]?)\+? {1,4}([a-z/]{4,12})/giu,
  )) {
    const bytes = times(toBytes(figure, unit), 1);
    if (bytes !== undefined && !figures.has(name)) figures.set(name, bytes);
  }
  return figures;
}
