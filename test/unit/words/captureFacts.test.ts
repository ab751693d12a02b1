import { describe, expect, it } from 'vitest';
import { captureIssue } from '../../../src/capture/captureIssues.js';
import type { CaptureRecord } from '../../../src/capture/captureRecord.js';
import { captureFacts } from '../../../src/words/captureFacts.js';

const RECORD: CaptureRecord = {
  schema: 1,
  state: 'running',
  profile: 'cpu',
  context: 'prod',
  node: { name: 'node1', kubeletVersion: 'v1.33.0', kernelVersion: '4.4.227' },
  startedAt: '2026-11-23T08:39:10.000Z',
  slicesPlanned: 6,
  slicesDone: 2,
  files: [{ name: 'cpu.pb.gz', kind: 'cpu' }],
  issues: [captureIssue('restarted'), 'by hand'],
};
const shout = (english: string) => english.toUpperCase();

describe('captureFacts', () => {
  it('says what the page shows, its sentences translated', () => {
    expect(captureFacts(RECORD, 40, shout)).toEqual({
      node: 'node1',
      context: 'prod',
      kubeletVersion: 'v1.33.0',
      kernelVersion: '4.4.227',
      profile: 'cpu',
      startedAt: '2026-11-23T08:39:10.000Z',
      processCores: undefined,
      processCpuSeconds: undefined,
      state: 'running',
      slicesDone: 2,
      slicesPlanned: 6,
      secondsLeft: 40,
      issues: ['THE KUBELET RESTARTED DURING THE CAPTURE; ITS PROCESS CPU IS UNKNOWN.', 'by hand'],
    });
  });

  it('makes cores of the process CPU, and forgets the seconds left at the end', () => {
    const done = { ...RECORD, state: 'complete', processCpu: { cpuSeconds: 30, windowSeconds: 60 } } as const;
    expect(captureFacts(done, 3, shout)).toMatchObject({
      processCores: 0.5,
      processCpuSeconds: 30,
      secondsLeft: undefined,
    });
  });

  it('has no node where the record has none', () => {
    expect(captureFacts({ ...RECORD, node: { name: '' } }, undefined, shout).node).toBeUndefined();
  });
});
