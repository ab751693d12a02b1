/** Whether a file is the one that was sent, by what the pod's image has to say it: sha256sum, else POSIX cksum. */
import { createHash } from 'node:crypto';
import type { FileMark } from './jobScripts.js';

/** True where length and, if there is one, checksum agree. */
export function matchesMark(bytes: Uint8Array, mark: FileMark): boolean {
  if (bytes.length !== mark.bytes) return false;
  switch (mark.algorithm) {
    case 'sha256':
      return createHash('sha256').update(bytes).digest('hex') === mark.sum;
    case 'cksum':
      return posixCksum(bytes) === Number(mark.sum);
    case 'none':
      return true;
  }
}

/** Both checksums of what will be sent: which of them the pod can make shows there. */
export function marksOf(bytes: Uint8Array): { readonly sha256: string; readonly cksum: number } {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), cksum: posixCksum(bytes) };
}

/** CRC-32 as POSIX defines it for cksum: polynomial 04C11DB7, most significant bit first, the length after the bytes. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000_0000 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
  return crc >>> 0;
});

export function posixCksum(bytes: Uint8Array): number {
  let crc = 0;
  const feed = (byte: number) => {
    crc = ((crc << 8) ^ (TABLE[(crc >>> 24) ^ byte] ?? 0)) >>> 0;
  };
  for (const byte of bytes) feed(byte);
  for (let length = bytes.length; length > 0; length = Math.floor(length / 256)) feed(length % 256);
  return ~crc >>> 0;
}
