import { describe, expect, it } from 'vitest';
import type { ProfileSummary } from '../../../../src/profile/model.js';
import type { CaptureFacts } from '../../../../src/protocol/messages.js';
import { accountForProcess } from '../../../../webview/model/accounting.js';
import { findEmptyReason } from '../../../../webview/model/emptyReason.js';
import { modelOf } from '../../../support/flameSubject.js';
import { profileOf } from '../../../support/page/pageHarness.js';
import { readFixture } from '../../../support/fixtures.js';

const summary = (change: Partial<ProfileSummary>): ProfileSummary => ({
  format: 'pprof',
  sampleTypes: [
    { type: 'samples', unit: 'count' },
    { type: 'cpu', unit: 'nanoseconds' },
  ],
  defaultSampleType: 1,
  totals: [245, 2.45e9],
  sampleCount: 169,
  timeMs: 0,
  durationNanos: 30e9,
  period: 0,
  periodType: undefined,
  comments: [],
  warnings: [],
  ...change,
});
const capture = (change: Partial<CaptureFacts>): CaptureFacts => ({
  state: 'complete',
  issues: [],
  ...change,
});

describe('accountForProcess', () => {
  it('says how much of the process the profile does not show', () => {
    // The recording of kubelet v1.32.5: 2.88 s used, 2.45 s in the profile.
    const account = accountForProcess(summary({}), capture({ processCpuSeconds: 2.88 }));
    expect(account).toMatchObject({ kind: 'missing' });
    expect(account?.missing).toBeCloseTo(0.149, 3);
    expect(account?.processCores).toBeCloseTo(0.096);
    expect(account?.shownCores).toBeCloseTo(0.0817, 3);
  });

  it('compares rates: the readings of the process stand further apart than the slices', () => {
    // 1.34 cores over 62.3 s by the process, 1.14 over 60 s in the profile: 14.9 % by the numbers that are printed.
    const account = accountForProcess(
      summary({ totals: [6840, 68.4e9], durationNanos: 60e9 }),
      capture({ processCpuSeconds: 83.5, processCores: 1.34 }),
    );
    expect(account?.missing).toBeCloseTo(1 - 1.14 / 1.34, 6);
  });

  it('takes differences below 5 % for the clocks', () => {
    expect(accountForProcess(summary({}), capture({ processCpuSeconds: 2.5 }))).toMatchObject({
      kind: 'complete',
      missing: 0,
    });
    expect(accountForProcess(summary({}), capture({ processCpuSeconds: 2.4 }))).toMatchObject({
      kind: 'complete',
    });
    expect(accountForProcess(summary({}), capture({ processCpuSeconds: 2 }))).toMatchObject({
      kind: 'more',
      missing: 0,
    });
  });

  it('is silent where there is nothing to compare', () => {
    expect(accountForProcess(summary({}), undefined)).toBeUndefined();
    expect(accountForProcess(summary({}), capture({}))).toBeUndefined();
    expect(
      accountForProcess(summary({ durationNanos: 0 }), capture({ processCpuSeconds: 1 })),
    ).toBeUndefined();
    const heap = summary({ sampleTypes: [{ type: 'inuse_space', unit: 'bytes' }], totals: [1] });
    expect(accountForProcess(heap, capture({ processCpuSeconds: 1 }))).toBeUndefined();
  });
});

describe('findEmptyReason', () => {
  const reasonOf = (file: string, profile?: string) => {
    const { payload } = modelOf(profileOf(readFixture(`profiles/${file}`)));
    return findEmptyReason(payload.summary, profile === undefined ? undefined : capture({ profile }), file)
      .kind;
  };

  it('tells real empty profiles of a kubelet apart', () => {
    expect(reasonOf('cpu-empty-1s.pb.gz')).toBe('idle');
    expect(reasonOf('block.pb.gz')).toBe('block-off');
    expect(reasonOf('mutex.pb.gz')).toBe('mutex-off');
  });

  it('takes the capture’s word before the file’s name, and neither for none', () => {
    const contention = summary({
      sampleTypes: [
        { type: 'contentions', unit: 'count' },
        { type: 'delay', unit: 'nanoseconds' },
      ],
      totals: [0, 0],
      sampleCount: 0,
    });
    expect(findEmptyReason(contention, capture({ profile: 'mutex' }), 'x.pb.gz').kind).toBe('mutex-off');
    expect(findEmptyReason(contention, undefined, 'x.pb.gz').kind).toBe('contention-off');
  });

  it('offers the type that has a value', () => {
    expect(findEmptyReason(summary({ totals: [7, 0] }), undefined, '')).toEqual({
      kind: 'other-type',
      type: 0,
    });
  });

  it('knows samples that are all zero, and profiles of unknown types without samples', () => {
    expect(findEmptyReason(summary({ totals: [0, 0], sampleCount: 3 }), undefined, '').kind).toBe('all-zero');
    const odd = summary({ sampleTypes: [{ type: 'widgets', unit: 'count' }], totals: [0], sampleCount: 0 });
    expect(findEmptyReason(odd, undefined, '').kind).toBe('no-samples');
  });
});
