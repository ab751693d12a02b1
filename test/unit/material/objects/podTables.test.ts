/** `kubectl get pods`. */
import { describe, expect, it } from 'vitest';
import { describedPodsReader } from '../../../../src/material/objects/describedPods.js';
import { podTablesReader } from '../../../../src/material/objects/podTables.js';
import { materialText } from '../../../support/materialText.js';

const read = (text: string) => podTablesReader.read(materialText(text));

describe('tables of pods', () => {
  it('give phase and restarts, in all their forms', () => {
    expect(
      read(`
NAMESPACE     NAME                   READY   STATUS              RESTARTS       AGE
kube-system   calico-node-8wdrk      1/1     Running             5 (3m ago)     13m
web-0         0/1     ContainerCreating   0   8m29s`).pods,
    ).toMatchObject([
      { namespace: 'kube-system', name: 'calico-node-8wdrk', phase: 'Running', restarts: 5 },
      { namespace: undefined, name: 'web-0', phase: 'ContainerCreating', restarts: 0 },
    ]);
  });

  it('are counted where all are of one node', () => {
    const wide = `
a   1/1   Running     0   3d   10.0.0.4   node-1   <none>   <none>
b   0/1   Completed   0   3d   10.0.0.5   node-1   <none>   <none>
c   1/1   Running     0   3d   10.0.0.6   node-1   <none>   <none>`;
    expect(read(wide).counted).toMatchObject([{ thing: 'pods', value: 2 }]);
    expect(read(wide.replace('10.0.0.6   node-1', '10.0.0.6   node-2')).counted).toEqual([]);
  });

  it('are none of other tables', () => {
    expect(
      read('web  3/3  3  3  12d\nnode-1   NotReady   worker   212d   v1.18.8\nroot 1/1 top').pods,
    ).toEqual([]);
  });
});

describe('kubectl describe pod', () => {
  it('gives probes with their period, restarts and volumes', () => {
    const { pods } = describedPodsReader.read(
      materialText(`
Name:           db-0
Namespace:      prod
Status:         Running
Containers:
  db:
    Restart Count:  2
    Liveness:   exec [/bin/true] delay=30s timeout=5s period=30s #success=1 #failure=3
    Readiness:  http-get http://:8080/ready delay=0s timeout=1s period=10s #success=1 #failure=3
  sidecar:
    Restart Count:  1
    Readiness:  exec [sh -c probe] delay=5s timeout=1s period=1m0s
Volumes:
  data:
    Type:       PersistentVolumeClaim (a reference)
    ClaimName:  data-db-0
  token:
    Type:        Secret (a volume populated by a Secret)
    Name:        x

Name:           web-0
Namespace:      prod
    Restart Count:  0`),
    );
    expect(pods).toEqual([
      {
        at: { file: 'post.txt', line: 1 },
        name: 'db-0',
        namespace: 'prod',
        phase: 'Running',
        restarts: 3,
        execProbes: [{ periodSeconds: 30 }, { periodSeconds: 60 }],
        httpProbes: 1,
        secretAndConfigMapVolumes: 1,
        claims: 1,
      },
      expect.objectContaining({ name: 'web-0', restarts: 0, execProbes: [] }),
    ]);
  });

  it('is no node and no prose', () => {
    const text = 'Name:   node-1\nRoles:  <none>\nStatus:  Fine\nLiveness: it lives';
    expect(describedPodsReader.read(materialText(text)).pods).toEqual([]);
  });
});
