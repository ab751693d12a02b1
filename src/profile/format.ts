/**
 * Numbers → text as the page shows them. Cores first: a profile's seconds mean something only against the time they were
 * taken in. Words around the numbers are the page's.
 */
import type { SampleType } from './model.js';

const NANOS_PER_UNIT: Readonly<Record<string, number>> = {
  nanoseconds: 1,
  nanosecond: 1,
  ns: 1,
  microseconds: 1e3,
  microsecond: 1e3,
  us: 1e3,
  milliseconds: 1e6,
  millisecond: 1e6,
  ms: 1e6,
  seconds: 1e9,
  second: 1e9,
  s: 1e9,
};

/** Value of `unit` in nanoseconds; undefined where the unit is no time. */
export function toNanoseconds(value: number, unit: string): number | undefined {
  const factor = Object.hasOwn(NANOS_PER_UNIT, unit) ? NANOS_PER_UNIT[unit] : undefined;
  return factor === undefined ? undefined : value * factor;
}

/**
 * Mean number of cores in use: CPU time over wall time. Undefined for what is not CPU time (waiting in a block profile
 * is no use of a core), and where the profile does not say how long it took.
 */
export function toCores(value: number, type: SampleType, durationNanos: number): number | undefined {
  if (durationNanos <= 0 || !/cpu/iu.test(type.type)) return undefined;
  const nanos = toNanoseconds(value, type.unit);
  return nanos === undefined ? undefined : nanos / durationNanos;
}

/** Three figures, at least down to a thousandth of a core: `1.34`, `0.061`, `<0.001`. No unit. */
export function formatCores(cores: number): string {
  const size = Math.abs(cores);
  if (size === 0) return '0';
  if (size < 0.0005) return cores < 0 ? '>-0.001' : '<0.001';
  return cores.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

/** `40.2 s`, `1.50 MiB`, `4,020`, `12 widgets`. */
export function formatValue(value: number, unit: string): string {
  const nanos = toNanoseconds(value, unit);
  if (nanos !== undefined) return formatNanos(nanos);
  if (unit === 'bytes' || unit === 'byte') return formatBytes(value);
  return unit === 'count' || unit === '' ? formatCount(value) : `${formatCount(value)} ${unit}`;
}

/** `250 ns`, `12.0 µs`, `3.20 ms`, `40.2 s`, `12.5 min`, `3.00 h`. */
export function formatNanos(nanos: number): string {
  return formatScaled(nanos, [
    [3600e9, 'h'],
    [300e9, 'min', 60e9],
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'µs'],
    [0, 'ns', 1],
  ]);
}

/** Powers of 1024, as `go tool pprof` scales (which calls them kB and MB). */
export function formatBytes(bytes: number): string {
  return formatScaled(bytes, [
    [2 ** 40, 'TiB'],
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
    [0, 'B', 1],
  ]);
}

/** Digits in groups; fractions only where there are some: `4,020`, `0.25`. */
export function formatCount(value: number): string {
  const rounded = Number.isInteger(value) ? value.toFixed(0) : value.toPrecision(3);
  if (rounded.includes('e')) return rounded;
  const [whole = '', fraction] = rounded.split('.');
  // eslint-disable-next-line regexp/no-super-linear-move -- without an exponent toFixed writes 21 digits at most
  const grouped = whole.replace(/\B(?=(\d{3})+$)/gu, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Share of a whole: `35.0%`, `0.42%`, `<0.01%`, `100%`; a dash where the whole is nothing. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return '–';
  const percent = (part / whole) * 100;
  const size = Math.abs(percent);
  if (size === 0) return '0%';
  if (size < 0.005) return '<0.01%';
  if (size >= 99.95 && size < 100.05) return percent < 0 ? '-100%' : '100%';
  return `${percent.toFixed(size < 1 ? 2 : 1)}%`;
}

/** Relative standard error of a number that rests on so many samples (Poisson): 100 samples → 0.1; 0 samples → 1. */
export function samplingError(samples: number): number {
  return samples <= 1 ? 1 : 1 / Math.sqrt(samples);
}

type Scale = readonly (readonly [from: number, unit: string, divisor?: number])[];

function formatScaled(value: number, scale: Scale): string {
  const size = Math.abs(value);
  for (const [from, unit, divisor = from] of scale) {
    if (size < from) continue;
    const scaled = value / divisor;
    return `${divisor === 1 ? formatCount(Math.round(scaled)) : threeFigures(scaled)} ${unit}`;
  }
  return formatCount(value);
}

function threeFigures(value: number): string {
  const size = Math.abs(value);
  return size >= 1000 ? formatCount(Math.round(value)) : value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}
