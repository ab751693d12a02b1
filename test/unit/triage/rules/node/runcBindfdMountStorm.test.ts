import { describe, expect, it } from 'vitest';
import type { MountChange } from '../../../../../src/material/model.js';
import { runcBindfdMountStorm } from '../../../../../src/triage/rules/node/runcBindfdMountStorm.js';
import { HERE, judgeBy } from '../../../../support/nodeEvidence.js';
import { logAt, processRow } from '../../../../support/nodeRows.js';

const target = '/run/containerd/runc/k8s.io/5f0c/runc.Qx82Lm';
const change = (call: MountChange['call'], source?: string): MountChange => ({
  at: HERE,
  command: 'exe',
  call,
  source,
  target,
});
const storm = [change('mount', '/proc/self/exe'), change('mount', ''), change('umount')];
const unit = 'run-containerd-runc-k8s.io-5f0c-runc.Qx82Lm.mount: Deactivated successfully.';
const units = (perSecond: number) =>
  logAt(
    Array.from({ length: 60 }, (_, at) => [at / perSecond, unit] as const),
    'systemd',
  );
const init = processRow('/usr/lib/systemd/systemd --switched-root', { pid: 1, cores: 0.8 });
const probed = [
  {
    at: HERE,
    namespace: 'a',
    name: 'b',
    phase: 'Running',
    restarts: 0,
    httpProbes: 0,
    secretAndConfigMapVolumes: 0,
    claims: 0,
    execProbes: Array.from({ length: 30 }, () => ({ periodSeconds: 10 })),
  },
];

describe('runc-bindfd-mount-storm', () => {
  it('is sure of the mounts themselves beside a busy systemd', () => {
    expect(judgeBy(runcBindfdMountStorm, { mountChanges: storm, processes: [init] })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 3 }, { value: 0.8, unit: 'cores' }],
      rivals: [{ id: 'exec-probes' }, { id: 'mountinfo-parse', state: 'refuted' }, { state: 'refuted' }],
    });
  });

  it('computes the rate of units that systemd tells', () => {
    expect(judgeBy(runcBindfdMountStorm, { log: units(4) })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
    });
    expect(judgeBy(runcBindfdMountStorm, { log: units(4), processes: [init] })).toMatchObject({
      confidence: 'high',
    });
    expect(judgeBy(runcBindfdMountStorm, { log: units(0.1) })).toMatchObject({ outcome: 'clear' });
  });

  it('asks where an old runc, exec probes and a busy systemd come together', () => {
    const facts = { runcVersion: '1.1.12' } as const;
    expect(judgeBy(runcBindfdMountStorm, { facts, processes: [init], pods: probed })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
    });
    expect(judgeBy(runcBindfdMountStorm, { processes: [init], pods: probed })).toMatchObject({
      outcome: 'clear',
    });
  });

  it.each([
    ['1.1.15', 'notApplicable'],
    ['1.2.4', 'notApplicable'],
    ['1.2.0-rc.1', 'notApplicable'],
    ['1.0.0-rc93', 'clear'],
  ])('knows of runc %s', (runcVersion, outcome) => {
    expect(judgeBy(runcBindfdMountStorm, { facts: { runcVersion }, processes: [init] })).toMatchObject({
      outcome,
    });
  });

  it.each([
    [
      'mounts of volumes',
      {
        mountChanges: storm.map(one => ({
          ...one,
          source: 'tmpfs',
          target: '/var/lib/kubelet/pods/1/volumes/x',
        })),
      },
      'clear',
    ],
    ['a quiet systemd', { processes: [{ ...init, cores: 0.01 }], mountChanges: storm }, 'clear'],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(runcBindfdMountStorm, given)).toMatchObject({ outcome });
  });
});
