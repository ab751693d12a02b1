import { describe, expect, it } from 'vitest';
import { Figures } from '../../../../webview/model/figures.js';

const cpu = new Figures({ type: 'cpu', unit: 'nanoseconds' }, 30e9, 2.45e9);

describe('Figures', () => {
  it('says cores first, then share, time, samples and how sure that is', () => {
    expect(cpu.long(1.11e9, 111)).toBe('0.037 cores · 45.3% · 1.11 s · 111 samples ±9%');
    expect(cpu.long(2.45e9, 2450)).toBe('0.082 cores · 100% · 2.45 s · 2,450 samples');
  });

  it('says nothing of samples that were not counted', () => {
    expect(cpu.long(1.11e9, undefined)).toBe('0.037 cores · 45.3% · 1.11 s');
  });

  it('says bytes as bytes and counts as counts', () => {
    const heap = new Figures({ type: 'inuse_space', unit: 'bytes' }, 0, 24 * 2 ** 20);
    expect(heap.long(12 * 2 ** 20, undefined)).toBe('12.0 MiB · 50.0%');
    const samples = new Figures({ type: 'samples', unit: 'count' }, 30e9, 245);
    expect(samples.long(111, 111)).toBe('111 · 45.3% ±9%');
  });

  it('says nothing as nothing', () => {
    expect(cpu.long(0, 0)).toBe('0');
    expect(cpu.cell(0)).toBe('0');
  });

  it('falls back to seconds without a duration', () => {
    const unknown = new Figures({ type: 'cpu', unit: 'nanoseconds' }, 0, 2e9);
    expect(unknown.hasCores).toBe(false);
    expect(unknown.short(1e9)).toBe('1.00 s · 50.0%');
  });
});
