/**
 * `--- heapz 1 ---` and `--- contentionz 1 ---` of the Java agent of old, `format = java`, and the list of names behind
 * them and behind its CPU profiles. As google/pprof reads them (profile/legacy_java_profile.go).
 */
import { LineIssues } from '../formats/lineIssues.js';
import { readLines } from '../formats/textLines.js';
import type { Profile, SampleType } from '../model.js';
import {
  buildLegacyProfile,
  readAddresses,
  scaleHeapSample,
  type LegacySample,
  type NamedFrame,
} from './legacyProfile.js';
import { MemoryMap } from './memoryMap.js';

const HEADER = /^--- (heap|contention)z 1 ---$/;
const SAMPLE = /^(\d+) +(\d+) +@ +([ x0-9a-f]*)/;
const NAME = /^0x([0-9a-fA-F]{1,16})\s+(\S.*)$/;
const MAX_NAME_LINE = 1 << 14;
const SAMPLING_RATE = 524_288;

/** `lines`: the first of a text. Contention of C++ has the same heading and no format. */
export function isLegacyJava(lines: readonly string[]): boolean {
  const first = HEADER.exec((lines[0] ?? '').trim());
  return first !== null && lines.slice(1, 10).some(line => /^format *= *java$/.test(line.trim()));
}

/** Names by address, a line each: `0x7f12 com.acme.Main.run (Main.java:12)`. */
export class JavaNames {
  readonly byAddress = new Map<bigint, NamedFrame>();

  read(line: string): void {
    const parts = line.length > MAX_NAME_LINE ? null : NAME.exec(line.trim());
    if (parts === null) return;
    const text = parts[2]!;
    const open = text.lastIndexOf('(');
    const isPlaced = open > 0 && text.endsWith(')') && /\s/.test(text[open - 1]!);
    const place = isPlaced ? text.slice(open + 1, -1) : '';
    const [, file, number] = /^(.+):(-?\d+)$/.exec(place) ?? [];
    const plain = isPlaced ? text.slice(0, open).trim() : text;
    this.byAddress.set(BigInt(`0x${parts[1]!}`), {
      name: !isPlaced && text.includes('generated stub/JIT') ? 'STUB' : plain,
      file: file ?? place.slice(place.lastIndexOf('/') + 1),
      line: Math.max(0, Number(number ?? 0)),
      address: 0n,
    });
  }
}

interface JavaFacts {
  unit: string;
  period: number;
  durationNanos: number;
}

export function parseLegacyJava(content: Uint8Array): Profile {
  const text = new JavaText();
  for (const line of readLines(content)) text.read(line.trim());
  return text.build();
}

class JavaText {
  readonly #names = new JavaNames();
  readonly #issues = new LineIssues('linesUnknown');
  readonly #samples: LegacySample[] = [];
  readonly #facts: JavaFacts = { unit: '', period: 0, durationNanos: 0 };
  #isHeap = true;
  #part: 'header' | 'facts' | 'samples' | 'names' = 'header';
  #lineNumber = 0;

  read(line: string): void {
    this.#lineNumber++;
    if (line === '') return;
    if (this.#part === 'header') {
      this.#isHeap = HEADER.exec(line)?.[1] === 'heap';
      this.#part = 'facts';
      return;
    }
    if (this.#part === 'facts') {
      if (this.#readFact(line)) return;
      this.#part = 'samples';
    }
    if (this.#part === 'samples') {
      const sample = readSample(line, this.#isHeap, this.#facts.period);
      if (sample !== undefined) this.#samples.push(sample);
      else if (SAMPLE.test(line)) this.#issues.add(this.#lineNumber, line);
      else this.#part = 'names';
    }
    if (this.#part === 'names') this.#names.read(line);
  }

  build(): Profile {
    const { unit, period, durationNanos } = this.#facts;
    const count = (type: string): SampleType => ({ type, unit: 'count' });
    return buildLegacyProfile(this.#samples, new MemoryMap(), {
      sampleTypes: this.#isHeap
        ? [count('inuse_objects'), { type: 'inuse_space', unit }]
        : [count('contentions'), { type: 'delay', unit }],
      period,
      periodType: this.#isHeap ? { type: '', unit: '' } : count('contentions'),
      durationNanos,
      warnings: this.#issues.warnings(),
      names: this.#names.byAddress,
    });
  }

  /** `resolution = bytes`; false where the facts are over. */
  #readFact(line: string): boolean {
    const equals = line.indexOf('=');
    if (equals === -1) return false;
    const key = line.slice(0, equals).trim();
    const value = line.slice(equals + 1).trim();
    if (key === 'resolution') this.#facts.unit = value;
    else if (key === 'sampling period') this.#facts.period = Number(value) || 0;
    else if (key === 'ms since reset') this.#facts.durationNanos = (Number(value) || 0) * 1e6;
    else if (key !== 'format') this.#issues.add(this.#lineNumber, line);
    return true;
  }
}

/** Size and count stand the other way round than in other profiles. */
function readSample(line: string, isHeap: boolean, period: number): LegacySample | undefined {
  const parts = SAMPLE.exec(line);
  const addresses = parts === null ? undefined : readAddresses(parts[3]!);
  if (parts === null || addresses === undefined) return undefined;
  const size = Number(parts[1]);
  const count = Number(parts[2]);
  if (!Number.isFinite(size * count) || (isHeap && count === 0)) return undefined;
  const factor = period === 0 ? 1 : period;
  const values = isHeap ? scaleHeapSample(count, size, SAMPLING_RATE) : [count * factor, size * factor];
  return { values, addresses, named: [] };
}
