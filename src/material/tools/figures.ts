/**
 * Figures as tools print them: decimal commas, K/M/G suffixes, clocks. What is no figure is undefined; nothing here knows
 * which tool it came from.
 */
import type { Found, Place } from '../model.js';

/** Rows that one reader keeps of one text: a file of 100 MB could be one table. */
export const MOST_ROWS = 100_000;

const DECIMAL = /^[+-]?\d{1,18}(?:[.,]\d{0,9})?$/u;

/** `12`, `12.5`, `12,5` (many locales): no thousands separators. */
export function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && DECIMAL.test(text) ? Number(text.replace(',', '.')) : undefined;
}

/** A whole number, as process ids and counts are. */
export function toWhole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/u.test(text) ? Number(text) : undefined;
}

/** Of `12.5` or `12.5%`, from 0 on: 1 is 100 %. */
export function toShare(text: string | undefined): number | undefined {
  const percent = toNumber(text?.endsWith('%') === true ? text.slice(0, -1) : text);
  // 12.3 / 100 is 0.12300000000000001.
  return percent === undefined || percent < 0 ? undefined : Number((percent / 100).toPrecision(12));
}

const POWERS: Readonly<Record<string, number>> = { '': 0, b: 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/** `3.2g`, `235156K`, `15Gi`, `512`: powers of 1,024; a bare figure counts `unit` bytes. */
export function toBytes(text: string | undefined, unit: number): number | undefined {
  const match = /^(\d{1,18}(?:[.,]\d{1,9})?)([bkmgtp]?)i?b?$/iu.exec(text ?? '');
  const value = toNumber(match?.[1]);
  const letter = match?.[2]?.toLowerCase() ?? '';
  if (value === undefined) return undefined;
  return Math.round(letter === '' ? value * unit : value * 1024 ** (POWERS[letter] ?? 0));
}

/**
 * `[[dd-]hh:]mm:ss` of ps, `mmm:ss.hh` of top, `10h23:45` of htop, in seconds. top's minutes have no end, ps's have.
 */
export function toClockSeconds(text: string | undefined): number | undefined {
  const match = /^(?:(\d{1,6})-)?(?:(\d{1,6})[:h])?(\d{1,8}):(\d{1,2}(?:[.,]\d{1,3})?)$/u.exec(text ?? '');
  if (match === null) return undefined;
  const [, days = '0', hours = '0', minutes = '0', seconds] = match;
  return Number(days) * 86400 + Number(hours) * 3600 + Number(minutes) * 60 + (toNumber(seconds) ?? 0);
}

/** `9061` KiB as bytes; undefined stays undefined. */
export function times(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}

export function wordsOf(line: string): readonly string[] {
  const trimmed = line.trim();
  return trimmed === '' ? [] : trimmed.split(/\s+/u);
}

export function placeOf(file: string, index: number): Place {
  return { file, line: index + 1 };
}

/** Adds while there is room. */
export function keep<T>(rows: T[], row: T | undefined): void {
  if (row !== undefined && rows.length < MOST_ROWS) rows.push(row);
}

/** A text that the reader has nothing of. */
export const NOTHING: Found = {};
