import { describe, expect, it } from 'vitest';
import { Reading } from '../../../../../src/triage/reading.js';
import {
  lookForBurn,
  lookForBurns,
  unlessOfOthers,
  withoutBurn,
} from '../../../../../src/triage/rules/kubelet/kubeletBurn.js';
import { listing } from '../../../../support/evidencePieces.js';
import { cpuProfile, HERE, nodeEvidence, type GivenEvidence } from '../../../../support/nodeEvidence.js';

const readingOf = (given: GivenEvidence) => new Reading(nodeEvidence(given));
const profiles = [cpuProfile({ 'main;a': 0.5, 'main;b': 0.3, 'main;c': 0.2 })];

describe('lookForBurn', () => {
  it('says share and cores from the bound on', () => {
    expect(lookForBurn(readingOf({ profiles }), { pattern: /^a$/u, least: 0.5 })).toMatchObject({
      kind: 'hot',
      share: 0.5,
      cores: 0.5,
    });
    expect(lookForBurn(readingOf({ profiles }), { pattern: /^a$/u, least: 0.51 })).toEqual({
      kind: 'below',
      share: 0.5,
    });
    expect(lookForBurn(readingOf({ profiles }), { pattern: /^none$/u, least: 0.1 })).toEqual({
      kind: 'below',
      share: 0,
    });
    expect(lookForBurn(readingOf({}), { pattern: /^a$/u, least: 0.5 })).toEqual({ kind: 'unseen' });
  });

  it('takes the cores of the process where a listing has none, and the kernel for the node’s', () => {
    const given = { listed: listing({ a: 0.6 }), kubeletCores: [{ at: HERE, cores: 0.2, seconds: 30 }] };
    const question = { pattern: /^a$/u, least: 0.5 };
    expect(lookForBurn(readingOf(given), question)).toEqual({ kind: 'idle', allCores: 0.2 });
    expect(lookForBurn(readingOf(given), { ...question, isOfNode: true })).toMatchObject({ kind: 'hot' });
    expect(lookForBurn(readingOf({ listed: given.listed }), question)).toMatchObject({
      kind: 'hot',
      cores: undefined,
    });
  });

  it('takes the hottest of several', () => {
    const questions = [
      { pattern: /^c$/u, least: 0.1 },
      { pattern: /^b$/u, least: 0.1 },
      { pattern: /^a$/u, least: 0.9 },
    ];
    expect(lookForBurns(readingOf({ profiles }), questions)).toMatchObject({ kind: 'hot', share: 0.3 });
    expect(lookForBurns(readingOf({ profiles }), [])).toEqual({ kind: 'unseen' });
  });

  it('leaves out what a table of the node has of others, beside no profile', () => {
    const listed = listing({ a: 0.6 }, 'perf').map(row => ({ ...row, command: 'dockerd' }));
    const evidence = nodeEvidence({ listed });
    const burn = lookForBurn(new Reading(evidence), { pattern: /^a$/u, least: 0.5 });
    expect(unlessOfOthers(evidence, burn, /^a$/u)).toEqual({ kind: 'unseen' });
    expect(unlessOfOthers({ ...evidence, profiles }, burn, /^a$/u)).toBe(burn);
  });

  it('says why nothing was found', () => {
    expect(withoutBurn({ kind: 'idle', allCores: 0.1234 }, 'It')).toMatchObject({
      kind: 'clear',
      reason: { values: [0.123, 0.3] },
    });
    expect(withoutBurn({ kind: 'below', share: 0.0123 }, 'It')).toMatchObject({
      kind: 'clear',
      reason: { values: ['It', 1.23] },
    });
    expect(withoutBurn({ kind: 'unseen' }, 'It')).toMatchObject({ kind: 'skipped' });
  });
});
