import { describe, expect, it } from 'vitest';
import { readStrace } from '../../../../../src/evidence/readCalls.js';
import { ProfileBuilder } from '../../../../../src/profile/profileBuilder.js';
import { lockContention as rule } from '../../../../../src/triage/rules/kubelet/lockContention.js';
import { goroutines } from '../../../../support/evidencePieces.js';
import { cpuProfile, HERE, judgeBy } from '../../../../support/nodeEvidence.js';
import { scrapedMetrics } from '../../../../support/scrapedMetrics.js';

const LOCK = [
  'sync.runtime_SemacquireMutex',
  'sync.(*Mutex).lockSlow',
  'k8s.io/kubernetes/pkg/kubelet/status.(*manager).GetPodStatus',
];
const FUTEX_TABLE = `
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 99.99   25.451882      519426        49        12 futex
  0.01    0.001790          17       104           read
------ ----------- ----------- --------- --------- ----------------
100.00   25.453672                   153        12 total
`;
const table = [{ ...readStrace(FUTEX_TABLE), at: HERE }];

function lockProfile(name: string, seconds: number) {
  const builder = new ProfileBuilder();
  const frame = builder.frame(builder.function({ name, file: undefined, module: undefined }), 0, false);
  builder.addSample([frame], [10, seconds * 1e9]);
  const sampleTypes = [
    { type: 'contentions', unit: 'count' },
    { type: 'delay', unit: 'nanoseconds' },
  ];
  const profile = builder.build({ format: 'pprof', sampleTypes, defaultSampleType: 1, durationNanos: 0 });
  return [{ kind: 'profile' as const, profile, at: HERE }];
}

describe('lock-contention', () => {
  it('says of futex in a table of strace that it is waiting time', () => {
    expect(judgeBy(rule, { calls: table })).toMatchObject({
      outcome: 'clear',
      reason: { values: [100, 49], template: expect.stringContaining('Take a CPU profile') as string },
    });
  });

  it('says so of a log of waits that time out', () => {
    const text =
      '12  10:00:00.1 futex(0x5309238, FUTEX_WAIT_PRIVATE, 0, {tv_sec=1, tv_nsec=0}) = -1 ETIMEDOUT (Connection timed out) <1.000100>';
    expect(judgeBy(rule, { calls: [{ ...readStrace(text), at: HERE }] })).toMatchObject({ outcome: 'clear' });
  });

  it.each([
    ['locks of the runtime', 'runtime.lock2;runtime.procyield'],
    ['a mutex', 'sync.(*Mutex).lockSlow;runtime.semacquire1'],
    ['a mutex of later Go', 'internal/sync.(*Mutex).lockSlow;runtime.semacquire1'],
    ['futex', 'runtime.futexwakeup;runtime.futex'],
  ])('is found where a hot kubelet spins for %s', (_, stack) => {
    expect(
      judgeBy(rule, { profiles: [cpuProfile({ [`main;${stack}`]: 0.8, 'main;work': 0.7 })] }),
    ).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
      recoverableCores: expect.closeTo(0.8) as number,
    });
  });

  it('is sure where frames and Go’s own count agree', () => {
    const metrics = scrapedMetrics(
      'process_start_time_seconds 1.7e+09\nkubelet_pleg_last_seen_seconds 1.700001e+09\ngo_sync_mutex_wait_total_seconds_total 9000',
    );
    const profiles = [cpuProfile({ 'main;sync.(*Mutex).lockSlow': 0.5, 'main;work': 0.5 })];
    expect(judgeBy(rule, { metrics, profiles })).toMatchObject({ outcome: 'found', confidence: 'high' });
    expect(judgeBy(rule, { metrics })).toMatchObject({ outcome: 'uncertain', confidence: 'low' });
  });

  it('is found where many goroutines have waited long at one lock, and names the place', () => {
    const group = goroutines(140, LOCK, 'sync.Mutex.Lock', 840);
    expect(judgeBy(rule, { goroutines: [group] })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
      evidence: [{ value: 140, text: { values: [140, LOCK[2], 840] } }],
    });
  });

  it('takes a queue in the container runtime for a sign of a call that hangs', () => {
    const frames = [
      'sync.runtime_SemacquireMutex',
      'sync.(*Mutex).lockSlow',
      'github.com/docker/docker/daemon.(*Daemon).ContainerInspectCurrent',
    ];
    expect(judgeBy(rule, { goroutines: [goroutines(3000, frames, 'semacquire', 31_680)] })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
      rivals: [{}, {}, { id: 'cri-call-blocked', state: 'open' }, {}, {}],
    });
  });

  it('is found in a profile of locks', () => {
    expect(judgeBy(rule, { profiles: lockProfile('sync.(*Mutex).Unlock', 400), calls: table })).toMatchObject(
      {
        outcome: 'found',
      },
    );
    expect(judgeBy(rule, { profiles: lockProfile('runtime.chanrecv1', 400), calls: table })).toMatchObject({
      outcome: 'skipped',
    });
  });

  it.each([
    [
      'goroutines that wait for a group',
      {
        goroutines: [
          goroutines(
            500,
            ['sync.runtime_Semacquire', 'sync.(*WaitGroup).Wait', 'grpc.(*Server).Serve'],
            'semacquire',
            900,
          ),
        ],
      },
      'clear',
    ],
    ['waits that come and go', { goroutines: [goroutines(80, LOCK, 'semacquire', 0)] }, 'clear'],
    ['few that wait', { goroutines: [goroutines(9, LOCK, 'semacquire', 900)] }, 'clear'],
    [
      'futex of an idle kubelet',
      { profiles: [cpuProfile({ 'runtime.futex': 0.06, 'main;work': 0.04 })] },
      'clear',
    ],
    [
      'a profile that reads files',
      { profiles: [cpuProfile({ 'main;read': 0.9, 'runtime.futex': 0.1 })], calls: table },
      'clear',
    ],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(rule, given)).toMatchObject({ outcome });
  });
});
