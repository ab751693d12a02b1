import { describe, expect, it } from 'vitest';
import { cgroupCleanupLoopV2 } from '../../../../../src/triage/rules/cgroups/cgroupCleanupLoopV2.js';
import { cgroupCountCeiling } from '../../../../../src/triage/rules/cgroups/cgroupCountCeiling.js';
import { systemdSliceLeak } from '../../../../../src/triage/rules/cgroups/systemdSliceLeak.js';
import { count, straceOf } from '../../../../support/kernelEvidence.js';
import { cpuProfile, HERE, judgeBy, logLines } from '../../../../support/nodeEvidence.js';

const times = (line: string, many: number) => logLines(Array.from({ length: many }, () => line).join('\n'));
const CANNOT_DELETE =
  '"Error syncing pod, skipping" err="failed to delete cgroup paths for [kubepods burstable pod12ab] : unable to destroy cgroup paths for cgroup [kubepods burstable pod12ab] : Failed to remove paths: map[...]"';

describe('cgroup-cleanup-loop-v2', () => {
  it('is sure of a log that says it again and again', () => {
    expect(judgeBy(cgroupCleanupLoopV2, { log: times(CANNOT_DELETE, 40) })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 40 }],
    });
  });

  it('reads the warning of the cgroups library, too', () => {
    const line =
      'level=warning msg="Failed to remove cgroup (will retry)" error="rmdir /sys/fs/cgroup/cpu/kubepods.slice/a.scope: device or resource busy"';
    expect(judgeBy(cgroupCleanupLoopV2, { log: times(line, 6) })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
    });
  });

  it('suspects rmdir that fails in a trace', () => {
    const line =
      '7 10:00:00.000001 unlinkat(AT_FDCWD, "/sys/fs/cgroup/kubepods/x", AT_REMOVEDIR) = -1 EBUSY (Device or resource busy) <0.000020>';
    const calls = [straceOf(Array.from({ length: 9 }, () => line).join('\n'))];
    expect(judgeBy(cgroupCleanupLoopV2, { calls })).toMatchObject({ outcome: 'uncertain' });
  });

  it.each([
    ['a line of the kind', { log: times(CANNOT_DELETE, 1) }, 'uncertain'],
    [
      'volumes of orphaned pods',
      { log: times('orphaned pod "ab-12" found, but volume paths are still present on disk', 50) },
      'clear',
    ],
    [
      'a busy mount',
      { log: times('remove /var/lib/kubelet/pods/x/volumes/y: device or resource busy', 50) },
      'clear',
    ],
    ['a busy kubelet', { profiles: [cpuProfile({ 'main;housekeeping': 3 })] }, 'skipped'],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(cgroupCleanupLoopV2, given)).toMatchObject({ outcome });
  });
});

describe('systemd-slice-leak', () => {
  it('is sure of thousands of scopes with an old systemd', () => {
    const given = { facts: { systemdVersion: 'systemd 229' }, counted: [count('systemd-scopes', 5920)] };
    expect(judgeBy(systemdSliceLeak, given)).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 5920 }, { value: 229 }],
    });
  });

  it('knows it by the watch that could not be set on a scope', () => {
    const line =
      'Error while processing event ("/sys/fs/cgroup/devices/system.slice/run-r18291965551b44e2.scope": 0x40000100 == IN_CREATE|IN_ISDIR): inotify_add_watch /sys/fs/cgroup/devices/system.slice/run-r18291965551b44e2.scope: no space left on device';
    expect(judgeBy(systemdSliceLeak, { log: logLines(line) })).toMatchObject({ outcome: 'found' });
  });

  it.each([
    ['a few scopes', { counted: [count('systemd-scopes', 40)] }, 'clear'],
    [
      'mounts that a new systemd announces',
      {
        facts: { systemdVersion: '249' },
        log: times('Started Kubernetes transient mount for /var/lib/kubelet/x.', 90),
      },
      'skipped',
    ],
    [
      'inotify that is full elsewhere',
      { log: times('inotify_add_watch /var/log/pods/x: no space left on device', 9) },
      'skipped',
    ],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(systemdSliceLeak, given)).toMatchObject({ outcome });
  });
});

describe('cgroup-count-ceiling', () => {
  const event = (message: string) => ({
    at: HERE,
    objectKind: 'Pod',
    objectName: 'a',
    reason: 'FailedCreatePodContainer',
    message,
    isWarning: true,
    count: 12,
    spanSeconds: 60,
  });
  const MKDIR =
    'unable to ensure pod container exists: failed to create container: mkdir /sys/fs/cgroup/memory/kubepods/burstable/pod1: no space left on device';

  it('is sure of mkdir that fails near the ceiling', () => {
    const given = { events: [event(MKDIR)], counted: [count('memory-cgroups', 65_534)] };
    expect(judgeBy(cgroupCountCeiling, given)).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 12 }, { value: 65_534 }],
    });
  });

  it('reads a title that leaves the mkdir out, and not one of cgroup.procs', () => {
    const title = '/sys/fs/cgroup/memory/kubepods/burstable/pod/: no space left on device';
    const counted = [count('memory-cgroup-directories', 64_700)];
    expect(judgeBy(cgroupCountCeiling, { log: logLines(title, 'unknown'), counted })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
    });
    const procs = '/sys/fs/cgroup/cpuset/kubepods/cgroup.procs: no space left on device';
    expect(judgeBy(cgroupCountCeiling, { log: logLines(procs, 'unknown'), counted })).toMatchObject({
      outcome: 'uncertain',
    });
  });

  it('reads what systemd says of it', () => {
    const line =
      'kubepods-pod1.slice: Failed to create cgroup /kubepods.slice/kubepods-pod1.slice: No space left on device';
    expect(judgeBy(cgroupCountCeiling, { log: logLines(line, 'systemd') })).toMatchObject({
      outcome: 'found',
    });
  });

  it('is less sure where nothing was counted, and doubts it where there are few', () => {
    expect(judgeBy(cgroupCountCeiling, { events: [event(MKDIR)] })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
    });
    const few = { events: [event(MKDIR)], counted: [count('memory-cgroups', 900)] };
    expect(judgeBy(cgroupCountCeiling, few)).toMatchObject({ outcome: 'uncertain' });
  });

  it.each([
    ['a full disk', { events: [event('write /var/lib/containerd/x: no space left on device')] }, 'skipped'],
    [
      'a cpuset without CPUs',
      { events: [event('write /sys/fs/cgroup/cpuset/kubepods/cgroup.procs: no space left on device')] },
      'skipped',
    ],
    [
      'no watches left',
      { log: logLines('inotify_add_watch /sys/fs/cgroup/cpu/a: no space left on device') },
      'skipped',
    ],
    ['few cgroups', { counted: [count('memory-cgroups', 4_000)] }, 'clear'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(cgroupCountCeiling, given)).toMatchObject({ outcome });
  });
});
