/** Remedies for the page: one that helped and held, and one that was ended. */
import type { Remedy, RemedyReading } from '../../src/remedy/model.js';
import { reportRemedy } from '../../src/report/remedyReport.js';
import type { RemedyReport } from '../../src/report/model.js';

const sick: RemedyReading = {
  at: '2026-11-27T10:00:00.000Z',
  readSeconds: 9.06,
  cgroups: 86_000,
  dying: 85_400,
  dentries: 12_400_000,
  slab: 22e9,
  pageCache: 31e9,
  available: 40e9,
  kubeletCores: 1.02,
};

const well: RemedyReading = {
  ...sick,
  at: '2026-11-27T10:02:00.000Z',
  readSeconds: 0.0004,
  cgroups: 640,
  dying: 40,
  dentries: 18_000,
  slab: 2e9,
  kubeletCores: 0.06,
};

const base: Remedy = {
  node: 'worker-3',
  rule: 'memcg-stat-v1-zombies',
  ended: 'complete',
  before: sick,
  drops: [{ value: 2, at: '2026-11-27T10:00:20.000Z', seconds: 61.2, outcome: 'done', reason: undefined }],
  after: well,
  again: [{ ...well, at: '2026-11-27T10:12:00.000Z', kubeletCores: undefined }],
  readiness: [{ at: '2026-11-27T10:00:00.000Z', status: 'True', reason: 'KubeletReady' }],
  event: 'recorded',
};

export function remedyThatHelped(): RemedyReport {
  return reportRemedy(base);
}

/** What a node's words say is part of it. */
export function remedyThatWasEnded(): RemedyReport {
  return reportRemedy({
    ...base,
    ended: 'not-ready',
    after: undefined,
    again: [],
    event: 'forbidden',
    drops: [
      {
        value: 2,
        at: base.before.at,
        seconds: undefined,
        outcome: 'stopped',
        reason: '<img src=x onerror=alert(1)>',
      },
    ],
    readiness: [
      ...base.readiness,
      { at: '2026-11-27T10:00:40.000Z', status: 'Unknown', reason: 'NodeStatusUnknown' },
    ],
  });
}
