import { describe, expect, it } from 'vitest';
import { readStrace } from '../../../../../src/evidence/readCalls.js';
import { goTimerSpin as rule } from '../../../../../src/triage/rules/kubelet/goTimerSpin.js';
import { listing, processRow } from '../../../../support/evidencePieces.js';
import { cpuProfile, HERE, judgeBy } from '../../../../support/nodeEvidence.js';

/** One second of polls by one thread. */
function polls(count: number, result: string, duration: string) {
  const lines = Array.from({ length: count }, (_, index) => {
    const at = (index / count).toFixed(6).slice(2);
    return `4021  10:02:11.${at} epoll_pwait(4, [], 128, 0, NULL, 0) = ${result} <${duration}>`;
  });
  const text = [...lines, '4021  10:02:12.000000 getpid() = 4021 <0.000001>'].join('\n');
  return [{ ...readStrace(text), at: HERE }];
}

describe('go-timer-spin', () => {
  it('is found where polls come back empty thousands of times a second', () => {
    const calls = polls(4000, '0', '0.000012');
    expect(judgeBy(rule, { calls })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
      evidence: [{ value: 4000, unit: 'perSecond' }],
    });
    const profiles = [
      cpuProfile({ 'runtime.mcall;runtime.park_m;runtime.findRunnable;runtime.netpoll': 1.8, 'main;x': 0.2 }),
    ];
    expect(judgeBy(rule, { calls, profiles })).toMatchObject({ outcome: 'found', confidence: 'high' });
  });

  it('is found in frames of the scheduler of a busy process', () => {
    expect(judgeBy(rule, { listed: listing({ 'runtime.findrunnable': 0.8 }) })).toMatchObject({
      outcome: 'found',
    });
  });

  it.each([
    ['polls that wait', { calls: polls(4000, '0', '0.010012') }, 'clear'],
    ['polls that bring work', { calls: polls(4000, '1', '0.000012') }, 'clear'],
    ['few polls', { calls: polls(300, '0', '0.000012') }, 'clear'],
    [
      'an idle process',
      { calls: polls(4000, '0', '0.000012'), processes: [processRow('kubelet', { cores: 0.04 })] },
      'clear',
    ],
    [
      'the scheduler of an idle kubelet',
      { profiles: [cpuProfile({ 'runtime.findRunnable': 0.06, 'main;x': 0.03 })] },
      'clear',
    ],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(rule, given)).toMatchObject({ outcome });
  });
});
