/**
 * How long a profile took. A file's own word is taken where it can be true; `go tool pprof -raw` cuts durations to four
 * characters, and this file knows what they may have been.
 */
import { sentence, type Sentence } from '../base/sentence.js';
import { PROFILE_WARNING_TEXTS } from './fileWarnings.js';

const SECOND = 1e9;
/** What Go's Duration.String begins with. */
const PARTS = /^(?:(\d+)h)?(?:(\d{1,2})m)?(?:(\d{1,2})(\.\d*)?(s)?)?$/u;
const SMALL = /^(\d+(?:\.\d*)?)(n|µ|μ|u|m)(s?)$/u;
const BARE = /^(?:\d+\.\d*|\d+)$/u;
const NANOS_OF_SMALL: Readonly<Record<string, number>> = { n: 1, µ: 1e3, μ: 1e3, u: 1e3, m: 1e6 };
/** `%.4v` of profile.Profile.String. */
const CUT_AT = 4;
/** Above it a duration is ruled out: machines that run one Go program on more cores do not come with such texts. */
const MAX_CORES = 512;

const NANOS_PER_YEAR = 365.25 * 24 * 3600 * 1e9;
/** No process has run so long; nanoseconds since 1970 are far beyond it. */
const LONGEST_YEARS = 20;

export interface Duration {
  /** In nanoseconds; 0 unknown. */
  readonly durationNanos: number;
  /** What is odd about it. */
  readonly issue: Sentence | undefined;
}

/** @param nanos as the file has it: some writers (Pyroscope's, of JFR) put the time of the end there */
export function checkDuration(nanos: number): Duration {
  if (nanos < 0) return { durationNanos: 0, issue: sentence(PROFILE_WARNING_TEXTS.negativeDuration) };
  const years = nanos / NANOS_PER_YEAR;
  if (years <= LONGEST_YEARS) return { durationNanos: nanos, issue: undefined };
  return { durationNanos: 0, issue: sentence(PROFILE_WARNING_TEXTS.timeStampAsDuration, Math.round(years)) };
}

interface Range {
  /** In nanoseconds; the same twice where nothing was cut. */
  readonly from: number;
  readonly to: number;
}

/**
 * `text`: behind `Duration:` of `go tool pprof -raw`, empty where there is none. `cpuNanos`: CPU time in the profile.
 * Where the cut took the unit, too, the CPU time decides: in a time too short for it the profile cannot have been taken.
 */
export function readCutDuration(text: string, cpuNanos: number): Duration {
  if (text === '') return { durationNanos: 0, issue: undefined };
  if (text.startsWith('-') && text !== '-') return checkDuration(-1);
  const length = Array.from(text).length;
  // Old versions wrote a number of seconds, of four figures: `60.01`, `30`.
  if (length !== CUT_AT && BARE.test(text)) return checkDuration(Math.round(Number(text) * SECOND));
  const range = readUnits(text, length >= CUT_AT);
  if (range !== undefined)
    return range.from === range.to ? checkDuration(range.from) : middleOf(range, 'cutDuration', text);
  const fitting = rangesOfBare(text).filter(({ to }) => cpuNanos <= to * MAX_CORES);
  const [only] = fitting;
  if (only === undefined || fitting.length > 1 || cpuNanos <= 0)
    return { durationNanos: 0, issue: sentence(PROFILE_WARNING_TEXTS.unknownDuration, text) };
  return middleOf(only, 'unitOfDuration', text);
}

function middleOf({ from, to }: Range, what: 'cutDuration' | 'unitOfDuration', text: string): Duration {
  const seconds = (nanos: number) => Number((nanos / SECOND).toPrecision(6));
  const template = PROFILE_WARNING_TEXTS[what];
  return {
    durationNanos: Math.round((from + to) / 2),
    issue: sentence(template, text, seconds(from), seconds(to), MAX_CORES),
  };
}

/** What a text with at least one unit means; undefined for one without. */
function readUnits(text: string, isCut: boolean): Range | undefined {
  return readSmall(text, isCut) ?? readClock(text, isCut);
}

/** Below a second. */
function readSmall(text: string, isCut: boolean): Range | undefined {
  const [, number, unit = '', end] = SMALL.exec(text) ?? [];
  // Minutes go before seconds and are below 60: `1.5m`, `100m` and `15ms` are milliseconds, `15m` is not.
  if (number === undefined || (end !== 's' && unit === 'm' && !isCut)) return undefined;
  const nanos = Number(number) * NANOS_OF_SMALL[unit]!;
  return { from: nanos, to: nanos };
}

/** Hours, minutes, seconds. */
function readClock(text: string, isCut: boolean): Range | undefined {
  const [, hours, minutes, seconds, fraction, end] = PARTS.exec(text) ?? [];
  if (hours === undefined && minutes === undefined && end === undefined) return undefined;
  const from = (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60) * SECOND;
  if (end !== undefined) {
    const whole = from + Number(`${seconds!}${fraction ?? ''}`) * SECOND;
    return { from: whole, to: whole };
  }
  return isCut ? cutClock(from, minutes === undefined ? 60 : 1, seconds, fraction) : undefined;
}

/** `from`: in nanoseconds, what is whole. `last`: the unit in seconds of the number that was cut, `digits`. */
function cutClock(
  from: number,
  last: 1 | 60,
  digits: string | undefined,
  fraction: string | undefined,
): Range {
  const unit = last * SECOND;
  if (digits === undefined) return { from, to: from + 60 * unit };
  // What was cut off: `1h3` is 3 or 30 to 39 minutes, `10m1` is 1 or 10 to 19 seconds.
  const number = Number(digits);
  const first = from + number * unit;
  if (fraction !== undefined) return { from: first, to: first + SECOND };
  const mayGoOn = digits.length === 1 && number > 0 && number < 6;
  return { from: first, to: mayGoOn ? from + (number + 1) * 10 * unit : first + unit };
}

/** `30.0`: s, ms or µs, of which pprof prints below 60 and 1000. */
function rangesOfBare(text: string): Range[] {
  if (!BARE.test(text) || !text.includes('.')) return [];
  const step = 10 ** -(text.length - text.indexOf('.') - 1);
  const from = Number(text);
  const units = from < 60 ? [SECOND, 1e6, 1e3] : [1e6, 1e3];
  return units.map(unit => ({ from: from * unit, to: (from + step) * unit }));
}
