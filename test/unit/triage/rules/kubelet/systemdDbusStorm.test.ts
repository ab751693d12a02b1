import { describe, expect, it } from 'vitest';
import { systemdDbusStorm as rule } from '../../../../../src/triage/rules/kubelet/systemdDbusStorm.js';
import { counted, nodeEvent, processRow } from '../../../../support/evidencePieces.js';
import { cpuProfile, judgeBy, logLines } from '../../../../support/nodeEvidence.js';

const init = (cores: number) =>
  processRow('/usr/lib/systemd/systemd --switched-root --system --deserialize 22', { pid: 1, cores });
const NO_ANSWER =
  "[system] Failed to activate service 'org.freedesktop.systemd1': timed out (service_start_timeout=25000ms)";

describe('systemd-dbus-storm', () => {
  it('is found where PID 1 is busy and does not answer', () => {
    const found = judgeBy(rule, { processes: [init(0.99)], log: logLines(NO_ANSWER, 'systemd') });
    expect(found).toMatchObject({ outcome: 'found', confidence: 'medium' });
    expect(found).toMatchObject({ evidence: [{ value: 1 }, { value: 0.99, unit: 'cores' }] });
  });

  it.each([
    'Failed to get properties: Connection timed out',
    'failed to create container for [kubepods burstable pod3b] : dbus: connection closed by user',
    'Timeout waiting for systemd to create kubepods-burstable-pod3b.slice',
    'Error response from daemon: org.freedesktop.DBus.Error.LimitsExceeded: The maximum number of active connections for UID 0 has been reached',
  ])('suspects it from the words alone: %s', line => {
    expect(judgeBy(rule, { log: logLines(line, 'systemd') })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'medium',
    });
  });

  it('is found in frames of D-Bus', () => {
    const profiles = [
      cpuProfile({
        'main;github.com/coreos/go-systemd/v22/dbus.(*Conn).StartTransientUnitContext;x': 0.3,
        'main;other': 0.5,
      }),
    ];
    expect(judgeBy(rule, { profiles })).toMatchObject({
      outcome: 'found',
      recoverableCores: expect.closeTo(0.3) as number,
      confidence: 'high',
    });
  });

  it('leaves PID 1 alone to its rivals, which may keep it busy too', () => {
    expect(judgeBy(rule, { processes: [init(0.9)], counted: [counted('mounts', 40_000)] })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
      rivals: [{ id: 'runc-bindfd-mount-storm', state: 'open' }, {}, {}, {}, {}],
    });
  });

  it.each([
    ['a quiet PID 1', { processes: [init(0.02)] }, 'clear'],
    ['a container that times out', { events: [nodeEvent('Failed', 'context deadline exceeded')] }, 'skipped'],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(rule, given)).toMatchObject({ outcome });
  });
});
