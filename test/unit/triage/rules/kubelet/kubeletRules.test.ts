/** What all rules about the kubelet have in common, and how they stand to each other where several speak. */
import { describe, expect, it } from 'vitest';
import { formatSentence } from '../../../../../src/base/sentence.js';
import { judge } from '../../../../../src/triage/judge.js';
import { RULE_IDS } from '../../../../../src/triage/ruleIds.js';
import { KUBELET_RULES } from '../../../../../src/triage/rules/kubelet/kubeletRules.js';
import { goroutines, listing, processRow, repeated } from '../../../../support/evidencePieces.js';
import { cpuProfile, logLines, nodeEvidence, type GivenEvidence } from '../../../../support/nodeEvidence.js';

const first = (given: GivenEvidence): string | undefined =>
  judge(nodeEvidence(given), KUBELET_RULES).findings[0]?.rule.id;

describe('rules about the kubelet', () => {
  it('are all that the list of causes has between memory cgroups and the node', () => {
    const from = RULE_IDS.indexOf('pleg-relist');
    const to = RULE_IDS.indexOf('proxy-endpoints-churn');
    expect(KUBELET_RULES.map(({ id }) => id)).toEqual(RULE_IDS.slice(from, to + 1));
  });

  it.each(KUBELET_RULES)('$id says what to do, and has a source', rule => {
    expect(rule.references.length).toBeGreaterThan(0);
    expect(rule.references.every(({ url }) => url.startsWith('https://github.com/'))).toBe(true);
    expect(rule.mechanism.split(/[.:;] /u).length).toBeLessThan(6);
    // Reading alone: nothing that changes a node.
    expect(rule.confirm).not.toMatch(/\b(?:rm|kill|restart|sysctl -w|rmi|umount|delete)\b/u);
    expect(rule.rivals).not.toContain(rule.id);
  });

  it.each(KUBELET_RULES)('$id judges only the rivals that it names', rule => {
    const { findings } = judge(nodeEvidence(EVERYTHING), [rule]);
    for (const { rivals } of findings) {
      expect(rule.rivals).toEqual(expect.arrayContaining(rivals.map(({ id }) => id)));
      expect(rivals.map(({ because }) => formatSentence(because)).join()).not.toMatch(
        /\{\d\}|NaN|undefined|Infinity/u,
      );
    }
  });

  it('names the stuck call of a plugin above the queue behind its lock', () => {
    const stuck = goroutines(
      1,
      ['grpc.Invoke', 'cm/devicemanager.(*ManagerImpl).allocateContainerResources'],
      'select',
      1900,
    );
    const queue = goroutines(
      90,
      ['sync.(*Mutex).lockSlow', 'devicemanager.(*ManagerImpl).GetCapacity'],
      'sync.Mutex.Lock',
      1850,
    );
    expect(first({ goroutines: [queue, stuck] })).toBe('device-plugin-slow');
  });

  it('names a dead connection first where the kubelet is idle', () => {
    const closed =
      'failed to update node lease, error: Put "https://192.0.2.1:6443/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/w3": write tcp 192.0.2.7:1->192.0.2.1:6443: use of closed network connection';
    expect(
      first({ log: logLines(repeated(closed, 9)), processes: [processRow('kubelet', { cores: 0.02 })] }),
    ).toBe('apiserver-connection-stuck');
  });

  it('names what many devices cost above housekeeping, in which it lies', () => {
    const name = 'github.com/google/cadvisor/manager.(*containerData).housekeeping';
    const profiles = [
      cpuProfile({
        [`main;${name};github.com/google/cadvisor/fs.(*RealFsInfo).GetFsInfoForPath`]: 0.8,
        'main;x': 0.2,
      }),
    ];
    expect(first({ profiles })).toBe('cadvisor-fsinfo-many-devices');
  });

  it('forces nothing on a node whose trouble is another', () => {
    expect(
      first({ log: logLines('Container runtime network not ready: cni plugin not initialized') }),
    ).toBeUndefined();
    expect(first({ listed: listing({ 'main.work': 0.9 }) })).toBeUndefined();
  });
});

const EVERYTHING: GivenEvidence = {
  profiles: [
    cpuProfile(
      Object.fromEntries(
        [
          'pleg.(*GenericPLEG).relist',
          'manager.(*containerData).housekeeping',
          'common.(*realFsHandler).update',
          'fs.(*RealFsInfo).GetFsInfoForPath',
          'mount.ParseMountInfo',
          'prober.(*worker).doProbe',
          'kubelet.(*Kubelet).cleanupOrphanedPodDirs',
          'go-systemd/v22/dbus.(*Conn).x',
          'cache.(*Reflector).ListAndWatch',
          'runtime.gcBgMarkWorker',
          'runtime.findRunnable',
          'runtime.lock2',
          'metrics.(*PrometheusCollector).Collect',
          'oomparser.x',
          'images.(*realImageGCManager).x',
          'libcontainer.scanInterfaceStats',
          'iptables.(*Proxier).OnEndpointsUpdate',
        ].map(name => [name, 1]),
      ),
    ),
    // Each of them alone, so that each reaches its bound.
    ...['pleg.(*GenericPLEG).relist', 'runtime.findRunnable', 'runtime.gcBgMarkWorker', 'runtime.lock2'].map(
      name => cpuProfile({ [name]: 1 }),
    ),
  ],
  log: logLines(
    [
      'PLEG is not healthy: pleg was last seen active 45h22m7.3s ago; threshold is 3m0s',
      'inotify_init: too many open files',
      'Throttling request took 3s, request: GET:https://192.0.2.1/api/v1/namespaces/x/secrets/y',
      'Error updating node status: Get https://192.0.2.1/api/v1/nodes/w: use of closed network connection',
      'Allocate failed due to rpc error: code = DeadlineExceeded',
    ].join('\n'),
  ),
};
