/** What comes back from clusters that say no, or nothing: each names the node, the cause and the next step. */
import assert from 'node:assert/strict';
import type { Step, StepGroup } from '../environment.js';

/** Profiling that node ends in a notification with these words. */
function refuses(title: string, node: string, words: RegExp, button: string): Step {
  return {
    title,
    async run({ workbench }) {
      await workbench.chooseFromMenu(workbench.row('Nodes', new RegExp(`^${node},`)), 'Profile Kubelet CPU');
      const notification = workbench.notification(words);
      await notification.waitFor();
      await notification.getByText(node).first().waitFor();
      await notification.hover();
      await notification.getByRole('button', { name: button }).waitFor();
      await workbench.picture(`refusal-${node}`);
      await workbench.dismissNotifications();
    },
  };
}

export const refusalSteps: StepGroup = {
  name: 'refusals',
  steps: [
    refuses(
      'says that profiling is switched off in the kubelet',
      'edge-1',
      /enableProfilingHandler|profiling (handler )?is (switched )?off|disabled/i,
      'Show Log',
    ),
    refuses(
      'says that a kubelet does not answer',
      'worker-5',
      /does not answer|not respond|hang|timeout|timed out/i,
      'Retry',
    ),
    {
      title: 'says that another client is profiling, and offers to wait',
      async run({ workbench, replay }) {
        replay.inject({
          path: /worker-4\/proxy\/debug\/pprof\/profile/,
          effect: {
            kind: 'answer',
            status: 500,
            body: 'Could not enable CPU profiling: cpu profiling already in use\n',
          },
        });
        await workbench.chooseFromMenu(workbench.row('Nodes', /^worker-4,/), 'Profile Kubelet CPU');
        const notification = workbench.notification(/Another client is profiling/);
        await notification.waitFor();
        await workbench.picture('refusal-busy');
        replay.clearFaults();
        await notification.hover();
        await notification.getByRole('button', { name: 'Wait' }).click();
        await workbench.notification(/Slice \d+ of 30/).waitFor();
        await workbench.run('Node Triage: Cancel Capture');
      },
    },
    {
      title: 'says to a user without nodes/proxy which right is missing, and gives the rule',
      async run({ workbench }) {
        await workbench.row('Nodes', /^context demo,/).click();
        await workbench.row('Nodes', /^context demo-limited,/).click();
        const node = workbench.row('Nodes', /^worker-1, .*kubelet CPU not known/);
        await node.waitFor();
        await workbench.chooseFromMenu(node, 'Profile Kubelet CPU');
        const notification = workbench.notification(/nodes\/proxy/);
        await notification.waitFor();
        await notification.hover();
        await notification.getByRole('button', { name: /RBAC/ }).waitFor();
        await workbench.picture('refusal-forbidden');
        await workbench.dismissNotifications();
      },
    },
    {
      title: 'says to that user which rights a debug pod takes, gives the Role, and makes nothing',
      async run({ workbench, replay }) {
        const node = workbench.row('Nodes', /^worker-1, .*kubelet CPU not known/);
        await workbench.chooseFromMenu(node, 'Sample Threads…');
        const notification = workbench.notification(/may not create pods/);
        await notification.waitFor();
        await notification.hover();
        await notification.getByRole('button', { name: /RBAC/ }).waitFor();
        await workbench.picture('refusal-debug-pod');
        assert.deepEqual(replay.pods.all(), []);
        await workbench.dismissNotifications();
        await workbench.row('Nodes', /^context demo,/).click();
      },
    },
  ],
};
