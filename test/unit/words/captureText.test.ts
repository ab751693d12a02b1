import { describe, expect, it } from 'vitest';
import type { CaptureProgress } from '../../../src/capture/captureProfile.js';
import type { CaptureRecord } from '../../../src/capture/captureRecord.js';
import { captureProgressText } from '../../../src/words/captureProgressText.js';
import {
  captureFactLines,
  captureShows,
  coresText,
  namedCapture,
  stateText,
  timeText,
} from '../../../src/words/captureText.js';

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

describe('timeText', () => {
  const NOW = Date.parse('2026-11-26T12:00:00Z');
  it.each([
    ['2026-11-26T08:39:10.000Z', '08:39'],
    ['2026-11-26T00:00:00Z', '00:00'],
    ['2026-11-25T17:05:00Z', 'Nov 25, 17:05'],
    ['2026-11-25T22:05:00Z', 'Nov 25, 22:05'],
    ['2025-03-01T01:02:03Z', 'Mar 1, 2025, 01:02'],
    ['some day', 'some day'],
  ])('%s: %s', (startedAt, text) => {
    expect(timeText(startedAt, NOW, 'en-US')).toBe(text);
  });
});

describe('namedCapture', () => {
  const NOW = Date.parse('2026-11-24T12:00:00Z');
  it.each([
    [{}, 'node1 · CPU profile, Nov 23, 08:39'],
    [{ title: 'before the fix' }, 'before the fix · node1 · CPU profile, Nov 23, 08:39'],
    [{ node: { name: '' }, profile: 'futex' }, 'System calls (futex), Nov 23, 08:39'],
  ])('names node, what and local time: %#', (more, text) => {
    expect(namedCapture({ ...RECORD, ...more }, NOW, t, 'en-US')).toBe(text);
  });
});

describe('captureShows', () => {
  it('tells captures of one kind apart', () => {
    expect(captureShows(RECORD, t)).toEqual(['1.34 cores', '20 s']);
    const traceCost = { cpuBefore: 0.4, cpuDuring: 1.5, cpuAfter: 0.4 };
    expect(captureShows({ ...RECORD, processCpu: undefined, traceCost }, t)).toEqual(['1.50 cores', '20 s']);
    const check = { ...RECORD, processCpu: undefined, findings: { slowestReadSeconds: 9.06 } };
    expect(captureShows(check, t)).toEqual(['slowest read 9.06 s']);
    expect(captureShows({ ...RECORD, processCpu: undefined, secondsCaptured: undefined }, t)).toEqual([]);
  });
});

describe('facts of a capture', () => {
  it('are those known, in order', () => {
    expect(captureFactLines(RECORD, t, 'en-US')).toEqual([
      ['Context', 'prod'],
      ['Node', 'node1'],
      ['Started', 'Nov 23, 2026, 8:39:10 AM UTC'],
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
    [
      step({ phase: 'waiting' }),
      'cpu',
      'Another client is profiling this kubelet; waiting until it is free…',
    ],
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
