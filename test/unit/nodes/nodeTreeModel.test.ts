import { describe, expect, it } from 'vitest';
import { TriageError } from '../../../src/base/errors.js';
import type { ClusterNode } from '../../../src/cluster/clusterPorts.js';
import type { ContextState } from '../../../src/nodes/contextLink.js';
import type { KubeconfigState } from '../../../src/nodes/kubeconfigState.js';
import { parseNodeFilter } from '../../../src/nodes/nodeFilter.js';
import {
  type NodeElement,
  NodeTreeModel,
  type NodeTreeSource,
  PAGE_SIZE,
  type TreeElement,
} from '../../../src/nodes/nodeTreeModel.js';
import { fakeNode } from '../../support/fakeCluster.js';
import { english } from '../words/english.js';
import { nodeFacts } from '../nodes/nodes.js';

class Source implements NodeTreeSource {
  readonly states = new Map<string, ContextState>();
  readonly all = new Map<string, ClusterNode[]>();
  problems: KubeconfigState['problems'] = [];
  missing: Pick<KubeconfigState, 'files' | 'source'> | undefined;

  get kubeconfig(): KubeconfigState {
    if (this.missing !== undefined) return { kind: 'missing', contexts: [], problems: [], ...this.missing };
    const contexts = [...this.all.keys()].map((name, index) => ({
      name,
      cluster: name,
      user: name,
      isCurrent: index === 0,
      server: `https://${name}.invalid`,
    }));
    return { kind: 'ready', contexts, files: [], problems: this.problems };
  }
  set(context: string, nodes: readonly ClusterNode[], state: ContextState = { kind: 'connected' }): void {
    this.all.set(context, [...nodes]);
    this.states.set(context, state);
  }
  contextState(context: string): ContextState {
    return this.states.get(context) ?? { kind: 'disconnected' };
  }
  nodesOf(context: string): readonly ClusterNode[] {
    return this.all.get(context) ?? [];
  }
  node(context: string, name: string): ClusterNode | undefined {
    return this.nodesOf(context).find(node => node.name === name);
  }
}

const many = (count: number): ClusterNode[] =>
  Array.from({ length: count }, (_, i) => fakeNode(`n${String(i).padStart(5, '0')}`));

function setUp(source: Source, leftovers = 0): NodeTreeModel {
  return new NodeTreeModel({
    source,
    facts: (_context, node) => nodeFacts(node),
    countActions: () => 2,
    countLeftovers: () => leftovers,
  });
}
/** Kubelets that use so many cores. */
function setUpCpu(source: Source, cores: Map<string, number>): NodeTreeModel {
  return new NodeTreeModel({
    source,
    facts: (_context, node) => {
      const used = cores.get(node.name);
      return nodeFacts(node, {
        cpu: used === undefined ? undefined : { kind: 'measured', cores: used, overSeconds: 30 },
      });
    },
    countActions: () => 0,
    countLeftovers: () => 0,
  });
}
function names(elements: readonly TreeElement[]): string[] {
  return elements.map(element => {
    if (element.kind === 'node') return element.node.name;
    if (element.kind === 'page') return `page ${element.index}`;
    return element.kind === 'context' ? element.context : element.notice;
  });
}
const lost = new TriageError('unreachable', 'no route');

describe('sorted by CPU', () => {
  const shown = (model: NodeTreeModel): string[] => names(model.children(model.context('prod')));

  it('puts the kubelet that uses most first, and those without a number last, by name', () => {
    const source = new Source();
    source.set(
      'prod',
      ['a', 'b', 'c', 'd'].map(name => fakeNode(name)),
    );
    const model = setUpCpu(
      source,
      new Map([
        ['b', 0.2],
        ['d', 1.5],
      ]),
    );
    expect(shown(model)).toEqual(['a', 'b', 'c', 'd']);
    expect(model.setOrder('cpu')).toBe('all');
    expect(shown(model)).toEqual(['d', 'b', 'a', 'c']);
    model.setOrder('name');
    expect(shown(model)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('keeps its order while numbers change, until it is told to sort: rows do not jump', () => {
    const source = new Source();
    source.set('prod', [fakeNode('a'), fakeNode('b')]);
    const cores = new Map([
      ['a', 1],
      ['b', 0.5],
    ]);
    const model = setUpCpu(source, cores);
    model.setOrder('cpu');
    cores.set('b', 2);
    source.set('prod', [fakeNode('a'), fakeNode('b', { isCordoned: true }), fakeNode('c')]);
    model.nodesChanged('prod', ['b']);
    model.contextChanged('prod');
    expect(shown(model)).toEqual(['a', 'b', 'c']);
    expect(names(model.sort())).toEqual(['prod']);
    expect(shown(model)).toEqual(['b', 'a', 'c']);
    expect(model.sort()).toEqual([]);
  });

  it('is kept through a filter, and leaves a context of many pages in the order of names', () => {
    const source = new Source();
    source.set('prod', [fakeNode('worker-1'), fakeNode('edge-1'), fakeNode('worker-2')]);
    const model = setUpCpu(source, new Map([['worker-2', 1]]));
    model.setOrder('cpu');
    model.setFilter(parseNodeFilter('worker', english));
    expect(shown(model)).toEqual(['worker-2', 'worker-1']);
    source.set('prod', many(PAGE_SIZE + 1));
    model.setFilter(undefined);
    expect(model.setOrder('cpu')).toBe('all');
    expect(model.sort()).toEqual([]);
    expect(shown(model)).toEqual(['page 0', 'page 1']);
  });

  it('does nothing while names are the order', () => {
    const source = new Source();
    source.set('prod', [fakeNode('a'), fakeNode('b')]);
    expect(setUpCpu(source, new Map([['b', 1]])).sort()).toEqual([]);
  });
});

describe('NodeTreeModel', () => {
  it('shows contexts and their nodes', () => {
    const source = new Source();
    source.set('prod', [fakeNode('a'), fakeNode('b')]);
    source.set('test', [], { kind: 'disconnected' });
    const model = setUp(source);
    expect(names(model.roots())).toEqual(['prod', 'test']);
    expect(names(model.children(model.context('prod')))).toEqual(['a', 'b']);
    expect(names(model.children(model.context('test')))).toEqual(['not-connected']);
  });

  it('has a row for a broken file beside good ones, and none without a context (the welcome text is shown then)', () => {
    const source = new Source();
    source.problems = [{ file: '/x', reason: 'not YAML' }];
    expect(setUp(source).roots()).toEqual([]);
    source.set('prod', []);
    expect(names(setUp(source).roots())).toEqual(['problem', 'prod']);
  });

  it('names the files that are not there, and what to do, by what named them', () => {
    const source = new Source();
    source.missing = { files: ['/a', '/b'], source: 'setting' };
    const rows = setUp(source).roots();
    expect(rows).toMatchObject([
      { notice: 'missing', file: '/a' },
      { notice: 'missing', file: '/b' },
      { action: 'named-by' },
      { action: 'settings' },
      { action: 'choose' },
    ]);
    expect(rows.map(row => setUp(source).parent(row))).toEqual(Array(5).fill(undefined));
    source.missing = { files: ['/a'], source: 'environment' };
    expect(setUp(source).roots()).toMatchObject([
      { file: '/a' },
      { action: 'named-by' },
      { action: 'choose' },
      { action: 'again' },
    ]);
  });

  it('tells of debug pods left behind, below the nodes of a cluster that answers', () => {
    const source = new Source();
    source.set('prod', [fakeNode('a')]);
    const model = setUp(source, 2);
    expect(model.children(model.context('prod')).at(-1)).toMatchObject({ notice: 'leftovers', count: 2 });
    expect(names(setUp(source).children(model.context('prod')))).toEqual(['a']);
    source.set('prod', [fakeNode('a')], { kind: 'connecting' });
    expect(names(model.children(model.context('prod')))).toEqual(['connecting']);
  });

  it('says what is the matter with a context', () => {
    const source = new Source();
    const model = setUp(source);
    const rows = (nodes: ClusterNode[], state: ContextState): string[] => {
      source.set('prod', nodes, state);
      model.contextChanged('prod');
      return names(model.children(model.context('prod')));
    };
    expect(rows([], { kind: 'connecting' })).toEqual(['connecting']);
    expect(rows([], { kind: 'connected' })).toEqual(['no-nodes']);
    expect(rows([], { kind: 'failed', error: lost, retryAtMs: undefined })).toEqual([
      'failed',
      'next-step',
      'action',
      'action',
    ]);
    expect(rows([fakeNode('a')], { kind: 'interrupted', error: lost, sinceMs: 0, retryAtMs: 5000 })).toEqual([
      'interrupted',
      'a',
    ]);
    // It is not tried again by itself: a person has to do something, and sees what.
    expect(
      rows([fakeNode('a')], { kind: 'interrupted', error: lost, sinceMs: 0, retryAtMs: undefined }),
    ).toEqual(['interrupted', 'next-step', 'action', 'action', 'a']);
  });

  it('keeps the element of a node from one redraw to the next, with the facts of now', () => {
    const source = new Source();
    source.set('prod', [fakeNode('a')]);
    const model = setUp(source);
    const [before] = model.children(model.context('prod'));
    source.set('prod', [fakeNode('a', { isCordoned: true }), fakeNode('b')]);
    expect(model.contextChanged('prod')).toEqual([model.context('prod')]);
    const [after] = model.children(model.context('prod'));
    expect(after).toBe(before);
    expect((after as NodeElement).node.isCordoned).toBe(true);
  });

  it('redraws the rows that changed and no other', () => {
    const source = new Source();
    source.set('prod', [fakeNode('a'), fakeNode('b')]);
    const model = setUp(source);
    model.children(model.context('prod'));
    source.set('prod', [fakeNode('a'), fakeNode('b', { readiness: 'not-ready' })]);
    const redrawn = model.nodesChanged('prod', ['b', 'never-drawn']);
    expect(redrawn).toEqual([model.findNode('prod', 'b')]);
    expect(model.findNode('prod', 'b')?.node.readiness).toBe('not-ready');
  });

  it('filters, and redraws the context when a node begins or ceases to match', () => {
    const source = new Source();
    source.set('prod', [fakeNode('a', { isCordoned: true }), fakeNode('b')]);
    const model = setUp(source);
    model.setFilter(parseNodeFilter('cordoned', english));
    expect(names(model.children(model.context('prod')))).toEqual(['a']);
    expect(model.count()).toEqual({ shown: 1, all: 2 });
    source.set('prod', [fakeNode('a', { isCordoned: true }), fakeNode('b', { isCordoned: true })]);
    expect(model.nodesChanged('prod', ['b'])).toEqual([model.context('prod')]);
    expect(names(model.children(model.context('prod')))).toEqual(['a', 'b']);
    model.setFilter(parseNodeFilter('nothing-like-it', english));
    expect(names(model.children(model.context('prod')))).toEqual(['no-match']);
  });

  it('asks the filter of the nodes that changed alone, and shows them as they are now', () => {
    const source = new Source();
    source.set('prod', many(1000));
    const model = setUp(source);
    let asked = 0;
    model.setFilter(facts => {
      asked++;
      return facts.node.name !== 'n00003';
    });
    expect(model.count()).toEqual({ shown: 999, all: 1000 });
    model.children(model.context('prod'));
    const [first] = model.children(model.context('prod'));
    asked = 0;
    source.set('prod', [fakeNode('n00000', { readiness: 'not-ready' }), ...many(1000).slice(1)]);
    model.nodesChanged('prod', ['n00000', 'n00003']);
    expect(model.count()).toEqual({ shown: 999, all: 1000 });
    expect(model.nodesOfPage(first as Extract<TreeElement, { kind: 'page' }>)[0]?.readiness).toBe(
      'not-ready',
    );
    expect(asked).toBe(2);
  });

  it('puts many nodes into pages, and knows the page of a node', () => {
    const source = new Source();
    source.set('prod', many(2 * PAGE_SIZE + 1));
    const model = setUp(source);
    const pages = model.children(model.context('prod'));
    expect(names(pages)).toEqual(['page 0', 'page 1', 'page 2']);
    expect(pages.map(page => model.children(page).length)).toEqual([PAGE_SIZE, PAGE_SIZE, 1]);
    const last = model.findNode('prod', `n0${2 * PAGE_SIZE}`);
    expect(last === undefined ? undefined : model.parent(last)).toBe(pages[2]);
    model.setFilter(parseNodeFilter('n0000', english));
    expect(names(model.children(model.context('prod')))).toHaveLength(10);
  });

  it('counts rows as on show when their context and page are open', () => {
    const source = new Source();
    source.set('prod', many(PAGE_SIZE + 5));
    source.set('test', [fakeNode('t')]);
    const model = setUp(source);
    expect(model.onShow('prod')).toEqual([]);
    model.setOpen(model.context('prod'), true);
    expect(model.onShow('prod')).toEqual([]);
    const second = model.children(model.context('prod'))[1];
    if (second !== undefined) model.setOpen(second, true);
    expect(model.onShow('prod')).toHaveLength(5);
    model.setOpen(model.context('prod'), false);
    expect(model.onShow('prod')).toEqual([]);
    model.setOpen(model.context('test'), true);
    expect(model.onShow('test').map(node => node.name)).toEqual(['t']);
  });

  it('forgets contexts the kubeconfig no longer has', () => {
    const source = new Source();
    source.set('prod', [fakeNode('a')]);
    const model = setUp(source);
    model.setOpen(model.context('prod'), true);
    model.children(model.context('prod'));
    source.all.delete('prod');
    expect(model.kubeconfigChanged()).toBe('all');
    expect(model.findNode('prod', 'a')).toBeUndefined();
    expect(model.isOpen(model.context('prod'))).toBe(false);
  });
});
