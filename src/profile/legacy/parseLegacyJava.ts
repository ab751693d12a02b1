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

export function parseLegacyJava(content: Uint8Array): Profile {
  const names = new JavaNames();
  const issues = new LineIssues('linesUnknown');
  const samples: LegacySample[] = [];
  let isHeap = true;
  let unit = '';
  let period = 0;
  let durationNanos = 0;
  let part: 'facts' | 'samples' | 'names' = 'facts';
  let lineNumber = 0;
  for (const raw of readLines(content)) {
    lineNumber++;
    const line = raw.trim();
    if (line === '') continue;
    if (lineNumber === 1) {
      isHeap = HEADER.exec(line)?.[1] === 'heap';
      continue;
    }
    if (part === 'facts') {
      const [, key, value = ''] = /^([\w ]{1,100}?) *= *([\w ]*)$/.exec(line) ?? [];
      if (key === 'resolution') unit = value.trim();
      else if (key === 'sampling period') period = Number(value) || 0;
      else if (key === 'ms since reset') durationNanos = (Number(value) || 0) * 1e6;
      else if (key !== undefined && key !== 'format') issues.add(lineNumber, line);
      if (key !== undefined) continue;
      part = 'samples';
    }
    if (part === 'samples') {
      const sample = readSample(line, isHeap, period);
      if (sample !== undefined) samples.push(sample);
      else if (SAMPLE.test(line)) issues.add(lineNumber, line);
      else part = 'names';
    }
    if (part === 'names') names.read(line);
  }
  const types: SampleType[] = isHeap
    ? [
        { type: 'inuse_objects', unit: 'count' },
        { type: 'inuse_space', unit },
      ]
    : [
        { type: 'contentions', unit: 'count' },
        { type: 'delay', unit },
      ];
  return buildLegacyProfile(samples, new MemoryMap(), {
    sampleTypes: types,
    period,
    periodType: isHeap ? { type: '', unit: '' } : { type: 'contentions', unit: 'count' },
    durationNanos,
    warnings: issues.warnings(),
    names: names.byAddress,
  });
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
