/**
 * One row of a table of Events: below `kubectl describe`, and of `kubectl get events`, plain, `-A`, `-o wide`, of today
 * and of before 1.10. Rows are told by their own words, as posts lose headers and columns; objects/eventTables.ts joins
 * them to what they are of.
 */
import { durationSeconds } from './durations.js';

export interface EventRow {
  readonly isWarning: boolean;
  readonly reason: string;
  readonly message: string;
  readonly objectKind: string | undefined;
  readonly objectName: string | undefined;
  readonly count: number | undefined;
  readonly spanSeconds: number | undefined;
}

const TYPE_AND_REASON =
  /^((?:\S{1,300}[ \t]+){0,9})(Normal|Warning)[ \t]+([A-Z][A-Za-z0-9]{2,60})(?=[ \t]|$)[ \t]*/u;
/** `3m3s (x139 over 142m)  kubelet, node1  message`. */
const DESCRIBED =
  /^(<unknown>|<invalid>|\d[\dsmhdwy]{1,12})(?:[ \t]+\(x(\d{1,9}) over (\S{1,16})\))?[ \t]+(\S{1,253},[ \t]\S{1,253}|\S{1,253})(?:[ \t]+|$)/u;
/** `node/node1  message`; before 1.16 with a capital. */
const OBJECT = /^([A-Za-z]{2,40})\/(\S{1,253})(?:[ \t]+|$)/u;
/** Of 1.13 and 1.14: the object's kind without its name, then what reported it. */
const KIND_ALONE =
  /^([A-Z][A-Za-z]{2,30})[ \t]+[\w.-]{1,60}(?:, [\w.-]{1,253})?(?:[ \t]{2,}|[ \t](?=[A-Z]))/u;
const WIDE_SOURCE = /^(?:[\w.]{1,60}\{[^}]{1,100}\}[ \t]+)?[\w.-]{1,60}(?:, [\w.-]{1,253})?[ \t]{2,}(?=\S)/u;
/** Old rows have their source in braces or after a comma. */
const OLD_SOURCE = /^\{[^}]{1,300}\}[ \t]+/u;
const AGE = /^(?:<unknown>|<invalid>|\d[\dsmhdwy]{1,12})$/u;

export function isEventRow(line: string): boolean {
  return parseEventRow(line) !== undefined;
}

/** @param line without frames and white space around it */
export function parseEventRow(line: string): EventRow | undefined {
  // Nearly every line of a log is asked: the expression is for those that may be one.
  if (!line.includes('Normal') && !line.includes('Warning')) return undefined;
  const match = TYPE_AND_REASON.exec(line);
  if (match === null) return undefined;
  const [whole, before = '', type, reason = ''] = match;
  const base = { isWarning: type === 'Warning', reason };
  const rest = line.slice(whole.length);
  const words = before.trim() === '' ? [] : before.trim().split(/[ \t]+/u);
  if (words.length === 0) return parseDescribed(rest, base);
  const ages = words.filter(word => AGE.test(word));
  if (ages.length === 0) return undefined;
  return ages.length > 1 && words.length > 2 ? parseOld(words, rest, base) : parseListed(rest, base);
}

type RowBase = Pick<EventRow, 'isWarning' | 'reason'>;

function parseDescribed(rest: string, base: RowBase): EventRow | undefined {
  const match = DESCRIBED.exec(rest);
  if (match === null) return undefined;
  const [whole, , count, span = ''] = match;
  return {
    ...base,
    message: rest.slice(whole.length),
    objectKind: undefined,
    objectName: undefined,
    count: count === undefined ? 1 : Number(count),
    spanSeconds: durationSeconds(span),
  };
}

function parseListed(rest: string, base: RowBase): EventRow | undefined {
  const object = OBJECT.exec(rest) ?? KIND_ALONE.exec(rest);
  if (object === null) return undefined;
  const [whole, kind = '', objectName] = object;
  const message = rest.slice(whole.length);
  const end = readWideEnd(message);
  const source = end === undefined || objectName === undefined ? null : WIDE_SOURCE.exec(message);
  return {
    ...base,
    message: message.slice(source?.[0].length ?? 0, end?.start),
    objectKind: kind.charAt(0).toUpperCase() + kind.slice(1),
    objectName,
    count: end?.count,
    spanSeconds: end?.spanSeconds,
  };
}

interface WideEnd {
  readonly start: number;
  readonly count: number;
  readonly spanSeconds: number | undefined;
}

/** `-o wide` ends with first seen, count and the Event's name, which has its time in hexadecimals. */
function readWideEnd(message: string): WideEnd | undefined {
  const text = message.trimEnd();
  const name = lastWord(text);
  const count = lastWord(name.before);
  const age = lastWord(count.before);
  const isWide = /\.[0-9a-f]{10,20}$/u.test(name.word) && /^\d{1,9}$/u.test(count.word) && AGE.test(age.word);
  return isWide
    ? { start: age.before.length, count: Number(count.word), spanSeconds: durationSeconds(age.word) }
    : undefined;
}

function lastWord(text: string): { readonly word: string; readonly before: string } {
  const blank = text.lastIndexOf(' ');
  return { word: text.slice(blank + 1), before: text.slice(0, Math.max(0, blank)).trimEnd() };
}

/** `LASTSEEN FIRSTSEEN COUNT NAME KIND …` and describe's `FirstSeen LastSeen Count From …`. */
function parseOld(words: readonly string[], rest: string, base: RowBase): EventRow {
  const [one = '', other = '', count = '', ...names] = words;
  const seen = [durationSeconds(one), durationSeconds(other)];
  const [first, last] = seen;
  const isListed = /^[A-Z][a-z]+$/u.test(names[1] ?? '');
  return {
    ...base,
    message: rest.replace(OLD_SOURCE, ''),
    objectKind: isListed ? names[1] : undefined,
    objectName: isListed ? names[0] : undefined,
    count: /^\d{1,9}$/u.test(count) ? Number(count) : undefined,
    spanSeconds: first === undefined || last === undefined ? undefined : Math.abs(first - last),
  };
}
