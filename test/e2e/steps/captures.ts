/** The Captures view: what is kept can be opened, renamed, exported, deleted; what is cancelled leaves nothing. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import type { StepGroup } from '../environment.js';
import { expectSoon } from '../expectSoon.js';

const HEAP = /^worker-2 · Heap profile/i;

export const captureSteps: StepGroup = {
  name: 'captures',
  steps: [
    {
      title: 'takes a heap profile from the palette, which asks for the node',
      async run({ workbench }) {
        await workbench.run('Node Triage: Profile Kubelet Heap');
        await workbench.pick('worker-2', 'worker-2');
        await workbench.row('Captures', HEAP).waitFor();
        await workbench.profile.drawn();
        await workbench.picture('heap-capture');
      },
    },
    {
      title: 'explains an empty block profile',
      async run({ workbench }) {
        await workbench.chooseFromMenu(workbench.row('Nodes', /^worker-2,/), 'Profile Kubelet Blocking');
        await workbench.profile.statusPage.getByText('enableContentionProfiling').waitFor();
      },
    },
    {
      title: 'renames a capture',
      async run({ workbench }) {
        await workbench.chooseFromMenu(workbench.row('Captures', HEAP), 'Rename…');
        await workbench.input.fill('before the upgrade');
        await workbench.page.keyboard.press('Enter');
        await workbench.row('Captures', /^before the upgrade/).waitFor();
      },
    },
    {
      title: 'deletes a capture after a question, with its folder',
      async run({ workbench, captures }) {
        const before = (await readdir(captures)).length;
        await workbench.chooseFromMenu(workbench.row('Captures', /^before the upgrade/), 'Delete');
        await workbench.dialog.getByRole('button', { name: /delete|trash/i }).click();
        await workbench.row('Captures', /^before the upgrade/).waitFor({ state: 'detached' });
        await expectSoon(
          'folders',
          async () => (await readdir(captures)).length,
          count => count === before - 1,
        );
      },
    },
    {
      title: 'saves an execution trace and names the tool that reads it',
      async run({ workbench }) {
        await workbench.chooseFromMenu(workbench.row('Nodes', /^worker-2,/), 'Save Kubelet Execution Trace');
        await workbench.notification(/go tool trace/).waitFor();
      },
    },
    {
      title: 'leaves nothing of a capture that is cancelled before its first slice',
      async run({ workbench, replay, captures }) {
        const before = await readdir(captures);
        await workbench.chooseFromMenu(workbench.row('Nodes', /^worker-3,/), 'Profile Kubelet CPU');
        await expectSoon(
          'profiling',
          () => replay.isProfiling('worker-3'),
          is => is,
        );
        await workbench.pressNotificationButton('CPU profile of the kubelet on worker-3', 'Cancel');
        await expectSoon(
          'profiling',
          () => replay.isProfiling('worker-3'),
          is => !is,
        );
        await workbench.notification('CPU profile of the kubelet on worker-3').waitFor({ state: 'detached' });
        assert.deepEqual((await readdir(captures)).sort(), before.sort());
      },
    },
    {
      title: 'leaves nothing of a growing capture that is cancelled, not even its tab',
      async run({ workbench, replay, captures }) {
        const before = await readdir(captures);
        await workbench.chooseFromMenu(workbench.row('Nodes', /^worker-3,/), 'Profile Kubelet CPU');
        await expectSoon(
          'folders',
          async () => (await readdir(captures)).length,
          count => count > before.length,
        );
        await workbench.profile.drawn();
        await workbench.run('Node Triage: Cancel Capture');
        await expectSoon(
          'profiling',
          () => replay.isProfiling('worker-3'),
          is => !is,
        );
        await expectSoon(
          'folders',
          async () => (await readdir(captures)).length,
          count => count === before.length,
        );
        await workbench.tab(/cpu\.pb\.gz/).waitFor({ state: 'detached' });
      },
    },
  ],
};
