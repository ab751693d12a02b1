/**
 * A zip as an attacker writes it, byte by byte: any name, any kind, sizes and checksums that are not true. Layout:
 * APPNOTE.TXT of PKWARE, 4.3.7 (local header), 4.3.12 (central header), 4.3.16 (end).
 */
import { crc32, deflateRawSync } from 'node:zlib';

export interface RawEntry {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** Packed already: what stands in the file, with `inflatedBytes` as its claimed size. */
  readonly packed?: Uint8Array;
  readonly inflatedBytes?: number;
  /** Of Unix, as in st_mode; 0o100644 where not given, 0: what a DOS writes. */
  readonly mode?: number;
  readonly flags?: number;
  readonly method?: number;
  readonly checksum?: number;
  /** Its data is that of the entry with this index. */
  readonly sharesDataOf?: number;
}

const UTF8 = 0x800;
const DEFLATED = 8;

export function rawZip(entries: readonly RawEntry[]): Buffer {
  const parts: Buffer[] = [];
  const offsets: number[] = [];
  const central: Buffer[] = [];
  let length = 0;
  const push = (part: Buffer): void => {
    parts.push(part);
    length += part.length;
  };
  for (const entry of entries) {
    const fields = fieldsOf(entry);
    const shared = entry.sharesDataOf === undefined ? undefined : offsets[entry.sharesDataOf];
    offsets.push(shared ?? length);
    if (shared === undefined) {
      push(localHeader(fields));
      push(fields.packed);
    }
    central.push(centralHeader(fields, shared ?? length - fields.packed.length - 30 - fields.name.length));
  }
  const start = length;
  for (const header of central) push(header);
  push(end(entries.length, length - start, start));
  return Buffer.concat(parts);
}

interface Fields {
  readonly name: Buffer;
  readonly packed: Buffer;
  readonly inflatedBytes: number;
  readonly checksum: number;
  readonly mode: number;
  readonly flags: number;
  readonly method: number;
}

function fieldsOf(entry: RawEntry): Fields {
  const content = Buffer.from(entry.content ?? '');
  return {
    name: Buffer.from(entry.name),
    packed: Buffer.from(entry.packed ?? deflateRawSync(content)),
    inflatedBytes: entry.inflatedBytes ?? content.length,
    checksum: entry.checksum ?? crc32(content),
    mode: entry.mode ?? 0o100644,
    flags: entry.flags ?? 0,
    method: entry.method ?? DEFLATED,
  };
}

function localHeader(fields: Fields): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  writeCommon(header, 6, fields);
  return Buffer.concat([header, fields.name]);
}

function centralHeader(fields: Fields, offset: number): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  // Made by Unix.
  header.writeUInt16LE(0x031e, 4);
  header.writeUInt16LE(20, 6);
  writeCommon(header, 8, fields);
  header.writeUInt32LE((fields.mode << 16) >>> 0, 38);
  header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, fields.name]);
}

/** Flags, method, time, checksum, sizes and the name's length, in both headers. */
function writeCommon(header: Buffer, at: number, fields: Fields): void {
  header.writeUInt16LE(fields.flags | UTF8, at);
  header.writeUInt16LE(fields.method, at + 2);
  // 2026-11-23 08:39:10 by the clock of the writer.
  header.writeUInt16LE((8 << 11) | (39 << 5) | 5, at + 4);
  header.writeUInt16LE(((2026 - 1980) << 9) | (11 << 5) | 23, at + 6);
  header.writeUInt32LE(fields.checksum, at + 8);
  header.writeUInt32LE(fields.packed.length, at + 12);
  header.writeUInt32LE(fields.inflatedBytes, at + 16);
  header.writeUInt16LE(fields.name.length, at + 20);
}

function end(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(count & 0xffff, 8);
  record.writeUInt16LE(count & 0xffff, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}
