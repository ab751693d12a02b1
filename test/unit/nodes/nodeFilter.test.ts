import { describe, expect, it } from 'vitest';
import { parseNodeFilter } from '../../../src/nodes/nodeFilter.js';
import type { Translate } from '../../../src/words/translate.js';
import { fakeNode } from '../../support/fakeCluster.js';
import { english } from '../words/english.js';
import { nodeFacts } from './nodes.js';

const nodes = [
  nodeFacts(fakeNode('control-1', { roles: ['control-plane'], internalIp: '192.0.2.10' })),
  nodeFacts(fakeNode('worker-1', { kubeletVersion: 'v1.18.8', kernelVersion: '4.4.227-1.el7' }), {
    cpu: { kind: 'measured', cores: 1.3, overSeconds: 30 },
  }),
  nodeFacts(fakeNode('worker-2', { isCordoned: true, pressures: ['memory'] })),
  nodeFacts(fakeNode('worker-3', { readiness: 'not-ready', architecture: 'arm64' }), {
    capturing: { profile: 'cpu', secondsLeft: 5 },
  }),
  nodeFacts(fakeNode('ready-made', { readiness: 'unknown', osImage: 'Flatcar Container Linux' })),
];

function matching(text: string, t: Translate = english): string[] {
  const filter = parseNodeFilter(text, t);
  return nodes.filter(facts => filter?.(facts) ?? true).map(facts => facts.node.name);
}

describe('parseNodeFilter', () => {
  it.each([
    ['WORKER', ['worker-1', 'worker-2', 'worker-3']],
    ['worker 1.18', ['worker-1']],
    ['el7', ['worker-1']],
    ['control-plane', ['control-1']],
    ['192.0.2.10', ['control-1']],
    ['arm64', ['worker-3']],
    ['flatcar', ['ready-made']],
    ['hot', ['worker-1']],
    ['cordoned', ['worker-2']],
    ['pressure', ['worker-2']],
    ['memory', ['worker-2']],
    ['disk', []],
    ['notready', ['worker-3']],
    ['not-ready', ['worker-3']],
    ['unknown', ['ready-made']],
    ['profiling', ['worker-3']],
    ['!worker', ['control-1', 'ready-made']],
    ['worker !hot !cordoned', ['worker-3']],
  ])('%s', (text, expected) => {
    expect(matching(text)).toEqual(expected);
  });

  it('means the state by "ready", and names that have the word', () => {
    expect(matching('ready')).toEqual(['control-1', 'worker-1', 'worker-2', 'ready-made']);
  });

  it('understands states in the language of the rows', () => {
    const chinese: Translate = (message, ...values) =>
      ({ hot: '过热', NotReady: '未就绪' })[message] ?? english(message, ...values);
    expect(matching('过热', chinese)).toEqual(['worker-1']);
    expect(matching('未就绪', chinese)).toEqual(['worker-3']);
    expect(matching('hot', chinese)).toEqual(['worker-1']);
  });

  it('is no filter without a word', () => {
    for (const text of ['', '  ', '!']) expect(parseNodeFilter(text, english)).toBeUndefined();
  });
});
