/** Numbers that people write of their node. */
import { describe, expect, it } from 'vitest';
import { statedCountsReader } from '../../../../src/material/objects/statedCounts.js';
import { materialText } from '../../../support/materialText.js';

const counts = (text: string) =>
  (statedCountsReader.read(materialText(text)).counted ?? []).map(({ thing, value }) => [thing, value]);

describe('stated counts', () => {
  it.each([
    ['I can reproduce it with ~18.5k exited containers on containerd', [['containers-exited', 18_500]]],
    [
      'There are 110 pods on this node, and 2,398 dead containers.',
      [
        ['pods', 110],
        ['containers-exited', 2398],
      ],
    ],
    ['kubelet uses 60-100% on a m4.2xlarge with 150 pods per node', [['pods', 150]]],
    ['When using many PVCs on a node (>200 PVCs)', [['claims', 200]]],
    ['We have 240 PVCs there', [['claims', 240]]],
    ['it has 5137 goroutines', [['goroutines', 5137]]],
    ['** goroutine profile: total 15177 **', [['goroutines', 15_177]]],
    ['threadcreate profile: total 77', []],
    ['The limit of 110 pods per node is the default', []],
    ['tested up to 500 pods per node', []],
    ['a cluster of 3000 pods and 100 containers', []],
    ['10.0.0.3 pods on this node', []],
    ['v1.18 pods per node', []],
  ] as const)('%j', (text, expected) => {
    expect(counts(text)).toEqual(expected);
  });

  it('give the number of pods as a fact, for want of a better one', () => {
    expect(statedCountsReader.read(materialText('we run 150 pods per node')).facts).toEqual({ pods: 150 });
    expect(statedCountsReader.read(materialText('nothing')).facts).toEqual({});
  });
});
