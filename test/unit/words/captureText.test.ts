import { describe, expect, it } from 'vitest';
import type { CaptureProgress } from '../../../src/capture/captureProfile.js';
import type { CaptureRecord } from '../../../src/capture/captureRecord.js';
import { captureProgressText } from '../../../src/words/captureProgressText.js';
import { captureFactLines, coresText, formatAge, stateText } from '../../../src/words/captureText.js';

const t = (text: string, ...values: readonly (string | number | boolean)[]): string =>
  text.replace(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)]));

const RECORD: CaptureRecord = {
  schema: 1,
  state: 'stopped',
  profile: 'cpu',
  context: 'prod',
  node: { name: 'node1', kernelVersion: '4.4.227' },
  startedAt: '2026-11-23T08:39:10.000Z',
  secondsPlanned: 60,
  secondsCaptured: 20,
  processCpu: { cpuSeconds: 80.5, windowSeconds: 60 },
  files: [],
  issues: [],
};

describe('formatAge', () => {
  it.each([
    [-5_000, 'just now'],
    [0, 'just now'],
    [59_999, 'just now'],
    [60_000, '1 min ago'],
    [59 * 60_000, '59 min ago'],
    [3_600_000, '1 h ago'],
    [86_399_000, '23 h ago'],
    [86_400_000, '1 d ago'],
    [40 * 86_400_000, '40 d ago'],
  ])('%i ms: %s', (ageMs, text) => {
    expect(formatAge(ageMs, t)).toBe(text);
  });
});

describe('facts of a capture', () => {
  it('are those known, in order', () => {
    expect(captureFactLines(RECORD, t)).toEqual([
      ['Context', 'prod'],
      ['Node', 'node1'],
      ['Started', '2026-11-23T08:39:10.000Z'],
      ['Captured', '20 of 60 s'],
      ['Kubelet CPU', '1.34 cores (80.5 s in 60 s)'],
      ['Kernel', '4.4.227'],
      ['State', 'stopped early'],
    ]);
  });

  it('leave out what was not measured', () => {
    const unmeasured: CaptureRecord = { ...RECORD, processCpu: undefined };
    expect(coresText(unmeasured, t)).toBe('');
    expect(stateText({ ...RECORD, state: 'complete' }, t)).toBe('');
    expect(captureFactLines({ ...unmeasured, state: 'complete' }, t).at(-1)).toEqual(['State', 'complete']);
  });
});

describe('captureProgressText', () => {
  const step = (change: Partial<CaptureProgress>): CaptureProgress => ({
    phase: 'profiling',
    slice: 2,
    slicesDone: 1,
    slicesPlanned: 6,
    secondsLeft: 43,
    folder: '/c',
    ...change,
  });

  it.each([
    [step({ phase: 'preparing' }), 'cpu', 'Reading the kubelet’s own CPU…'],
    [step({}), 'cpu', 'Slice 2 of 6, 43 s left'],
    [step({ slicesPlanned: 1 }), 'cpu', '43 s left'],
    [step({ slicesPlanned: 1, secondsLeft: 0 }), 'cpu', 'Receiving…'],
    [step({ phase: 'waiting' }), 'cpu', 'Somebody else is profiling this kubelet; waiting until it is free…'],
    [step({ phase: 'saving' }), 'cpu', 'Saving slice 2 of 6…'],
    [step({ phase: 'finishing' }), 'cpu', 'Reading the kubelet’s own CPU…'],
    [step({ slicesPlanned: 1, secondsLeft: 0 }), 'heap', 'Fetching the profile…'],
    [step({ slicesPlanned: 1, secondsLeft: 4 }), 'trace', '4 s left'],
    [step({ phase: 'saving', slicesPlanned: 1 }), 'heap', 'Saving…'],
    [step({ phase: 'finishing', slicesPlanned: 1 }), 'trace', 'Saving…'],
  ] as const)('%o of %s: %s', (progress, profile, text) => {
    expect(captureProgressText(progress, profile, t)).toBe(text);
  });
});
