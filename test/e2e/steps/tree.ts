/** The Nodes view: what a person sees of the cluster before touching anything. */
import assert from 'node:assert/strict';
import type { Stage, StepGroup } from '../environment.js';
import { expectSoon } from '../expectSoon.js';

/** Names of the nodes in the order of their rows. */
async function nodeOrder({ workbench }: Stage): Promise<readonly string[]> {
  const rows = workbench.page.getByRole('tree', { name: 'Nodes' }).getByRole('treeitem');
  const spoken = await rows.evaluateAll(all => all.map(row => row.getAttribute('aria-label') ?? ''));
  return spoken.flatMap(text => /^((?:control|worker|edge)-\d),/.exec(text)?.[1] ?? []);
}

export const treeSteps: StepGroup = {
  name: 'tree',
  steps: [
    {
      title: 'shows the contexts, the current one open with its nodes',
      async run({ workbench }) {
        for (const context of ['demo', 'demo-limited', 'demo-unprivileged'])
          await workbench.row('Nodes', new RegExp(`^context ${context},`)).waitFor();
        for (const node of ['control-1', 'worker-1', 'worker-5', 'edge-1'])
          await workbench.row('Nodes', new RegExp(`^${node},`)).waitFor();
      },
    },
    {
      title: 'says readiness, pressure, cordons, roles and versions',
      async run({ workbench }) {
        await workbench.row('Nodes', /^worker-5, NotReady/).waitFor();
        await workbench.row('Nodes', /^worker-4, Ready, memory pressure/).waitFor();
        await workbench.row('Nodes', /^worker-3, Ready, cordoned/).waitFor();
        await workbench.row('Nodes', /^control-1, .*roles control-plane/).waitFor();
        await workbench.row('Nodes', /^worker-1, .*kubelet v1\.32\.5.*kernel 6\.18\.44/).waitFor();
      },
    },
    {
      title: 'measures the CPU of each kubelet and marks the hot ones',
      async run({ workbench }) {
        await workbench.row('Nodes', /^worker-1, .*kubelet CPU \d\.\d\d cores, hot/).waitFor();
        await workbench.row('Nodes', /^worker-2, .*kubelet CPU 0\.\d\d cores, kubelet/).waitFor();
        // Its kubelet hangs: no number, and the reason is in the hover.
        await workbench.row('Nodes', /^worker-5, .*kubelet CPU not known/).waitFor();
        await workbench.picture('tree');
      },
    },
    {
      title: 'tells everything known of a node in its hover',
      async run({ workbench, replay }) {
        const text = await workbench.hoverText(workbench.row('Nodes', /^worker-1,/));
        for (const fact of [
          'worker-1',
          'Ready',
          'cores over',
          '6.18.44',
          'Debian GNU/Linux 12 (bookworm)',
          'containerd://1.6.20',
          '398 d',
        ])
          assert.ok(text.includes(fact), `"${fact}" is not in the hover:\n${text}`);
        await workbench.picture('hover');
        // The number is another one after each reading; the hover stays while it is read.
        const readings = (): number =>
          replay.requests.filter(({ target }) => target.includes('/worker-1/proxy/metrics')).length;
        const before = readings();
        await expectSoon('two more readings', readings, count => count >= before + 2);
        assert.ok(await workbench.page.locator('.workbench-hover-container:visible').last().isVisible());
      },
    },
    {
      title: 'sorts the nodes by the CPU of their kubelets, and by name again',
      async run(stage) {
        const { workbench } = stage;
        const byName = await nodeOrder(stage);
        const button = (name: string) => workbench.view('Nodes').getByRole('button', { name });
        await workbench.view('Nodes').hover();
        await button('Sort Nodes by Kubelet CPU').click();
        await expectSoon(
          'the order of CPU',
          () => nodeOrder(stage),
          order => order.slice(0, 3).join() === 'worker-1,worker-4,worker-3',
        );
        await workbench.picture('sorted-by-cpu');
        await workbench.view('Nodes').hover();
        await button('Sort Nodes by Name').click();
        await expectSoon(
          'the order of names',
          () => nodeOrder(stage),
          order => order.join() === byName.join(),
        );
      },
    },
    {
      title: 'profiles several marked nodes at once',
      async run({ workbench }) {
        await workbench.row('Nodes', /^worker-1,/).click();
        await workbench.row('Nodes', /^worker-3,/).click({ modifiers: ['ControlOrMeta'] });
        await workbench.picture('marked');
        await workbench.chooseFromMenu(workbench.row('Nodes', /^worker-3,/), 'Profile Kubelet Goroutines');
        for (const node of ['worker-1', 'worker-3'])
          await workbench.row('Captures', new RegExp(`^${node}.*goroutine`, 'i')).waitFor();
        await workbench.picture('several-profiled');
        await workbench.run('View: Close All Editors');
        await workbench.showViews();
        await workbench.row('Nodes', /^worker-2,/).click();
      },
    },
    {
      title: 'opens all of its settings, also on a remote machine',
      async run({ workbench }) {
        await workbench.run('Node Triage: Open Settings');
        const count = workbench.page.locator('.settings-count-widget');
        await count.filter({ hasText: /^2\d Settings Found/ }).waitFor();
        await workbench.picture('settings');
        await workbench.clearStage();
        await workbench.showViews();
      },
    },
    {
      title: 'follows the cluster: a node that turns NotReady, one that comes and goes',
      async run({ workbench, replay }) {
        const row = workbench.row('Nodes', /^worker-2, NotReady/);
        replay.setReady('worker-2', false);
        await row.waitFor();
        replay.setReady('worker-2', true);
        await workbench.row('Nodes', /^worker-2, Ready/).waitFor();
        const node = replay.node('worker-2');
        replay.removeNode('worker-2');
        await workbench.row('Nodes', /^worker-2,/).waitFor({ state: 'detached' });
        replay.putNode(node);
        await workbench.row('Nodes', /^worker-2, Ready/).waitFor();
      },
    },
    {
      title: 'comes back by itself when the API server does',
      async run({ workbench, replay }) {
        await replay.suspend();
        await workbench.row('Nodes', /^context demo, .*connection lost/).waitFor();
        // The rows stay: old facts are better than none, as long as they are marked.
        await workbench.row('Nodes', /^worker-1,/).waitFor();
        await workbench.picture('api-server-gone');
        await replay.resume();
        await workbench.row('Nodes', /^context demo, current, 7 nodes/).waitFor();
      },
    },
    {
      title: 'filters by what is typed',
      async run({ workbench }) {
        await workbench.run('Node Triage: Filter Nodes…');
        await workbench.input.fill('edge');
        await workbench.page.keyboard.press('Enter');
        await workbench.row('Nodes', /^edge-1,/).waitFor();
        await workbench.row('Nodes', /^worker-1,/).waitFor({ state: 'detached' });
        await workbench.run('Node Triage: Clear Node Filter');
        await workbench.row('Nodes', /^worker-1,/).waitFor();
      },
    },
    {
      title: 'says of a context without the right to list nodes what is missing',
      async run({ workbench }) {
        const context = workbench.row('Nodes', /^context demo-unprivileged,/);
        await context.click();
        await workbench.row('Nodes', /forbidden|not allowed|may not/i).waitFor();
        await workbench.picture('forbidden-context');
      },
    },
  ],
};
