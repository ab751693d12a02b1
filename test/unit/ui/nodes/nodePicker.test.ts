/** The node a command is about: the row it was called on, or one that the user picks from a list that grows meanwhile. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TriageError } from '../../../../src/base/errors.js';
import type { ClusterNode } from '../../../../src/cluster/clusterPorts.js';
import type { LiveClusters } from '../../../../src/ui/nodes/clusters.js';
import { createNodePicker } from '../../../../src/ui/nodes/nodePicker.js';
import type { Settings } from '../../../../src/ui/shell/settings.js';
import { fakeNode } from '../../../support/fakeCluster.js';

interface Row {
  readonly label: string;
  readonly description?: string;
  readonly kind?: number;
  readonly pick?: { readonly kind: string };
}

/** A quick pick as VS Code gives it, and what the user does with it. */
class FakePick {
  items: readonly Row[] = [];
  activeItems: readonly Row[] = [];
  selectedItems: readonly Row[] = [];
  busy = false;
  isDisposed = false;
  private accept: () => void = () => undefined;
  private hidden: () => void = () => undefined;
  onDidAccept = (listener: () => void) => (this.accept = listener);
  onDidHide = (listener: () => void) => (this.hidden = listener);
  show = (): void => undefined;
  hide = (): void => this.hidden();
  dispose = (): void => void (this.isDisposed = true);

  choose(label: string): void {
    this.selectedItems = this.items.filter(item => item.label.endsWith(label));
    this.accept();
  }
  rows(): string[] {
    return this.items.map(({ label }) => label);
  }
}

const editor = vi.hoisted((): { pick: unknown; readonly commands: string[] } => ({
  pick: undefined,
  commands: [],
}));

vi.mock('vscode', () => ({
  window: { createQuickPick: () => editor.pick },
  commands: { executeCommand: (name: string) => Promise.resolve(editor.commands.push(name)) },
  QuickPickItemKind: { Separator: -1 },
  l10n: {
    t: (template: string, ...values: unknown[]) =>
      template.replace(/\{(\d+)\}/g, (_, at: string) => String(values[Number(at)])),
  },
}));

/** Contexts with their nodes; one without nodes is not connected. */
function openDesk(contexts: Record<string, readonly ClusterNode[]>, failed?: string) {
  const state = { contexts, kubeconfig: { kind: 'loaded' } };
  const asked: string[] = [];
  let changed: () => void = () => undefined;
  let listeners = 0;
  const clusters = {
    contexts: () => Object.keys(state.contexts).map((name, at) => ({ name, isCurrent: at === 0 })),
    onDidChange: (listener: () => void) => {
      changed = listener;
      listeners += 1;
      return { dispose: () => (listeners -= 1) };
    },
    registry: {
      kubeconfig: state.kubeconfig,
      load: () => Promise.resolve(),
      nodesOf: (name: string) => state.contexts[name] ?? [],
      node: (context: string, name: string) => state.contexts[context]?.find(each => each.name === name),
      contextState: (name: string) => {
        if (name === failed) return { kind: 'failed', error: new TriageError('timed-out', 'no answer') };
        return { kind: (state.contexts[name] ?? []).length > 0 ? 'connected' : 'disconnected' };
      },
      kubeletCpu: () => ({ kind: 'measured', cores: 3, overSeconds: 5 }),
      connect: (name: string) => asked.push(`connect ${name}`),
      retry: (name: string) => asked.push(`retry ${name}`),
    },
  };
  const settings = { kubeletCpu: () => ({ hotCores: 1 }) };
  const picker = createNodePicker(clusters as unknown as LiveClusters, settings as unknown as Settings);
  const change = (contextsNow: Record<string, readonly ClusterNode[]>): void => {
    state.contexts = contextsNow;
    changed();
  };
  return { picker, asked, change, listeners: () => listeners };
}

let pick: FakePick;
beforeEach(() => {
  pick = new FakePick();
  editor.pick = pick;
  editor.commands.length = 0;
});

describe('a command on a row', () => {
  it('is about the node as it is now, and shows no list', async () => {
    const now = fakeNode('a');
    const { picker, listeners } = openDesk({ prod: [now] });
    const ref = await picker.resolve({ context: 'prod', node: { name: 'a' } }, 'Node');
    expect(ref?.node).toBe(now);
    expect(listeners()).toBe(0);
  });

  it('is about the row’s node where the list has lost it', async () => {
    const { picker } = openDesk({ prod: [] });
    expect(await picker.resolve({ context: 'prod', node: { name: 'gone' } }, 'Node')).toMatchObject({
      context: 'prod',
      node: { name: 'gone' },
    });
  });
});

describe('a command without a row', () => {
  it('connects the current context once, lists its nodes, and offers the others', async () => {
    const { picker, asked, change } = openDesk({ prod: [], test: [] });
    const chosen = picker.resolve(undefined, 'Node');
    await vi.waitFor(() => expect(pick.items.length).toBeGreaterThan(0));
    change({ prod: [], test: [] });
    expect(asked).toEqual(['connect prod']);
    change({ prod: [fakeNode('a'), fakeNode('b')], test: [] });
    expect(pick.rows()).toEqual(['prod', '$(flame) a', '$(flame) b', 'other contexts', '$(plug) test']);
    pick.choose(' b');
    expect(await chosen).toMatchObject({ context: 'prod', node: { name: 'b' } });
    expect(pick.isDisposed).toBe(true);
  });

  it('keeps the marked row marked when the list changes', async () => {
    const { picker, change } = openDesk({ prod: [fakeNode('a'), fakeNode('b')] });
    void picker.resolve(undefined, 'Node');
    await vi.waitFor(() => expect(pick.items).toHaveLength(3));
    pick.activeItems = pick.items.slice(2, 3);
    change({ prod: [fakeNode('0'), fakeNode('a'), fakeNode('b')] });
    expect(pick.activeItems[0]?.label).toBe('$(flame) b');
    expect(pick.activeItems[0]).toBe(pick.items[3]);
  });

  it('stays open on a context that failed, which is tried again', async () => {
    const { picker, asked, listeners } = openDesk({ prod: [fakeNode('a')], far: [] }, 'far');
    void picker.resolve(undefined, 'Node');
    await vi.waitFor(() => expect(pick.rows()).toContain('$(refresh) far'));
    pick.choose('far');
    expect(asked).toEqual(['retry far']);
    expect(pick.isDisposed).toBe(false);
    expect(listeners()).toBe(1);
  });

  it('gives none where the user leaves, and listens no more', async () => {
    const { picker, listeners } = openDesk({ prod: [fakeNode('a')] });
    const chosen = picker.resolve(undefined, 'Node');
    pick.hide();
    expect(await chosen).toBeUndefined();
    expect(listeners()).toBe(0);
  });

  it('offers to choose a kubeconfig where there is none', async () => {
    const { picker } = openDesk({});
    const chosen = picker.resolve(undefined, 'Node');
    await vi.waitFor(() => expect(pick.rows()).toEqual(['$(folder-opened) Choose Kubeconfig…']));
    pick.choose('Choose Kubeconfig…');
    expect(await chosen).toBeUndefined();
    expect(editor.commands).toHaveLength(1);
  });
});
