/** Figures of the node's files. What is none is undefined. */
import type { Counter, LoggedLine } from './model.js';

/** Of x86 and arm64 alike: what /proc shows of times is in ticks of 10 ms (USER_HZ), and memory of a process in pages. */
export const TICKS_PER_SECOND = 100;
export const PAGE_BYTES = 4096;

export function toWhole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/u.test(text) ? Number(text) : undefined;
}

export function wordsOf(text: string): readonly string[] {
  const trimmed = text.trim();
  return trimmed === '' ? [] : trimmed.split(/\s+/u);
}

/** `text` as a counter of its line; undefined where it is no number. */
export function counterOf(text: string | undefined, { line }: LoggedLine): Counter | undefined {
  const value = toWhole(text);
  return value === undefined ? undefined : { value, line };
}

/** Of `PATH:VALUE`, as grep shows the line of a file: the first word of the value. */
export function valueOfFile(lines: readonly LoggedLine[], path: string): Counter | undefined {
  const found = lines.find(({ text }) => text.startsWith(`${path}:`));
  return found === undefined ? undefined : counterOf(wordsOf(found.text.slice(path.length + 1))[0], found);
}

/** Of `KEY VALUE`. */
export function valueOfKey(lines: readonly LoggedLine[], key: string): Counter | undefined {
  const found = lines.find(({ text }) => text.startsWith(`${key} `));
  return found === undefined ? undefined : counterOf(wordsOf(found.text)[1], found);
}
