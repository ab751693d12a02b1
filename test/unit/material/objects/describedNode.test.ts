/** `kubectl describe node` and `kubectl get nodes`. */
import { describe, expect, it } from 'vitest';
import { describedNodeReader } from '../../../../src/material/objects/describedNode.js';
import { isBadCondition } from '../../../../src/material/objects/conditionPolarity.js';
import { materialText } from '../../../support/materialText.js';

const read = (text: string) => describedNodeReader.read(materialText(text));

const DESCRIBED = `
Name:               worker-9
Roles:              worker
Conditions:
  Type                 Status  LastHeartbeatTime                 LastTransitionTime                Reason                       Message
  ----                 ------  -----------------                 ------------------                ------                       -------
  MemoryPressure       False   Mon, 03 Jun 2019 13:54:18 +0000   Wed, 20 Mar 2019 22:00:39 +0000   KubeletHasSufficientMemory   kubelet has sufficient memory available
  KernelDeadlock       True    Mon, 03 Jun 2019 13:54:18 +0000   Wed, 20 Mar 2019 22:00:39 +0000   DockerHung                   task docker:7 blocked for more than 120 seconds.
  Ready                False   Mon, 03 Jun 2019 13:54:18 +0000   Sun, 02 Jun 2019 21:39:37 +0000   KubeletNotReady              PLEG is not healthy: pleg was last seen active 16h17m50.7s ago; threshold is 3m0s
Capacity:
 cpu:                8
 memory:             32780484Ki
 pods:               110
Allocatable:
 cpu:                7910m
 memory:             30Gi
System Info:
 Kernel Version:             3.10.0-957.el7.x86_64
 OS Image:                   CentOS Linux 7 (Core)
 Operating System:           linux
 Architecture:               amd64
 Container Runtime Version:  docker://18.9.9
 Kubelet Version:            v1.14.10
Non-terminated Pods:         (57 in total)`;

describe('kubectl describe node', () => {
  it('gives conditions with their polarity, facts and the number of pods', () => {
    const { conditions, facts, counted } = read(DESCRIBED);
    expect(conditions).toMatchObject([
      { type: 'MemoryPressure', status: 'False', isBad: false, reason: 'KubeletHasSufficientMemory' },
      { type: 'KernelDeadlock', status: 'True', isBad: true },
      {
        type: 'Ready',
        isBad: true,
        reason: 'KubeletNotReady',
        message: 'PLEG is not healthy: pleg was last seen active 16h17m50.7s ago; threshold is 3m0s',
        at: { file: 'post.txt', line: 8 },
      },
    ]);
    expect(facts).toEqual({
      nodeName: 'worker-9',
      kernelVersion: '3.10.0-957.el7.x86_64',
      osImage: 'CentOS Linux 7 (Core)',
      architecture: 'amd64',
      containerRuntimeVersion: 'docker://18.9.9',
      kubeletVersion: 'v1.14.10',
      cpus: 8,
      memoryBytes: 32780484 * 1024,
      pods: 57,
    });
    expect(counted).toMatchObject([{ thing: 'pods', value: 57 }]);
  });

  it("passes over a pod's conditions and cut rows", () => {
    expect(
      read('Conditions:\n  Type   Status\n  Ready  False\n  Initialized True\n  Ready   Fal').conditions,
    ).toEqual([]);
  });
});

describe('kubectl get nodes', () => {
  const NODES = `
NAME      STATUS                        ROLES    AGE    VERSION          INTERNAL-IP   EXTERNAL-IP   OS-IMAGE             KERNEL-VERSION      CONTAINER-RUNTIME
node-1    Ready                         master   212d   v1.18.8          10.0.0.1      <none>        Ubuntu 18.04.5 LTS   4.15.0-112-generic  docker://19.3.12
node-2    NotReady,SchedulingDisabled   <none>   212d   v1.18.6          10.0.0.2      <none>        Ubuntu 18.04.4 LTS   4.15.0-99-generic   docker://19.3.12`;

  it('gives a condition a row, and the facts of the one that is not ready', () => {
    const { conditions, facts } = read(NODES);
    expect(conditions).toMatchObject([
      { type: 'Ready', status: 'True', isBad: false },
      { type: 'Ready', status: 'False', isBad: true },
    ]);
    expect(facts).toMatchObject({
      nodeName: 'node-2',
      kubeletVersion: 'v1.18.6',
      kernelVersion: '4.15.0-99-generic',
      osImage: 'Ubuntu 18.04.4 LTS',
      containerRuntimeVersion: 'docker://19.3.12',
    });
  });

  it('gives what all nodes share where all are ready', () => {
    const { facts } = read(NODES.replace('NotReady,SchedulingDisabled', 'Ready                      '));
    expect(facts).toEqual({ containerRuntimeVersion: 'docker://19.3.12' });
  });

  it('is no table of pods', () => {
    expect(read('web-1   1/1   Running   0   3d').conditions).toEqual([]);
  });
});

describe('conditions', () => {
  it.each([
    ['Ready', 'True', false],
    ['Ready', 'Unknown', true],
    ['NetworkingReady', 'True', false],
    ['StorageReady', 'False', true],
    ['DiskPressure', 'True', true],
    ['PIDPressure', 'Unknown', true],
    ['OutOfDisk', 'Unknown', true],
    ['NetworkUnavailable', 'False', false],
    ['NetworkUnavailable', 'True', true],
    ['ReadonlyFilesystem', 'True', true],
    ['FrequentKubeletRestart', 'True', true],
    ['FrequentKubeletRestart', 'False', false],
    ['VMEventScheduled', 'False', false],
  ] as const)('%s=%s: bad is %s', (type, status, isBad) => {
    expect(isBadCondition(type, status)).toBe(isBad);
  });
});
