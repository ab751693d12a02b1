/** `kubectl get pods`. */
import { describe, expect, it } from 'vitest';
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
