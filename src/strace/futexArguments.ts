/** Reads the arguments of futex calls as strace prints them (src/futex.c of strace). */
import type { FutexArguments, FutexTimeout } from './callRecord.js';

/** futex(2), and the calls that Linux 5.16 and 6.7 added beside it. */
const FAMILY = new Set(['futex', 'futex_time64', 'futex_wait', 'futex_wake', 'futex_requeue', 'futex_waitv']);

export function isFutexCall(syscall: string): boolean {
  return FAMILY.has(syscall);
}

// `uaddr=0x1, futex_op=FUTEX_WAKE` by -N.
const NAMED = /^[a-z_0-9]+=(?!=)/;
const TIMESPEC = /^\{(?:tv_sec=)?(-?\d+), (?:tv_nsec=)?(-?\d+)\}/;

/** @returns undefined where not even an address was printed. */
export function parseFutexArguments(syscall: string, text: string): FutexArguments | undefined {
  const parts = splitArguments(text).map(part => part.replace(NAMED, ''));
  const address = parts[0];
  if (address === undefined || address === '') return undefined;
  if (syscall !== 'futex' && syscall !== 'futex_time64')
    return { address, operation: syscall, value: toNumber(parts[1]), timeout: { kind: 'unknown' } };
  return {
    address,
    operation: parts[1] ?? '',
    value: toNumber(parts[2]),
    timeout: parseTimeout(parts[3]),
  };
}

function parseTimeout(text: string | undefined): FutexTimeout {
  if (text === undefined) return { kind: 'unknown' };
  if (text === 'NULL') return { kind: 'none' };
  const spec = TIMESPEC.exec(text);
  if (spec === null) return { kind: 'unknown' };
  return { kind: 'given', seconds: Number(spec[1]) + Number(spec[2]) / 1e9 };
}

function toNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^(?:-?\d+|0x[0-9a-f]+)$/i.test(text)) return undefined;
  return Number(text);
}

/** Splits at the commas outside braces and brackets: a timespec has one inside. */
function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  parts.push(text.slice(start).trim());
  return parts;
}
