/** Tables of Events as kubectl of many years prints them. */
import { describe, expect, it } from 'vitest';
import { eventTablesReader } from '../../../../src/material/objects/eventTables.js';
import type { NodeEvent } from '../../../../src/material/model.js';
import { materialText } from '../../../support/materialText.js';

function eventsOf(text: string): readonly NodeEvent[] {
  return eventTablesReader.read(materialText(text)).events ?? [];
}

describe('tables of Events', () => {
  it('are read below describe node, with counts and spans', () => {
    const events = eventsOf(`
Name:               worker-7
Roles:              <none>
Events:
  Type     Reason             Age                      From     Message
  ----     ------             ----                     ----     -------
  Warning  ContainerGCFailed  3m32s (x8567 over 6d3h)  kubelet  rpc error: code = ResourceExhausted desc = grpc: trying to send message larger than max (16798538 vs. 16777216)
  Normal   NodeNotReady       5m (x12 over 3h)         kubelet, worker-7  Node worker-7 status is now: NodeNotReady`);
    expect(events).toEqual([
      {
        at: { file: 'post.txt', line: 6 },
        isWarning: true,
        reason: 'ContainerGCFailed',
        message:
          'rpc error: code = ResourceExhausted desc = grpc: trying to send message larger than max (16798538 vs. 16777216)',
        objectKind: 'Node',
        objectName: 'worker-7',
        count: 8567,
        spanSeconds: 529_200,
      },
      expect.objectContaining({
        isWarning: false,
        reason: 'NodeNotReady',
        message: 'Node worker-7 status is now: NodeNotReady',
        count: 12,
        spanSeconds: 10_800,
      }),
    ]);
  });

  it('are read of one row, blanks collapsed and quoted', () => {
    expect(
      eventsOf(
        '> Warning FailedCreatePodSandBox 13m (x3 over 23m) kubelet Failed to create pod sandbox: rpc error\nWarning   Unhealthy  <unknown>  kubelet, n1  Liveness probe failed:',
      ),
    ).toMatchObject([
      { reason: 'FailedCreatePodSandBox', count: 3, message: 'Failed to create pod sandbox: rpc error' },
      { reason: 'Unhealthy', count: 1, message: 'Liveness probe failed:' },
    ]);
  });

  it('are read of get events: plain, -A, -o wide', () => {
    const events = eventsOf(`
LAST SEEN   TYPE      REASON          OBJECT            MESSAGE
3m59s       Warning   SystemOOM       node/worker-2     System OOM encountered, victim process: java, pid: 7
monitoring  12m  Warning  FailedMount  pod/prom-0  MountVolume.SetUp failed
5m          Warning   Unhealthy   pod/web-1   spec.containers{web}   kubelet, worker-2   Readiness probe failed: timeout   3h   88   web-1.17a3b5c2d1e0f9a8`);
    expect(events).toMatchObject([
      { objectKind: 'Node', objectName: 'worker-2', reason: 'SystemOOM', count: undefined },
      { objectKind: 'Pod', objectName: 'prom-0', message: 'MountVolume.SetUp failed' },
      { message: 'Readiness probe failed: timeout', count: 88, spanSeconds: 10_800 },
    ]);
  });

  it('are read as they were before 1.10', () => {
    const events = eventsOf(`
  FirstSeen LastSeen Count From SubObjectPath Type Reason Message
  22m       2m       14    kubelet, node-a    Normal NodeNotReady Node node-a status is now: NodeNotReady
1m 3h 25 node-a Node  Warning ImageGCFailed {kubelet node-a} unable to find data for container /`);
    expect(events).toMatchObject([
      { count: 14, spanSeconds: 1200, message: 'Node node-a status is now: NodeNotReady' },
      { objectKind: 'Node', objectName: 'node-a', count: 25, message: 'unable to find data for container /' },
    ]);
  });

  it('are read as 1.14 listed them: a kind, a source, no name', () => {
    expect(
      eventsOf(
        '35m         Warning   FailedCreatePodSandBox   Pod    kubelet, node-st39   Failed create pod sandbox: rpc error: code = Unknown                 35m          12       d7fcb59f-8ec2-11e9-a433-9ee7625cd1db.15a81e2dcccad84b',
      ),
    ).toMatchObject([
      {
        objectKind: 'Pod',
        objectName: undefined,
        message: 'Failed create pod sandbox: rpc error: code = Unknown',
        count: 12,
      },
    ]);
  });

  it('are none of prose and other tables', () => {
    expect(
      eventsOf(`
Warning This will delete the pod
A Normal Start looks like this
NAME     STATUS     ROLES    AGE    VERSION
node-1   NotReady   worker   212d   v1.18.8
E1127 06:51:40.123456 1234 kubelet.go:1] Warning Failed 3m
Warning  ContainerGCFai`),
    ).toEqual([]);
  });
});
