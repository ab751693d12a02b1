import { describe, expect, it } from 'vitest';
import { estimateSeconds, judgeRemedy } from '../../../src/remedy/judgeRemedy.js';
import { REMEDIED_RULES, type Remedy, type RemedyReading } from '../../../src/remedy/model.js';
import { RULES } from '../../../src/triage/ruleTable.js';
import { formatRemedy, looksLikeRemedy, parseRemedy } from '../../../src/remedy/remedyJson.js';

const reading = (part: Partial<RemedyReading>): RemedyReading => ({
  at: '2026-11-27T10:00:00.000Z',
  readSeconds: undefined,
  cgroups: undefined,
  dying: undefined,
  dentries: undefined,
  slab: undefined,
  pageCache: undefined,
  available: undefined,
  kubeletCores: undefined,
  ...part,
});

const remedy = (part: Partial<Remedy>): Remedy => ({
  node: 'worker-1',
  rule: 'memcg-stat-v1-zombies',
  ended: 'complete',
  before: reading({ readSeconds: 9.06 }),
  drops: [{ value: 2, at: '2026-11-27T10:00:30.000Z', seconds: 61, outcome: 'done', reason: undefined }],
  after: reading({ readSeconds: 0.0002 }),
  again: [],
  readiness: [{ at: '2026-11-27T10:00:00.000Z', status: 'True', reason: 'KubeletReady' }],
  event: 'recorded',
  ...part,
});

describe('node.remedy.json', () => {
  it('is read back as it was written', () => {
    const text = formatRemedy(remedy({}));
    expect(looksLikeRemedy(text.slice(0, 100))).toBe(true);
    expect(parseRemedy(text)).toEqual(remedy({}));
  });

  it('of a colleague is read as far as it is one', () => {
    const text = formatRemedy(remedy({}));
    const changed = JSON.parse(text) as Record<string, unknown>;
    const hostile = {
      ...changed,
      node: 'a\nb\u202Ec',
      before: { at: '2026-11-27', readSeconds: -1, dying: 'many', slab: 1e400 },
      drops: [{ value: 1, at: '2026-11-27', outcome: 'done' }, ...Array<unknown>(5000).fill(null)],
      again: 'no list',
      readiness: [{ at: 'never', status: 'True' }],
      ended: 'well',
    };
    const read = parseRemedy(JSON.stringify(hostile));
    expect(read?.node).not.toMatch(/[\n\u202E]/u);
    expect(read).toMatchObject({ drops: [], again: [], readiness: [], ended: 'failed' });
    expect(read?.before).toMatchObject({ readSeconds: undefined, dying: undefined, slab: undefined });
  });

  it.each([
    ['another format', (text: string) => text.replace('remedy 1', 'remedy 2')],
    ['another rule', (text: string) => text.replace('memcg-stat-v1-zombies', 'cni-ipam-exhausted')],
    ['a cut file', (text: string) => text.slice(0, 200)],
  ])('%s is none', (_, change) => {
    expect(parseRemedy(change(formatRemedy(remedy({}))))).toBeUndefined();
  });
});

describe('rules with a remedy', () => {
  it('are rules, and their own mitigation is to drop caches', () => {
    for (const id of REMEDIED_RULES) {
      const rule = RULES.find(known => known.id === id);
      expect(rule?.mitigation.command).toBe('echo 2 > /proc/sys/vm/drop_caches');
    }
  });
});

describe('whether it helped', () => {
  it.each<readonly [string, Partial<Remedy>]>([
    ['helped', {}],
    ['helped', { after: reading({ readSeconds: 3 }) }],
    ['helped-little', { after: reading({ readSeconds: 6 }) }],
    ['not-helped', { after: reading({ readSeconds: 9 }) }],
    ['not-known', { after: undefined, ended: 'stopped' }],
    ['not-known', { after: reading({}) }],
    ['not-needed', { ended: 'not-needed', drops: [], after: undefined }],
    ['running', { ended: 'running', after: undefined }],
    ['helped', { again: [reading({ readSeconds: 0.001 })] }],
    ['came-back', { again: [reading({ readSeconds: 0.001 }), reading({ readSeconds: 8.9 })] }],
    [
      'helped',
      {
        rule: 'dcache-negative-bloat',
        before: reading({ dentries: 40e6 }),
        after: reading({ dentries: 1e5 }),
      },
    ],
    [
      'not-helped',
      { rule: 'slab-cache-reap', before: reading({ slab: 8e9 }), after: reading({ slab: 7.9e9 }) },
    ],
  ])('%s', (outcome, part) => {
    expect(judgeRemedy(remedy(part))).toBe(outcome);
  });

  it('costs by the number of entries', () => {
    expect(estimateSeconds({ dentries: 40_000_000 })).toBe(80);
    expect(estimateSeconds({ dentries: 10 })).toBe(1);
    expect(estimateSeconds({ dentries: undefined })).toBeUndefined();
  });
});
