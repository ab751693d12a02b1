import { describe, expect, it } from 'vitest';
import { execProbes as rule } from '../../../../../src/triage/rules/kubelet/execProbes.js';
import { nodeEvent, podFacts, processRow, repeated } from '../../../../support/evidencePieces.js';
import { cpuProfile, judgeBy, logLines } from '../../../../support/nodeEvidence.js';
import { scrapedMetrics } from '../../../../support/scrapedMetrics.js';

const probing = (pods: number, periodSeconds: number) =>
  Array.from({ length: pods }, () => podFacts({ execProbes: [{ periodSeconds }, { periodSeconds }] }));
const runc = [1, 2, 3, 4, 5, 6].map(pid => processRow('runc', { pid, cores: 0.11 }));
const failing = logLines(
  repeated(
    'Readiness probe errored: rpc error: code = DeadlineExceeded desc = context deadline exceeded #{n}',
    8,
  ),
);
const metrics = (execs: number, seconds: number) =>
  scrapedMetrics(
    `process_start_time_seconds 1.7e+09\nkubelet_pleg_last_seen_seconds ${1.7e9 + seconds}\nkubelet_runtime_operations_total{operation_type="exec_sync"} ${execs}`,
  );

describe('exec-probes', () => {
  it('is found where pods ask for many and runc is busy with them', () => {
    const found = judgeBy(rule, { pods: probing(100, 10), processes: runc });
    expect(found).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [
        { value: expect.closeTo(20) as number, unit: 'perSecond' },
        { value: expect.closeTo(0.66) as number, unit: 'cores' },
      ],
    });
  });

  it('counts what the kubelet has run since its start', () => {
    expect(judgeBy(rule, { metrics: metrics(40_000, 1000) })).toMatchObject({
      outcome: 'found',
      evidence: [{ value: 40 }],
    });
    expect(judgeBy(rule, { metrics: metrics(15_000, 1000) })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'medium',
    });
    expect(judgeBy(rule, { metrics: metrics(5400, 1000) })).toMatchObject({
      outcome: 'clear',
      reason: { values: [5.4] },
    });
  });

  it('suspects it from processes of runc without a rate', () => {
    expect(judgeBy(rule, { processes: runc })).toMatchObject({ outcome: 'uncertain', confidence: 'medium' });
    expect(judgeBy(rule, { processes: runc.slice(0, 2) })).toMatchObject({ outcome: 'skipped' });
    const stuck = [1, 2, 3, 4, 5, 6].map(pid => processRow('runc:[2:INIT]', { pid, cores: 0.98 }));
    expect(judgeBy(rule, { processes: stuck })).toMatchObject({ outcome: 'skipped' });
  });

  it('suspects it where events of the runtime show many commands, or runc begins often', () => {
    const seen = (thing: 'execs-per-second' | 'runc-starts-per-second', value: number) =>
      judgeBy(rule, { counted: [{ at: { file: 'events.txt', line: 3 }, thing, value, note: undefined }] });
    expect(seen('execs-per-second', 18)).toMatchObject({ outcome: 'uncertain', confidence: 'medium' });
    expect(seen('execs-per-second', 3)).toMatchObject({ outcome: 'clear' });
    expect(seen('runc-starts-per-second', 45)).toMatchObject({ outcome: 'uncertain', confidence: 'medium' });
    expect(seen('runc-starts-per-second', 9)).toMatchObject({ outcome: 'skipped' });
  });

  it('takes probes that fail for little, and for nothing where exec probes are rare', () => {
    expect(judgeBy(rule, { log: failing })).toMatchObject({ outcome: 'uncertain', confidence: 'low' });
    expect(judgeBy(rule, { log: failing, pods: probing(1, 30) })).toMatchObject({ outcome: 'clear' });
    const events = [
      nodeEvent('Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 503', 90),
    ];
    expect(judgeBy(rule, { events })).toMatchObject({ outcome: 'skipped' });
  });

  it.each([
    ['a command that timed out', 'Liveness probe failed: command "/bin/check.sh" timed out', 'uncertain'],
    [
      'an ExecSync that failed',
      '"ExecSync cmd from runtime service failed" err="rpc error: code = DeadlineExceeded"',
      'uncertain',
    ],
    [
      'a request that timed out',
      'Liveness probe failed: Get "http://192.0.2.9:8080/": context deadline exceeded',
      'skipped',
    ],
  ])('reads %s', (_, line, outcome) => {
    expect(judgeBy(rule, { log: logLines(repeated(line, 6)) })).toMatchObject({ outcome });
  });

  it('is found in its frames', () => {
    const profiles = [
      cpuProfile({
        'main;k8s.io/kubernetes/pkg/kubelet/prober.(*worker).doProbe;grpc.Invoke': 0.3,
        'main;other': 0.5,
      }),
    ];
    expect(judgeBy(rule, { profiles })).toMatchObject({
      outcome: 'found',
      recoverableCores: expect.closeTo(0.3) as number,
    });
  });

  it('knows a runc that does not mount its own binary', () => {
    const given = { pods: probing(100, 10), processes: runc, facts: { runcVersion: '1.2.4' } };
    expect(judgeBy(rule, given)).toMatchObject({
      rivals: [{ id: 'runc-bindfd-mount-storm', state: 'refuted' }, {}, {}, {}],
    });
  });

  it('counts no pods that have ended', () => {
    const pods = probing(100, 5).map(pod => ({ ...pod, phase: 'Succeeded' }));
    expect(judgeBy(rule, { pods })).toMatchObject({ outcome: 'skipped' });
  });
});
