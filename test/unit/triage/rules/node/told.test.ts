import { describe, expect, it } from 'vitest';
import { Reading } from '../../../../../src/triage/reading.js';
import { spanOf, steadyPeriod, told } from '../../../../../src/triage/rules/node/told.js';
import { logLines, nodeEvidence } from '../../../../support/nodeEvidence.js';
import { logAt, notReady } from '../../../../support/nodeRows.js';

const at = (seconds: readonly number[], file = 'kubelet.log') => {
  const log = logAt(seconds.map(second => [second, 'late'] as const)).map(line => ({
    ...line,
    at: { ...line.at, file },
  }));
  return new Reading(nodeEvidence({ log })).said(/late/u);
};

describe('steadyPeriod', () => {
  it.each([
    ['a steady pace', [0, 241, 482, 724], { seconds: 241, gaps: 3 }],
    ['several lines of one moment', [0, 1, 3, 241, 243, 482, 484], { seconds: 241, gaps: 2 }],
    ['times out of order', [482, 0, 241], { seconds: 241, gaps: 2 }],
    ['a pace with one miss', [0, 240, 480, 960, 1200, 1440], { seconds: 240, gaps: 4 }],
    ['one gap', [0, 241], undefined],
    ['no pace', [0, 20, 300, 310, 900], undefined],
    ['one moment', [0, 1, 2, 3, 4], undefined],
  ])('of %s', (_, seconds, period) => {
    expect(steadyPeriod(at(seconds))).toEqual(period);
  });

  it('does not mix times of files that begin at different moments', () => {
    expect(steadyPeriod([...at([0, 241], 'a'), ...at([100, 341], 'b')])).toBeUndefined();
    expect(spanOf([...at([0, 10], 'a'), ...at([5_000], 'b')])).toBe(10);
  });
});

describe('told', () => {
  it('has a bad condition once, where a log reader took its line as well', () => {
    const condition = { ...notReady('PLEG is not healthy'), at: { file: 'log', line: 1 } };
    const log = logLines('Ready False KubeletNotReady PLEG is not healthy');
    const evidence = nodeEvidence({ log, conditions: [condition] });
    expect(told(evidence, new Reading(evidence), /PLEG is not/u)).toHaveLength(1);
    const alone = nodeEvidence({ conditions: [condition] });
    expect(told(alone, new Reading(alone), /PLEG is not/u)).toHaveLength(1);
    const good = nodeEvidence({ conditions: [{ ...condition, isBad: false }] });
    expect(told(good, new Reading(good), /PLEG is not/u)).toHaveLength(0);
  });
});
