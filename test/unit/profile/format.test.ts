import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCores,
  formatCount,
  formatNanos,
  formatShare,
  formatValue,
  samplingError,
  toCores,
} from '../../../src/profile/format.js';

const cpu = { type: 'cpu', unit: 'nanoseconds' };

describe('toCores', () => {
  it('is CPU time over wall time, in whatever unit of time', () => {
    expect(toCores(40.2e9, cpu, 30e9)).toBeCloseTo(1.34);
    expect(toCores(40_200, { type: 'cpu', unit: 'milliseconds' }, 30e9)).toBeCloseTo(1.34);
  });

  it('is unknown without a duration, and for what uses no core', () => {
    expect(toCores(1e9, cpu, 0)).toBeUndefined();
    expect(toCores(1e9, { type: 'delay', unit: 'nanoseconds' }, 30e9)).toBeUndefined();
    expect(toCores(5, { type: 'cpu', unit: 'count' }, 30e9)).toBeUndefined();
  });
});

describe('numbers', () => {
  it.each([
    [12.34, '12.3'],
    [1.344, '1.34'],
    [0.0613, '0.061'],
    [0.0004, '<0.001'],
    [-0.5, '-0.500'],
    [0, '0'],
  ])('%d cores: %s', (cores, text) => {
    expect(formatCores(cores)).toBe(text);
  });

  it.each([
    [250, '250 ns'],
    [12_000, '12.0 µs'],
    [3_200_000, '3.20 ms'],
    [40.2e9, '40.2 s'],
    [750e9, '12.5 min'],
    [3 * 3600e9, '3.00 h'],
    [-40.2e9, '-40.2 s'],
    [0, '0 ns'],
  ])('%d ns: %s', (nanos, text) => {
    expect(formatNanos(nanos)).toBe(text);
  });

  it.each([
    [512, '512 B'],
    [1536, '1.50 KiB'],
    [23.7 * 2 ** 20, '23.7 MiB'],
    [5 * 2 ** 40, '5.00 TiB'],
  ])('%d bytes: %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [4020, '4,020'],
    [1_234_567, '1,234,567'],
    [-1234, '-1,234'],
    [0.25, '0.250'],
    [999, '999'],
  ])('%d: %s', (count, text) => {
    expect(formatCount(count)).toBe(text);
  });

  it('keep an unknown unit', () => {
    expect(formatValue(12, 'widgets')).toBe('12 widgets');
    expect(formatValue(12, 'count')).toBe('12');
    expect(formatValue(12, 'constructor')).toBe('12 constructor');
  });
});

describe('formatShare', () => {
  it.each([
    [35, 100, '35.0%'],
    [0.42, 100, '0.42%'],
    [0.001, 100, '<0.01%'],
    [100, 100, '100%'],
    [-20, 100, '-20.0%'],
    [0, 100, '0%'],
    [0, 0, '–'],
  ])('%d of %d: %s', (part, whole, text) => {
    expect(formatShare(part, whole)).toBe(text);
  });
});

describe('samplingError', () => {
  it('falls with the root of the number of samples', () => {
    expect(samplingError(100)).toBeCloseTo(0.1);
    expect(samplingError(1)).toBe(1);
    expect(samplingError(0)).toBe(1);
  });
});
