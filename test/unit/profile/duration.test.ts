import { describe, expect, it } from 'vitest';
import { formatSentence } from '../../../src/base/sentence.js';
import { readCutDuration } from '../../../src/profile/duration.js';

const SECOND = 1e9;

/** What Go's time.Duration.String writes, for durations of whole microseconds. */
function goDuration(micros: number): string {
  if (micros < 1000) return `${micros}µs`;
  if (micros < 1e6) return `${micros / 1000}ms`;
  const seconds = micros / 1e6;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = `${(micros % 60e6) / 1e6}s`;
  return hours > 0 ? `${hours}h${minutes}m${rest}` : minutes > 0 ? `${minutes}m${rest}` : rest;
}

describe('a duration that pprof -raw cut to four characters', () => {
  it.each([
    ['30s', 30],
    ['1m0s', 60],
    ['9m5s', 545],
    ['15ms', 0.015],
    ['1.5m', 0.0015],
    ['100m', 0.1],
    ['150µ', 0.00015],
    ['10ns', 1e-8],
    ['0s', 0],
    // Whole, as other writers have it.
    ['1m30.5s', 90.5],
    ['1h0m0s', 3600],
    ['60.01', 60.01],
  ])('%s is exact', (text, seconds) => {
    const { durationNanos, issue } = readCutDuration(text, 0);
    expect(durationNanos).toBeCloseTo(seconds * SECOND, 0);
    expect(issue).toBeUndefined();
  });

  it.each([
    ['1m0.', 60, 61],
    ['1m30', 90, 91],
    ['10m0', 600, 601],
    // One second, or ten to nineteen.
    ['10m1', 601, 620],
    ['10m7', 607, 608],
    ['1h0m', 3600, 3660],
    ['1h30', 5400, 5460],
    ['10h3', 36_180, 38_400],
    ['100h', 360_000, 363_600],
  ])('%s is a range, of which the middle is taken and said', (text, from, to) => {
    const { durationNanos, issue } = readCutDuration(text, 0);
    expect(durationNanos).toBe(((from + to) / 2) * SECOND);
    expect(formatSentence(issue!)).toBe(
      `The text has its duration cut to four characters, "${text}": it is ${from} to ${to} s, and the middle is shown.`,
    );
  });

  it.each([
    // Four seconds of CPU time do not fit into 500 µs; into 30 ms on 133 cores they do.
    ['500.', 4 * SECOND, 0.5005],
    ['30.0', 20 * SECOND, 30.05],
    ['30.0', 4 * SECOND, 0],
    ['30.0', 0, 0],
    ['500.', 0, 0],
    ['1000', 4 * SECOND, 0],
    ['abcd', 4 * SECOND, 0],
  ])('%s with %i ns of CPU time is %d s', (text, cpuNanos, seconds) => {
    const { durationNanos, issue } = readCutDuration(text, cpuNanos);
    expect(durationNanos).toBe(Math.round(seconds * SECOND));
    expect(issue).toBeDefined();
  });

  it('contains the true duration, or is unknown, for every kind of duration that Go writes', () => {
    for (let micros = 1; micros < 400 * 3600e6; micros = Math.ceil(micros * 1.0173)) {
      const text = Array.from(goDuration(micros)).slice(0, 4).join('');
      // All of it spent in one thread: at most as long as the profile took.
      const { durationNanos, issue } = readCutDuration(text, micros * 1000);
      if (durationNanos === 0) {
        expect(text).toMatch(/^[\d.]{4}$/);
        continue;
      }
      const [, from, to] = issue?.values ?? [text, micros / 1e6, micros / 1e6];
      expect(micros / 1e6).toBeGreaterThanOrEqual(Number(from) * 0.99999);
      expect(micros / 1e6).toBeLessThanOrEqual(Number(to) * 1.00001);
      if (issue === undefined) expect(durationNanos).toBeCloseTo(micros * 1000, -3);
    }
  });

  it('is unknown where it is negative', () => {
    expect(readCutDuration('-1.5', 0).durationNanos).toBe(0);
  });
});
