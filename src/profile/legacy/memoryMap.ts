/**
 * The memory map behind a legacy profile: /proc/PID/maps or what gperftools writes after `MAPPED_LIBRARIES:`. Which
 * mapping an address is in is told as google/pprof does (profile/legacy_profile.go), workarounds included.
 */

import { TriageError } from '../../base/errors.js';
import { LEGACY_PROFILE } from '../../base/limits.js';

export interface MemoryMapping {
  start: bigint;
  limit: bigint;
  offset: bigint;
  file: string;
}

/** Longer lines are none of a memory map; the patterns take quadratic time on what is made to fool them. */
const MAX_LINE = 8192;
const HEX = '(?:0x)?([0-9a-fA-F]{1,16})';
const RANGE = String.raw`^\s*${HEX}[\s-]?\s*${HEX}:?`;
const PERMISSIONS = String.raw`(?:\s+([-rwxp]+))?`;
// eslint-disable-next-line no-restricted-syntax -- of constant parts; lines are cut at MAX_LINE before it
const PROC_MAPS = new RegExp(
  String.raw`${RANGE}${PERMISSIONS}(?:\s+([0-9a-fA-F]+))?\s+[0-9a-fA-F]+:[0-9a-fA-F]+\s+\d+(?:\s+(\S+))?`,
);
// eslint-disable-next-line no-restricted-syntax -- as above
const BRIEF_MAPS = new RegExp(String.raw`${RANGE}${PERMISSIONS}(?:\s+(\S+))?(?:\s+\(@([0-9a-fA-F]+)\))?`);
/** glog's `I1125 10:00:00.000000 1 file.cc:12] ` before a line. */
const LOG_PREFIX = /^[^[\]]{1,200}:\d+\]\s/;
/** A few are met: `build=/path`. */
const MAX_ATTRIBUTES = 100;
const EXPECTED_START = 0x400000n;

export function isMemoryMapHeading(line: string): boolean {
  return line.includes('--- Memory map: ---') || line.includes('MAPPED_LIBRARIES:');
}

function readMapping(line: string): (MemoryMapping & { readonly isProgram: boolean }) | undefined {
  const proc = PROC_MAPS.exec(line);
  const parts = proc ?? BRIEF_MAPS.exec(line);
  if (parts === null) return undefined;
  const [, start = '', limit = '', permissions] = parts;
  const [file, offset] = proc === null ? [parts[4], parts[5]] : [parts[5], parts[4]];
  return {
    start: BigInt(`0x${start}`),
    limit: BigInt(`0x${limit}`),
    offset: BigInt(`0x${(offset ?? '0').slice(0, 16)}`),
    file: file ?? '',
    isProgram: permissions?.includes('x') ?? true,
  };
}

export class MemoryMap {
  readonly #mappings: MemoryMapping[] = [];
  readonly #attributes: (readonly [name: string, value: string])[] = [];
  #isReady = false;
  #hasUnmapped = false;
  #lookups = 0;

  /** A line behind the heading; what is none of a memory map is passed over, as pprof does. */
  read(raw: string): void {
    if (raw.length > MAX_LINE) return;
    let line = raw.replace(LOG_PREFIX, '');
    for (const [name, value] of this.#attributes) line = line.replaceAll(name, value);
    const mapping = readMapping(line);
    if (mapping !== undefined) {
      if (mapping.isProgram) this.#mappings.push(mapping);
      return;
    }
    const equals = line.indexOf('=');
    if (equals > 0 && this.#attributes.length < MAX_ATTRIBUTES)
      this.#attributes.push([`$${line.slice(0, equals).trim()}`, line.slice(equals + 1).trim()]);
  }

  /**
   * File of the mapping that an address is in; empty where there is none.
   * @throws TriageError `file-too-large` where addresses times mappings pass their limit
   */
  fileOf(address: bigint): string {
    if (!this.#isReady) this.#prepare();
    if (address === 0n) return '';
    this.#lookups += this.#mappings.length;
    if (this.#lookups > LEGACY_PROFILE.lookups)
      throw new TriageError('file-too-large', 'The profile has too many addresses for its memory map.', {
        facts: { limitBytes: LEGACY_PROFILE.lookups },
      });
    const inside = this.#mappings.find(({ start, limit }) => start <= address && address < limit);
    if (inside !== undefined) return inside.file;
    // Some writers leave out the first part of a mapping that is split. pprof looks for it until it has met an address
    // without any mapping; addresses come in the order of the samples there and here.
    const split = this.#hasUnmapped
      ? undefined
      : this.#mappings.find(
          ({ start, offset }) => offset !== 0n && start - offset <= address && address < start,
        );
    if (split === undefined) {
      this.#hasUnmapped = true;
      return '';
    }
    split.start -= split.offset;
    split.offset = 0n;
    return split.file;
  }

  #prepare(): void {
    this.#isReady = true;
    const merged: MemoryMapping[] = [];
    for (const mapping of this.#mappings.splice(0)) {
      const last = merged.at(-1);
      if (last !== undefined && areOne(last, mapping)) {
        last.limit = mapping.limit;
        if (mapping.file !== '') last.file = mapping.file;
      } else merged.push(mapping);
    }
    // The main program comes first.
    const main = merged.findIndex(({ file }) => isProgram(file));
    if (main > 0) [merged[0], merged[main]] = [merged[main]!, merged[0]!];
    if (merged[0]?.file.startsWith('/anon_hugepage') === true && merged[0].limit === merged[1]?.start)
      merged.shift();
    const [first] = merged;
    if (first !== undefined && first.start - first.offset === EXPECTED_START) {
      first.start = EXPECTED_START;
      first.offset = 0n;
    }
    this.#mappings.push(...merged);
  }
}

function areOne(one: MemoryMapping, next: MemoryMapping): boolean {
  if (one.file !== '' && next.file !== '' && one.file !== next.file) return false;
  if (one.limit !== next.start) return false;
  return one.offset === 0n || next.offset === 0n || one.offset + (one.limit - one.start) === next.offset;
}

function isProgram(file: string): boolean {
  const name = file.replaceAll('(deleted)', '').trim();
  return name !== '' && !/\.so$|\.so[._]\d+/.test(name) && !name.startsWith('[');
}
