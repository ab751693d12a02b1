import { describe, expect, it } from 'vitest';
import {
  chooseNodeIcon,
  describeNode,
  formatAge,
  nodeFace,
  nodeFactRows,
  speakNode,
} from '../../../src/nodes/nodeText.js';
import type { KubeletCpu } from '../../../src/nodes/nodeRef.js';
import { fakeNode } from '../../support/fakeCluster.js';
import { english } from '../words/english.js';
import { nodeFacts } from './nodes.js';

const measured = (cores: number): KubeletCpu => ({ kind: 'measured', cores, overSeconds: 29.6 });
const founding = fakeNode('worker-1', {
  kubeletVersion: 'v1.18.8',
  kernelVersion: '4.4.227-1.el7.elrepo.x86_64',
  roles: ['worker', 'gpu'],
});

describe('describeNode', () => {
  it('puts trouble and CPU first', () => {
    expect(describeNode(nodeFacts(founding, { cpu: measured(1.34) }), english)).toBe(
      '1.34 cores hot · Ready · v1.18.8 · worker,gpu · 4.4.227-1.el7.elrepo.x86_64',
    );
    const troubled = fakeNode('b', {
      readiness: 'not-ready',
      pressures: ['memory', 'pid'],
      isCordoned: true,
    });
    expect(describeNode(nodeFacts(troubled), english)).toBe(
      'NotReady · memory pressure · PID pressure · cordoned · - · v1.36.2 · 6.18.44',
    );
    // The icon says that it is hot; the pressure has these words alone, and a narrow view cuts at the right.
    const hot = nodeFacts(fakeNode('a', { pressures: ['disk'] }), { cpu: measured(1.34) });
    expect(describeNode(hot, english)).toMatch(/^disk pressure · 1\.34 cores hot · Ready/);
  });

  it('shows the capture that runs', () => {
    const capturing = { profile: 'cpu', secondsLeft: 39.2 } as const;
    expect(describeNode(nodeFacts(fakeNode('a'), { capturing, cpu: measured(0.4) }), english)).toMatch(
      /^profiling CPU, 40 s left · 0\.40 cores · Ready/,
    );
    const ending = { profile: 'heap', secondsLeft: 0 } as const;
    expect(describeNode(nodeFacts(fakeNode('a'), { capturing: ending }), english)).toMatch(
      /^profiling heap · - · Ready/,
    );
  });

  it('shows that a debug pod of this window lives there', () => {
    const facts = nodeFacts(fakeNode('a', { readiness: 'not-ready' }), { debugPod: 'default/node-triage-a' });
    expect(describeNode(facts, english)).toMatch(/^debug pod · NotReady/);
    expect(speakNode(facts, english)).toContain('a, debug pod, NotReady');
    expect(nodeFactRows(facts, 0, english)).toContainEqual(['Debug pod', 'default/node-triage-a']);
  });

  it('has "-" for CPU that is not there, for whatever reason', () => {
    for (const cpu of [undefined, { kind: 'pending' }, { kind: 'unavailable', reason: 'no' }] as const)
      expect(describeNode(nodeFacts(fakeNode('a'), { cpu }), english)).toMatch(/^- · Ready/);
  });
});

describe('nodeFace', () => {
  const at = (parts: Parameters<typeof nodeFacts>[1], node = fakeNode('a')) =>
    nodeFace(nodeFacts(node, parts), english);
  const calm = at({ cpu: measured(0.4) });

  it('is the same where the row shows the same', () => {
    expect(at({ cpu: measured(0.4012) })).toEqual(calm);
  });

  it('has numbers in the part that may wait, and states in the one that may not', () => {
    const [later, hot, profiled] = [
      at({ cpu: measured(0.41) }),
      at({ cpu: measured(1.3) }),
      at({ cpu: measured(0.4), capturing: { profile: 'cpu', secondsLeft: 9 } }),
    ];
    expect([later, hot].map(({ state }) => state)).toEqual([calm.state, calm.state]);
    expect(later.rest).not.toBe(calm.rest);
    expect(profiled.state).not.toBe(calm.state);
    const second = at({ cpu: measured(0.4), capturing: { profile: 'cpu', secondsLeft: 8 } });
    expect(second.state).toBe(profiled.state);
    expect(at({}, fakeNode('a', { pressures: ['disk'] })).state).not.toBe(at({}).state);
    expect(at({ debugPod: 'default/x' }).state).not.toBe(at({}).state);
  });
});

describe('speakNode', () => {
  it('names every fact', () => {
    expect(speakNode(nodeFacts(founding, { cpu: measured(1.34) }), english)).toBe(
      'worker-1, Ready, kubelet CPU 1.34 cores, hot, kubelet v1.18.8, roles worker, gpu, kernel 4.4.227-1.el7.elrepo.x86_64',
    );
    expect(speakNode(nodeFacts(fakeNode('a')), english)).toContain('kubelet CPU not known');
  });
});

describe('chooseNodeIcon', () => {
  it('shows the most urgent state', () => {
    const hot = measured(0.5);
    const icons = [
      nodeFacts(fakeNode('a')),
      nodeFacts(fakeNode('a'), { cpu: measured(0.49) }),
      nodeFacts(fakeNode('a', { isCordoned: true })),
      nodeFacts(fakeNode('a', { isCordoned: true, pressures: ['disk'] })),
      nodeFacts(fakeNode('a', { pressures: ['disk'] }), { cpu: hot }),
      nodeFacts(fakeNode('a', { readiness: 'unknown' }), { cpu: hot }),
      nodeFacts(fakeNode('a', { readiness: 'not-ready' }), { cpu: hot }),
      nodeFacts(fakeNode('a', { readiness: 'not-ready' }), {
        capturing: { profile: 'cpu', secondsLeft: 3 },
      }),
    ].map(facts => chooseNodeIcon(facts).id);
    expect(icons).toEqual([
      'pass',
      'pass',
      'circle-slash',
      'warning',
      'flame',
      'question',
      'error',
      'loading~spin',
    ]);
  });
});

describe('nodeFactRows', () => {
  it('has all facts, and the reason where there is no CPU', () => {
    const node = fakeNode('a', {
      readiness: 'not-ready',
      readinessReason: 'KubeletNotReady: container runtime is down',
      pressures: ['memory'],
      isCordoned: true,
      roles: ['control-plane'],
    });
    const facts = nodeFacts(node, { cpu: { kind: 'unavailable', reason: 'You may not get nodes/proxy.' } });
    const now = Date.parse('2026-11-26T10:30:57Z');
    expect(nodeFactRows(facts, now, english)).toEqual([
      ['Status', 'NotReady: KubeletNotReady: container runtime is down'],
      ['Pressure', 'memory pressure'],
      ['Scheduling', 'cordoned: takes no new pods'],
      ['Kubelet CPU', '- (You may not get nodes/proxy.)'],
      ['Roles', 'control-plane'],
      ['Kubelet', 'v1.36.2'],
      ['Kernel', '6.18.44'],
      ['OS', 'Debian GNU/Linux 12 (bookworm)'],
      ['Runtime', 'containerd://1.6.20'],
      ['Platform', 'linux/amd64'],
      ['CPUs', '2'],
      ['Internal IP', '192.0.2.2'],
      ['Age', '3 d 2 h'],
    ]);
  });

  it.each([
    ['4.4.227-1.el7.elrepo.x86_64', 'linux', true],
    ['5.4.278-1.el7.elrepo.x86_64', 'linux', false],
    // A SUSE kernel that may or may not have the backport: no warning on a guess.
    ['4.12.14-122.37-default', 'linux', false],
    ['10.0.17763.5206', 'windows', false],
  ])('warns of the slow memory.stat of kernel %s on %s: %s', (kernelVersion, operatingSystem, isWarned) => {
    const node = { ...fakeNode('a'), kernelVersion, operatingSystem };
    const kernel = nodeFactRows(nodeFacts(node), 0, english).find(([label]) => label === 'Kernel')?.[1];
    expect(kernel?.startsWith(kernelVersion)).toBe(true);
    expect(kernel?.includes('memory.stat')).toBe(isWarned);
  });

  it('says over how long CPU was measured and from when a kubelet is hot', () => {
    const cpuRow = (cpu: KubeletCpu | undefined): string | undefined =>
      nodeFactRows(nodeFacts(fakeNode('a'), { cpu }), 0, english).find(
        ([label]) => label === 'Kubelet CPU',
      )?.[1];
    const k3s = nodeFacts(fakeNode('k', { kubeletVersion: 'v1.31.4+k3s1' }), { cpu: measured(0.123) });
    expect(nodeFactRows(k3s, 0, english).map(([, value]) => value)).toContain(
      '0.12 cores over 30 s, of all of k3s, of which the kubelet is a part',
    );
    expect(cpuRow(measured(0.123))).toBe('0.12 cores over 30 s');
    expect(cpuRow(measured(12.34))).toBe('12.3 cores over 30 s: hot (from 0.5 cores)');
    expect(cpuRow({ kind: 'pending' })).toBe('being measured');
    expect(cpuRow(undefined)).toBe('not measured');
  });
});

describe('formatAge', () => {
  it.each([
    [30_000, 'less than a minute'],
    [59 * 60_000, '59 min'],
    [3_600_000, '1 h 0 min'],
    [25 * 3_600_000, '1 d 1 h'],
    [48 * 3_600_000, '2 d'],
    [400 * 86_400_000, '400 d'],
    [NaN, undefined],
  ])('%d ms is %s', (ms, text) => {
    expect(formatAge(0, ms, english)).toBe(text);
  });
});
