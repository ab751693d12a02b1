import { describe, expect, it } from 'vitest';
import type { StoredCapture } from '../../../src/capture/captureFolder.js';
import type { CaptureRecord } from '../../../src/capture/captureRecord.js';
import { TriageError } from '../../../src/base/errors.js';
import { parseCaptureFilter } from '../../../src/words/captureFilter.js';
import { english } from './english.js';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const capture = (more: Partial<CaptureRecord>): StoredCapture => ({
  kind: 'capture',
  folder: '/captures/2026-11-23T08-39-10Z-node1-cpu',
  mainFile: undefined,
  record: {
    schema: 1,
    state: 'complete',
    profile: 'cpu',
    context: 'prod-eu',
    node: { name: 'worker-7' },
    startedAt: '2026-11-23T08:39:10Z',
    files: [],
    issues: [],
    ...more,
  },
});
const passes = (text: string, given: StoredCapture): boolean | undefined =>
  parseCaptureFilter(text, NOW, english)?.(given);

describe('parseCaptureFilter', () => {
  it.each([
    ['worker-7', {}],
    ['WORKER prod', {}],
    ['cpu', {}],
    ['1.34 60', { processCpu: { cpuSeconds: 134, windowSeconds: 100 }, secondsCaptured: 60 }],
    ['9.06', { profile: 'cgroups', findings: { slowestReadSeconds: 9.06 } }],
    ['upgrade', { title: 'before the upgrade' }],
    ['slow', { case: { id: 'x', title: 'Slow start' } }],
    ['stopped', { state: 'stopped' }],
    ['imported night.zip', { imported: { from: 'night.zip' } }],
    ['23', {}],
    ['node1-cpu', {}],
    ['worker !heap', {}],
  ] as const)('%j finds it', (text, more) => {
    expect(passes(text, capture(more))).toBe(true);
  });

  it.each(['worker-8', 'worker-7 heap', '!cpu', 'eu7', 'upgrade'])('%j does not', text => {
    expect(passes(text, capture({}))).toBe(false);
  });

  it('lets all pass without a word, and what cannot be read by its folder', () => {
    expect(parseCaptureFilter(' ! ', NOW, english)).toBeUndefined();
    const error = new TriageError('capture-invalid', 'no');
    const invalid = { kind: 'invalid', folder: '/captures/odd', startedAt: '', error } as const;
    expect([passes('odd', invalid), passes('cpu', invalid)]).toEqual([true, false]);
  });
});
