/** Recorded kubelets that are well, or at least not hot: no rule may find a cause in what they burn. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readStrace } from '../../../../../src/evidence/readCalls.js';
import type { GoroutineGroup } from '../../../../../src/material/model.js';
import { readProfile } from '../../../../../src/profile/readProfile.js';
import { judge } from '../../../../../src/triage/judge.js';
import { KUBELET_RULES } from '../../../../../src/triage/rules/kubelet/kubeletRules.js';
import { FIXTURES } from '../../../../support/fixtures.js';
import { nodeEvidence, type GivenEvidence } from '../../../../support/nodeEvidence.js';
import { scrapedMetrics } from '../../../../support/scrapedMetrics.js';

const textOf = (file: string): string => readFileSync(path.join(FIXTURES, file), 'utf8');
const profileOf = (file: string) => ({
  kind: 'profile' as const,
  profile: readProfile(new Uint8Array(gunzipSync(readFileSync(path.join(FIXTURES, file))))),
  at: { file, line: undefined },
});
const callsOf = (file: string) => ({ ...readStrace(textOf(file)), at: { file, line: undefined } });

/** Groups of `?debug=1`: innermost first, as the readers give them. */
function goroutines(file: string): readonly GoroutineGroup[] {
  return textOf(file)
    .split('\n\n')
    .flatMap(block => {
      const count = /^(\d+) @/m.exec(block)?.[1];
      if (count === undefined) return [];
      const frames = [...block.matchAll(/^#\t0x[0-9a-f]+\t(\S+)\+0x[0-9a-f]+\t/gm)].map(match => match[1]!);
      return [
        {
          at: { file, line: undefined },
          count: Number(count),
          state: undefined,
          waitSeconds: undefined,
          frames,
        },
      ];
    });
}

/** What is more than a weak suspicion. */
function told(given: GivenEvidence): readonly string[] {
  return judge(nodeEvidence(given), KUBELET_RULES)
    .findings.filter(({ outcome, confidence }) => outcome === 'found' || confidence !== 'low')
    .map(({ rule, outcome, confidence }) => `${rule.id} ${outcome} ${confidence}`);
}

const PROFILES = [
  'profiles/cpu-idle-30s.pb.gz',
  'profiles/cpu-30pods-30s.pb.gz',
  'profiles/cpu-v1.37-idle-30s.pb.gz',
  'profiles/cpu-cgroupload-30s.pb.gz',
  'profiles/cpu-memcg-zombies-30s.pb.gz',
  'profiles/cpu-v1.32-runc-30s.pb.gz',
  'profiles/cpu-empty-1s.pb.gz',
  'profiles/heap-30pods.pb.gz',
  'profiles/mutex.pb.gz',
  'profiles/block.pb.gz',
  'kubelet/cgroup-v2/cpu-10s.pb.gz',
];

describe('recorded kubelets', () => {
  it.each(PROFILES)('says nothing of %s', file => {
    expect(told({ profiles: [profileOf(file)] })).toEqual([]);
  });

  it('says nothing of the metrics of a node with 30 pods', () => {
    const metrics = scrapedMetrics(textOf('kubelet/api/metrics.txt'));
    expect(metrics.length).toBeGreaterThan(1000);
    expect(told({ metrics })).toEqual([]);
  });

  it.each(['profiles/goroutine-debug1.txt'])('says nothing of the goroutines of %s', file => {
    const groups = goroutines(file);
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(100);
    expect(told({ goroutines: groups })).toEqual([]);
  });

  it.each([
    'strace/strace-c.30pods.file.txt',
    'strace/strace-c.idle.stderr',
    'strace/strace-futex.30pods.file.txt',
    'strace/strace-futex.idle.stderr',
  ])('says nothing of the system calls of %s', file => {
    expect(told({ calls: [callsOf(file)] })).toEqual([]);
  });

  it('says nothing of all of it together', () => {
    const given = {
      profiles: PROFILES.map(profileOf),
      metrics: scrapedMetrics(textOf('kubelet/api/metrics.txt')),
      goroutines: goroutines('profiles/goroutine-debug1.txt'),
      calls: [callsOf('strace/strace-c.30pods.file.txt')],
      facts: { pods: 30 },
    };
    expect(told(given)).toEqual([]);
  });

  it('counts a share that an idle kubelet has no more than its cores', () => {
    const { checked } = judge(
      nodeEvidence({ profiles: [profileOf('profiles/cpu-cgroupload-30s.pb.gz')] }),
      KUBELET_RULES,
    );
    const density = checked.find(({ rule }) => rule.id === 'cadvisor-housekeeping-density');
    expect(density).toMatchObject({ outcome: 'clear', reason: { values: [0.143, 0.3] } });
  });
});
