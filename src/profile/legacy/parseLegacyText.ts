/**
 * Text profiles from before profile.proto, as google/pprof reads them (profile/legacy_profile.go): heap, growth and
 * fragmentation of gperftools and of Go's `?debug=1`; Go's counts (`goroutine profile: total 7`, threadcreate); contention
 * and mutex; threads. Go puts the names of its functions into comments: they are read, as pprof has them from the program.
 */
import type { Sentence } from '../../base/sentence.js';
import { assertNever } from '../../base/assertNever.js';
import { LineIssues } from '../formats/lineIssues.js';
import { readLines } from '../formats/textLines.js';
import type { Profile, SampleType } from '../model.js';
import {
  buildLegacyProfile,
  callSites,
  dropDoubledLeaves,
  readAddresses,
  scaleHeapSample,
  type LegacySample,
} from './legacyProfile.js';
import { isMemoryMapHeading, MemoryMap } from './memoryMap.js';

export type LegacyKind = 'heap' | 'count' | 'contention' | 'threads';

const HEAP_HEADER =
  /heap profile: *(\d+): *(\d+) *\[ *(\d+): *(\d+) *\] *@ *(heap[_a-z0-9]*|growthz?|fragmentationz?)\/?(\d*)/;
const COUNT_HEADER = /^(\S+) profile: total \d+$/;
const CONTENTION_HEADER = /^--- (?:contentionz |mutex:|contention:)/;
const THREADS_HEADER = /^--- threadz \d+ ---|^--- Thread [0-9a-fA-F]+ \(name: .*\/\d+\) stack: ---/;

const HEAP_SAMPLE = /^(-?\d+): *(-?\d+) *\[ *(\d+): *(\d+) *\] @([ x0-9a-f]*)/;
const COUNT_SAMPLE = /^(\d+) @((?: 0x[0-9a-f]+)+)$/;
const CONTENTION_SAMPLE = /^(\d+) +(\d+) @([ x0-9a-f]*)/;
/** `#	0x43a1b6	net/http.(*conn).serve+0x69	net/http/server.go:2157`; the name may be missing. */
const COMMENT_FRAME = /^#\t(0x[0-9a-f]{1,16})(?:\t+([^\t]+)\+0x[0-9a-f]+\t+([^\t]*):(\d+))?$/;
const MAX_COMMENT = 1 << 14;
/** Go records 128 calls of a stack, and with what was inlined there are some more. */
const MAX_NAMED = 10_000;

const count = (type: string): SampleType => ({ type, unit: 'count' });
const bytes = (type: string): SampleType => ({ type, unit: 'bytes' });

/** By the first line that is no comment. */
export function recogniseLegacyText(first: string): LegacyKind | undefined {
  if (HEAP_HEADER.test(first)) return 'heap';
  if (COUNT_HEADER.test(first)) return 'count';
  if (CONTENTION_HEADER.test(first)) return 'contention';
  return THREADS_HEADER.test(first) ? 'threads' : undefined;
}

export function parseLegacyText(content: Uint8Array): Profile {
  const text = new LegacyText();
  for (const line of readLines(content)) text.read(line);
  return text.build();
}

class LegacyText {
  readonly #map = new MemoryMap();
  readonly #issues = new LineIssues('linesUnknown');
  readonly #samples: LegacySample[] = [];
  #lineNumber = 0;
  #kind: LegacyKind | undefined;
  #isInMap = false;
  #sampleTypes: SampleType[] = [];
  #periodType: SampleType = count('');
  #period = 1;
  #durationNanos = 0;
  #hasAllocations = false;
  #isSampled = false;
  #cyclesPerSecond = 0;
  /** Of a thread whose lines are being read. */
  #thread: bigint[] | 'same' | undefined;

  read(raw: string): void {
    this.#lineNumber++;
    const line = raw.trim();
    if (this.#isInMap) {
      this.#map.read(raw);
      return;
    }
    if (line.startsWith('#')) {
      this.#readComment(raw);
      return;
    }
    if (line === '') return;
    if (isMemoryMapHeading(line)) {
      this.#endThread();
      this.#isInMap = true;
    } else if (this.#kind === undefined) this.#readHeader(line);
    else if (!this.#readSample(line)) this.#issues.add(this.#lineNumber, line);
  }

  build(): Profile {
    this.#endThread();
    if (this.#kind === 'threads') dropDoubledLeaves(this.#samples);
    const warnings: Sentence[] = this.#issues.warnings();
    return buildLegacyProfile(this.#samples, this.#map, {
      sampleTypes: this.#sampleTypes,
      period: this.#period,
      periodType: this.#periodType,
      durationNanos: this.#durationNanos,
      warnings,
    });
  }

  #readHeader(line: string): void {
    this.#kind = recogniseLegacyText(line);
    switch (this.#kind) {
      case 'heap':
        this.#readHeapHeader(HEAP_HEADER.exec(line)!);
        return;
      case 'count': {
        const [, type = ''] = COUNT_HEADER.exec(line)!;
        this.#sampleTypes = [count(type)];
        this.#periodType = count(type);
        return;
      }
      case 'contention':
        this.#sampleTypes = [count('contentions'), { type: 'delay', unit: 'nanoseconds' }];
        this.#periodType = count('contentions');
        return;
      case 'threads':
        this.#sampleTypes = [count('thread')];
        this.#periodType = count('thread');
        if (!line.startsWith('--- threadz')) this.#thread = [];
        return;
      case undefined:
        this.#issues.add(this.#lineNumber, line);
        return;
      default:
        assertNever(this.#kind);
    }
  }

  #readHeapHeader([, inuse, inuseBytes, alloc, allocBytes, how = '', rate = '']: RegExpExecArray): void {
    this.#periodType = bytes('space');
    const isDifferent = (one: string | undefined, other: string | undefined) => one !== other && one !== '0';
    this.#hasAllocations =
      how.startsWith('heap') && (isDifferent(alloc, inuse) || isDifferent(allocBytes, inuseBytes));
    this.#sampleTypes = this.#hasAllocations
      ? [count('alloc_objects'), bytes('alloc_space'), count('inuse_objects'), bytes('inuse_space')]
      : [count('objects'), bytes('space')];
    if (how === 'heap_v2' || how === 'heapz_v2' || how === 'heap') {
      this.#isSampled = true;
      // Go and the first gperftools write twice the rate.
      this.#period = how === 'heap' ? Math.trunc(Number(rate) / 2) : Number(rate);
    }
  }

  #readSample(line: string): boolean {
    switch (this.#kind) {
      case 'heap':
        return this.#readHeapSample(line);
      case 'count':
        return this.#readCount(line);
      case 'contention':
        return this.#readContention(line);
      case 'threads':
        return this.#readThread(line);
      case undefined:
        return false;
      default:
        return assertNever(this.#kind);
    }
  }

  #readHeapSample(line: string): boolean {
    const parts = HEAP_SAMPLE.exec(line);
    if (parts === null) return false;
    const [inuse, inuseBytes, alloc, allocBytes] = parts.slice(1, 5).map(Number) as [
      number,
      number,
      number,
      number,
    ];
    const pairs: [number, number][] = [[inuse, inuseBytes]];
    if (this.#hasAllocations) pairs.unshift([alloc, allocBytes]);
    // Bytes without an object: pprof refuses the file for it.
    if (pairs.some(([objects, size]) => objects === 0 && size !== 0)) return false;
    const values = pairs.flatMap(([objects, size]) =>
      this.#isSampled && objects !== 0 ? scaleHeapSample(objects, size, this.#period) : [objects, size],
    );
    return this.#add(values, parts[5]!);
  }

  #readCount(line: string): boolean {
    const parts = COUNT_SAMPLE.exec(line);
    return parts !== null && this.#add([Number(parts[1])], parts[2]!);
  }

  #readContention(line: string): boolean {
    if (line.startsWith('---')) return true;
    const parts = CONTENTION_SAMPLE.exec(line);
    if (parts === null) return this.#samples.length === 0 && this.#readAttribute(line);
    let cycles = Number(parts[1]);
    let contentions = Number(parts[2]);
    if (this.#period > 0) {
      if (this.#cyclesPerSecond > 0)
        cycles = Math.trunc((cycles * this.#period) / (this.#cyclesPerSecond / 1e9));
      contentions *= this.#period;
    }
    return this.#add([contentions, cycles], parts[3]!);
  }

  /** `cycles/second=2593908032` */
  #readAttribute(line: string): boolean {
    const [, key, value = ''] = /^([^=]{1,100}?) *= *(\d+)$/.exec(line) ?? [];
    if (key === 'cycles/second') this.#cyclesPerSecond = Number(value);
    else if (key === 'sampling period') this.#period = Number(value);
    else if (key === 'ms since reset') this.#durationNanos = Number(value) * 1e6;
    else return key === 'discarded samples';
    return true;
  }

  #readThread(line: string): boolean {
    if (line.startsWith('---')) {
      this.#endThread();
      if (THREADS_HEADER.test(line)) this.#thread = [];
      return true;
    }
    // Facts of the whole process stand before its first thread.
    if (this.#thread === undefined) return true;
    if (line.includes('same as previous thread')) {
      this.#thread = 'same';
      return true;
    }
    const addresses = readAddresses(line);
    if (addresses === undefined || (addresses.length === 0 && this.#thread !== 'same')) return false;
    if (this.#thread !== 'same') this.#thread.push(...addresses);
    return true;
  }

  #endThread(): void {
    const thread = this.#thread;
    this.#thread = undefined;
    if (thread === undefined) return;
    if (thread === 'same' || thread.length === 0) {
      const last = this.#samples.at(-1);
      if (last !== undefined) last.values = [last.values[0]! + 1];
      return;
    }
    const [leaf, ...callers] = thread;
    this.#samples.push({ values: [1], addresses: [leaf!, ...callSites(callers)], named: [] });
  }

  #add(values: number[], stack: string): boolean {
    const addresses = readAddresses(stack);
    if (addresses === undefined || !values.every(Number.isFinite)) return false;
    this.#samples.push({ values, addresses: callSites(addresses), named: [] });
    return true;
  }

  #readComment(line: string): void {
    const sample = this.#samples.at(-1);
    const parts = line.length > MAX_COMMENT ? null : COMMENT_FRAME.exec(line.trimEnd());
    if (parts === null || sample === undefined || sample.named.length >= MAX_NAMED) return;
    sample.named.push({
      name: parts[2] ?? '',
      file: parts[3] ?? '',
      line: Number(parts[4] ?? 0),
      address: BigInt(parts[1]!),
    });
  }
}
