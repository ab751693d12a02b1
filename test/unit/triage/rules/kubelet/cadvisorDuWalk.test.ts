import { describe, expect, it } from 'vitest';
import { cadvisorDuWalk as rule } from '../../../../../src/triage/rules/kubelet/cadvisorDuWalk.js';
import { listing, processRow, repeated } from '../../../../support/evidencePieces.js';
import { cpuProfile, HERE, judgeBy, logLines } from '../../../../support/nodeEvidence.js';
import { scrapedMetrics } from '../../../../support/scrapedMetrics.js';

const UPDATE = 'github.com/google/cadvisor/container/common.(*realFsHandler).update';
const took = (duration: string, dir: string) =>
  `fs: disk usage and inodes count on following dirs took ${duration}: [/var/lib/docker/overlay2/${dir}/diff /var/lib/docker/containers/4c]; will not log again for this container unless duration exceeds 4m2s`;

describe('cadvisor-du-walk', () => {
  it('is found in the frames of the walk, and says the cores', () => {
    const profiles = [cpuProfile({ [`main;${UPDATE};path/filepath.Walk;os.Lstat`]: 0.8, 'main;other': 0.8 })];
    expect(judgeBy(rule, { profiles })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      recoverableCores: expect.closeTo(0.8) as number,
      evidence: [{ value: 0.5, text: { values: [UPDATE, 50, 0.8] } }],
    });
  });

  it('is found in children that the profile does not show', () => {
    const processes = [9.1, 9.2, 9.3, 9.4].map((cores, index) =>
      processRow('du', { pid: 4000 + index, cores: cores / 100 }),
    );
    expect(judgeBy(rule, { processes })).toMatchObject({
      outcome: 'found',
      evidence: [{ text: { values: [4, 0.37, 0] } }],
    });
    const waiting = [1, 2].map(pid =>
      processRow('nice -n 19 du -s -B 1 /var/lib/kubelet/pods/7/volumes', { pid, state: 'DN' }),
    );
    expect(judgeBy(rule, { processes: waiting })).toMatchObject({ outcome: 'found' });
  });

  it('is found in many children that run at once, where no table has their CPU', () => {
    const children = (count: number) =>
      Array.from({ length: count }, (_, at) =>
        processRow('du -s /data/docker/aufs/diff/b7', { pid: 400 + at, cores: undefined, state: 'RN' }),
      );
    expect(judgeBy(rule, { processes: children(12) })).toMatchObject({
      outcome: 'found',
      evidence: [{ value: 12, unit: 'count' }],
    });
    expect(judgeBy(rule, { processes: children(2) }).outcome).not.toBe('found');
  });

  it('suspects it from one directory that takes minutes', () => {
    const log = logLines([took('2m3.5s', 'aa'), took('4m2.1s', 'aa')].join('\n'));
    expect(judgeBy(rule, { log })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'medium',
      evidence: [{ value: 242.1, text: { values: ['/var/lib/docker/overlay2/aa/diff', 242, 1] } }],
    });
  });

  it('rather suspects the disk where many directories are slow at the same time', () => {
    const log = logLines(['a', 'b', 'c', 'd', 'e', 'f'].map(dir => took('1m40s', dir)).join('\n'));
    expect(judgeBy(rule, { log })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
      rivals: [{ id: 'disk-io-throttle', state: 'open', because: { values: [6] } }, {}, {}, {}],
    });
  });

  it('knows the older words, and volumes by their metric', () => {
    const old = 'du and find on following dirs took 14.396513201s: [/var/lib/docker/overlay2/5d/diff]';
    expect(judgeBy(rule, { log: logLines(old) })).toMatchObject({ outcome: 'uncertain', confidence: 'low' });
    const metrics = scrapedMetrics(
      'kubelet_volume_metric_collection_duration_seconds_sum{metric_source="du"} 900\nkubelet_volume_metric_collection_duration_seconds_count{metric_source="du"} 300',
    );
    expect(judgeBy(rule, { metrics })).toMatchObject({ outcome: 'uncertain', evidence: [{ value: 3 }] });
  });

  it('takes a du that was killed for a hint', () => {
    const log = logLines(
      'Killing cmd [ionice -c3 nice -n 19 du -s /var/lib/docker/overlay2/53d0/diff] due to timeout(2m0s)',
    );
    expect(judgeBy(rule, { log })).toMatchObject({ outcome: 'uncertain', confidence: 'low' });
  });

  it('does not take the walk of another program in a listing for its own', () => {
    const found = judgeBy(rule, { listed: listing({ 'path/filepath.Walk': 0.6, 'main.main': 0.9 }) });
    expect(found).toMatchObject({ outcome: 'uncertain', confidence: 'low' });
  });

  it.each([
    ['walks of seconds', { log: logLines(repeated(took('1.8s', 'a{n}'), 20)) }, 'skipped'],
    [
      'a profile of another walk',
      { profiles: [cpuProfile({ 'main;containerd/snapshots.Usage;path/filepath.Walk': 1 })] },
      'clear',
    ],
    [
      'a df and a find of a shell',
      {
        processes: [processRow('find / -name core', { pid: 7, cores: 0.9 })],
        timed: [{ at: HERE, command: 'du -sh /', realSeconds: 9, userSeconds: 1, systemSeconds: 8 }],
      },
      'skipped',
    ],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(rule, given)).toMatchObject({ outcome });
  });
});
