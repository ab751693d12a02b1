/**
 * Time stamps at the begin of log lines: ISO 8601 and its relatives, syslog's month and day (in the languages that posts
 * are written in), the kernel's seconds since boot. Reads and compares; knows no message.
 */

export type Stamp =
  /** Seconds of the epoch; a stamp without a zone counts as UTC. */
  | { readonly kind: 'dated'; readonly seconds: number }
  /** Seconds of a year that is not told. */
  | { readonly kind: 'yearless'; readonly seconds: number }
  /** Since boot. */
  | { readonly kind: 'monotonic'; readonly seconds: number };

export interface Stamped {
  readonly stamp: Stamp;
  /** What stands behind the stamp. */
  readonly rest: string;
  /** In dmesg's brackets: what follows names no host. */
  readonly isBoot: boolean;
}

const ISO =
  /^\[?(\d{4})[-/](\d\d)[-/](\d\d)(?:T|[ \t]{1,2}|_)(\d\d):(\d\d):(\d\d)(?:[.,:](\d{1,9}))?(?: ?(Z|UTC|[+-]\d\d:?\d\d))?\]?(?=[\s"]|$)[ \t]*/u;
const WEEKDAY = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?=\d{4}-)/u;
const SYSLOG =
  /^(\p{L}{3,9}|\d{1,2}月)\.? {1,2}(\d{1,2})(?:,? (\d{4}))? (\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?: (?:AM|PM|UTC))?[ \t]+/u;
const BOOT = /^(?:<\d{1,3}>)?\[ {0,8}(\d{1,9}\.\d{3,6})\][ \t]{0,2}/u;
/** `dmesg -T`: `[Fri Nov 27 06:51:40 2026]`. */
const BOOT_DATE =
  /^(?:<\d{1,3}>)?\[(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\p{L}{3}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4})\][ \t]{0,2}/u;

/** By what a month's name begins with: English, German, French, Spanish, Portuguese, Italian, Russian. */
const MONTHS: readonly (readonly string[])[] = [
  ['jan', 'ene', 'gen', 'янв'],
  ['feb', 'fev', 'fév', 'фев'],
  ['mar', 'mär', 'мар'],
  ['apr', 'avr', 'abr', 'апр'],
  ['may', 'mai', 'mag', 'мая', 'май'],
  ['jun', 'juin', 'giu', 'июн'],
  ['jul', 'juil', 'lug', 'июл'],
  ['aug', 'aoû', 'ago', 'авг'],
  ['sep', 'set', 'сен'],
  ['oct', 'okt', 'out', 'ott', 'окт'],
  ['nov', 'ноя'],
  ['dec', 'dez', 'déc', 'dic', 'дек'],
];

/** A leap year, so that 29 February has a place. */
const YEARLESS = 2000;

/** The stamp at the begin of `text`; undefined where there is none. */
export function readStamp(text: string): Stamped | undefined {
  const first = text.charCodeAt(0);
  if (first === 0x5b || first === 0x3c) return readBoot(text) ?? readIso(text);
  return readIso(text) ?? readSyslog(text);
}

function readIso(text: string): Stamped | undefined {
  const iso = text.replace(WEEKDAY, '');
  const match = ISO.exec(iso);
  if (match === null) return undefined;
  const [whole, year, month, day, hour, minute, second, fraction = '0', zone = 'Z'] = match;
  const seconds =
    dateSeconds(Number(year), Number(month), Number(day)) +
    clockSeconds(hour, minute, second, fraction) -
    zoneSeconds(zone);
  return { stamp: { kind: 'dated', seconds }, rest: iso.slice(whole.length), isBoot: false };
}

function readSyslog(text: string): Stamped | undefined {
  const match = SYSLOG.exec(text);
  if (match === null) return undefined;
  const [whole, name = '', day, year, hour, minute, second, fraction = '0'] = match;
  const month = monthOf(name);
  if (month === undefined) return undefined;
  const seconds =
    dateSeconds(year === undefined ? YEARLESS : Number(year), month, Number(day)) +
    clockSeconds(hour, minute, second, fraction);
  return {
    stamp: { kind: year === undefined ? 'yearless' : 'dated', seconds },
    rest: text.slice(whole.length),
    isBoot: false,
  };
}

function readBoot(text: string): Stamped | undefined {
  const boot = BOOT.exec(text);
  if (boot !== null) {
    const [whole, seconds] = boot;
    return {
      stamp: { kind: 'monotonic', seconds: Number(seconds) },
      rest: text.slice(whole.length),
      isBoot: true,
    };
  }
  const dated = BOOT_DATE.exec(text);
  if (dated === null) return undefined;
  const [whole, name = '', day, hour, minute, second, year] = dated;
  const month = monthOf(name);
  if (month === undefined) return undefined;
  const seconds = dateSeconds(Number(year), month, Number(day)) + clockSeconds(hour, minute, second, '0');
  return { stamp: { kind: 'dated', seconds }, rest: text.slice(whole.length), isBoot: true };
}

/** klog's `1127` and `06:51:40.123456`. */
export function klogStamp(monthDay: string, time: string): Stamp {
  const [hour, minute, second = ''] = time.split(':');
  const [whole, fraction = '0'] = second.split('.');
  const seconds =
    dateSeconds(YEARLESS, Number(monthDay.slice(0, 2)), Number(monthDay.slice(2))) +
    clockSeconds(hour, minute, whole, fraction);
  return { kind: 'yearless', seconds };
}

/** A JSON log's `ts`: seconds, milliseconds or microseconds of the epoch, or a text. */
export function jsonStamp(value: unknown): Stamp | undefined {
  if (typeof value === 'string') return readStamp(value)?.stamp;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 1e8) return undefined;
  const seconds = value > 1e14 ? value / 1e6 : value > 1e11 ? value / 1e3 : value;
  return { kind: 'dated', seconds };
}

function monthOf(name: string): number | undefined {
  if (name.endsWith('月')) return Number(name.slice(0, -1));
  const lower = name.toLowerCase();
  const index = MONTHS.findIndex(names => names.some(begin => lower.startsWith(begin)));
  return index < 0 ? undefined : index + 1;
}

function dateSeconds(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / 1000;
}

function clockSeconds(hour = '0', minute = '0', second = '0', fraction = '0'): number {
  return Number(hour) * 3600 + Number(minute) * 60 + Number(second) + Number(`0.${fraction}`);
}

function zoneSeconds(zone: string): number {
  const match = /^([+-])(\d\d):?(\d\d)$/u.exec(zone);
  if (match === null) return 0;
  const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60;
  return match[1] === '-' ? -seconds : seconds;
}

const HALF_YEAR = 183 * 86_400;
const YEAR = 366 * 86_400;

/** `LogLine.seconds` of the lines of one file, in their order. */
export class LogClock {
  readonly #first = new Map<Stamp['kind'], number>();
  #years = 0;
  #last = 0;

  /** Of the epoch where the stamp has a year; else since the first of its kind. */
  secondsOf(stamp: Stamp): number | undefined {
    if (!Number.isFinite(stamp.seconds)) return undefined;
    if (stamp.kind === 'dated') return stamp.seconds;
    const seconds = stamp.kind === 'yearless' ? this.#overNewYear(stamp.seconds) : stamp.seconds;
    const first = this.#first.get(stamp.kind);
    if (first === undefined) this.#first.set(stamp.kind, seconds);
    return seconds - (first ?? seconds);
  }

  #overNewYear(seconds: number): number {
    if (seconds < this.#last - HALF_YEAR) this.#years++;
    this.#last = seconds;
    return seconds + this.#years * YEAR;
  }
}
