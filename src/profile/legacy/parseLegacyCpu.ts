/**
 * The binary CPU profiles of gperftools (`ProfilerStart`, `CPUPROFILE=`) and of its Java agent: words of 32 or 64 bits in
 * either order of bytes, then the memory map, or Java's names, as text. As google/pprof reads them
 * (profile/legacy_profile.go, parseCPU).
 */
import { LEGACY_PROFILE } from '../../base/limits.js';
import { tooLargeFile, truncatedFile } from '../fileErrors.js';
import { readLines } from '../formats/textLines.js';
import type { Profile } from '../model.js';
import { buildLegacyProfile, callSites, dropDoubledLeaves, type LegacySample } from './legacyProfile.js';
import { MemoryMap } from './memoryMap.js';
import { JavaNames } from './parseLegacyJava.js';

type WordReader = (at: number) => bigint;

interface CpuHeader {
  readonly wordBytes: 4 | 8;
  readonly read: WordReader;
  readonly isJava: boolean;
  readonly periodMicros: bigint;
}

const HEADER_WORDS = 5;
/** A frame that nearly all samples have second is the signal handler's; so many may differ by one. */
const SIMILAR_SAMPLES = 32;

/** 0, 3, 0 (or 1 for Java), the period in µs, 0; undefined where the bytes do not begin so. */
function readHeader(bytes: Uint8Array): CpuHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const wordBytes of [4, 8] as const)
    for (const isLittle of [true, false]) {
      if (bytes.length < HEADER_WORDS * wordBytes) continue;
      const read: WordReader = at =>
        wordBytes === 4 ? BigInt(view.getUint32(at, isLittle)) : view.getBigUint64(at, isLittle);
      const [zero, words, java, periodMicros, padding] = [0, 1, 2, 3, 4].map(word => read(word * wordBytes));
      if (zero === 0n && words === 3n && java! <= 1n && periodMicros! > 0n && padding === 0n)
        return { wordBytes, read, isJava: java === 1n, periodMicros: periodMicros! };
    }
  return undefined;
}

export function isLegacyCpu(bytes: Uint8Array): boolean {
  return readHeader(bytes) !== undefined;
}

/** @throws TriageError `file-truncated` where the bytes end within a sample, `file-too-large` beyond the limit of words */
export function parseLegacyCpu(bytes: Uint8Array): Profile {
  const header = readHeader(bytes)!;
  const period = Number(header.periodMicros) * 1000;
  const { samples, end } = readSamples(bytes, header, period);
  const map = new MemoryMap();
  const names = new JavaNames();
  for (const line of readLines(bytes.subarray(end))) (header.isJava ? names : map).read(line);
  if (!header.isJava) {
    dropHandlerFrames(samples);
    dropDoubledLeaves(samples);
  }
  return buildLegacyProfile(samples, map, {
    sampleTypes: [
      { type: 'samples', unit: 'count' },
      { type: 'cpu', unit: 'nanoseconds' },
    ],
    period,
    periodType: { type: 'cpu', unit: 'nanoseconds' },
    warnings: [],
    ...(header.isJava && { names: names.byAddress }),
  });
}

function readSamples(
  bytes: Uint8Array,
  { wordBytes, read, isJava }: CpuHeader,
  period: number,
): { readonly samples: LegacySample[]; readonly end: number } {
  const samples: LegacySample[] = [];
  let at = HEADER_WORDS * wordBytes;
  let words = 0;
  while (at < bytes.length) {
    if (at + 2 * wordBytes > bytes.length) throw truncatedFile('a sample');
    const count = Number(read(at));
    const depth = read(at + wordBytes);
    at += 2 * wordBytes;
    if (depth > BigInt(Math.floor((bytes.length - at) / wordBytes))) throw truncatedFile('a sample');
    words += Number(depth);
    if (words > LEGACY_PROFILE.words) throw tooLargeFile(LEGACY_PROFILE.words * wordBytes);
    const addresses = Array.from({ length: Number(depth) }, (_, index) => read(at + index * wordBytes));
    at += Number(depth) * wordBytes;
    if (count === 0 && depth === 1n && addresses[0] === 0n) break;
    const [leaf, ...callers] = addresses;
    samples.push({
      values: [count, count * period],
      addresses: isJava || leaf === undefined ? addresses : [leaf, ...callSites(callers)],
      named: [],
    });
  }
  return { samples, end: at };
}

/** Up to two frames below the leaf that stand there in all samples but a few. */
function dropHandlerFrames(samples: readonly LegacySample[]): void {
  const enough = samples.length - Math.floor(samples.length / SIMILAR_SAMPLES);
  for (let round = 0; round < 2; round++) {
    const counts = new Map<bigint, number>();
    for (const { addresses } of samples)
      if (addresses.length > 1) counts.set(addresses[1]!, (counts.get(addresses[1]!) ?? 0) + 1);
    const [handler] = [...counts].find(([, count]) => count >= enough) ?? [];
    if (handler === undefined) return;
    for (const sample of samples)
      if (sample.addresses[1] === handler)
        sample.addresses = [sample.addresses[0]!, ...sample.addresses.slice(2)];
  }
}
