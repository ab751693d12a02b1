/** The first argument of a call where it is a file descriptor: its number, and its file where strace -y printed it. */
import type { CallRecord } from './callRecord.js';

// `16</sys/fs/cgroup/memory/memory.stat>` by -y, as the first argument, `fd=16<…>` by -N. -yy writes
// `2</dev/pts/1<char 136:1>>` and `3<TCP:[10.0.0.1:1->10.0.0.2:2]>`.
const DESCRIPTOR =
  /^(?:[a-z_]+=)?(0x[0-9a-f]+|-?\d+|AT_FDCWD)(?:<((?:TCP|UDP)[A-Za-z0-9-]*:\[[^\]]*\]|[^<>]*))?/;

/** The first argument as a number; undefined where it is none, as `AT_FDCWD`. */
export function descriptorOf(argumentText: string): number | undefined {
  const number = Number(DESCRIPTOR.exec(argumentText)?.[1]);
  return Number.isInteger(number) ? number : undefined;
}

/** What -y says that the first argument is. */
export function fileOf(argumentText: string): CallRecord['file'] {
  const name = DESCRIPTOR.exec(argumentText)?.[2];
  return name === undefined || name === '' ? undefined : { path: unquote(name), isInferred: false };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', v: '\v', f: '\f' };

/**
 * A path as strace quotes it between `<` and `>` (string_quote in src/util.c): both brackets, and all that is not ASCII,
 * stand in it as octal or hexadecimal bytes, so that the first bare bracket is its end.
 */
function unquote(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const [part, hex, octal, escaped] of text.matchAll(
    /\\x([0-9a-f]{2})|\\([0-7]{1,3})|\\(.)|[^\\]+|\\$/gsu,
  )) {
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else if (octal !== undefined) bytes.push(Number.parseInt(octal, 8) & 0xff);
    else bytes.push(...encoder.encode(escaped === undefined ? part : (ESCAPES[escaped] ?? escaped)));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
