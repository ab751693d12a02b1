/** Findings as data: their names, their scale, their order. What producers give is in the tests of their rooms. */
import { expect, it } from 'vitest';
import {
  byWeight,
  finding,
  FINDING_IDS,
  FINDING_WEIGHTS,
  type FindingWeight,
} from '../../../src/base/finding.js';
import { sentence } from '../../../src/base/sentence.js';
import { CGROUP_FINDING_TEXTS } from '../../../src/cgroup/cgroupSentences.js';
import { FACT_FINDING_TEXTS } from '../../../src/nodefacts/factSentences.js';
import { CALL_FINDING_TEXTS } from '../../../src/strace/callSentences.js';
import { THREAD_FINDING_TEXTS } from '../../../src/threads/threadSentences.js';

it('has a sentence for each name, and no name without one', () => {
  const said = [CALL_FINDING_TEXTS, THREAD_FINDING_TEXTS, CGROUP_FINDING_TEXTS, FACT_FINDING_TEXTS].flatMap(
    Object.keys,
  );
  expect([...new Set(said)].sort()).toEqual([...FINDING_IDS].sort());
});

it('is empty where nothing is known, and seen unless it is said to be inferred', () => {
  expect(finding({ id: 'idle', weight: 'usual', sentence: sentence('Nothing.') })).toEqual({
    id: 'idle',
    weight: 'usual',
    sentence: { template: 'Nothing.', values: [] },
    evidence: [],
    doubt: [],
    confirm: [],
    isInferred: false,
  });
});

it('stands by weight, those of one weight in their order', () => {
  expect(FINDING_WEIGHTS).toEqual(['usual', 'look']);
  const of = (name: string, weight: FindingWeight) =>
    finding({ id: 'idle', weight, sentence: sentence(name) });
  const given = [of('a', 'usual'), of('b', 'look'), of('c', 'usual'), of('d', 'look')];
  expect(byWeight(given).map(each => each.sentence.template)).toEqual(['b', 'd', 'a', 'c']);
  expect(given[0]?.sentence.template).toBe('a');
});
