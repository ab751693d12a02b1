/** Times of a report as text. Pure. */
import { formatNanos } from '../../src/profile/format.js';
import type { HistogramBucket } from '../../src/report/model.js';

/** `12.0 µs`, `3.20 ms`; a dash where there is none. */
export function formatSeconds(seconds: number | undefined): string {
  return seconds === undefined ? '–' : formatNanos(seconds * 1e9);
}

const BOUND_UNITS: readonly (readonly [from: number, unit: string])[] = [
  [1, 's'],
  [1e-3, 'ms'],
  [0, 'µs'],
];
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, ms: 1e-3, µs: 1e-6 };

/** `10 µs – 100 µs`, `< 1 µs`, `≥ 100 s`. */
export function formatBucket({ fromSeconds, toSeconds }: HistogramBucket): string {
  if (toSeconds === undefined) return `≥ ${formatBound(fromSeconds)}`;
  if (fromSeconds === 0) return `< ${formatBound(toSeconds)}`;
  return `${formatBound(fromSeconds)} – ${formatBound(toSeconds)}`;
}

/** Bounds are powers of ten: no fraction in any unit. */
function formatBound(seconds: number): string {
  const [, unit] = BOUND_UNITS.find(([from]) => seconds >= from * (1 - 1e-9)) ?? [0, 'µs'];
  return `${Math.round(seconds / (UNIT_SECONDS[unit] ?? 1))} ${unit}`;
}
