/** A kubelet that answers with markup: its words are shown as words, and a click on them runs nothing. */
import assert from 'node:assert/strict';
import type { StepGroup } from '../environment.js';
import { expectSoon } from '../expectSoon.js';

/** What it does can be seen: an editor opens. */
const MARKER = { command: 'workbench.action.files.newUntitledFile', tab: /Untitled-\d/ };
const BODY = `broken\u202e \u0007[click](command:${MARKER.command})\u200b $(flame)\r\n[web](https://evil.example/)\n`;
const SHOWN = `broken [click] (command:${MARKER.command}) $ (flame) [web] (https://evil.example/)`;

export const hostileWordsSteps: StepGroup = {
  name: 'hostile-words',
  steps: [
    {
      title: 'shows links and marks of an answer as text, which no click follows',
      async run({ workbench, replay }) {
        replay.inject({
          path: /worker-4\/proxy\/debug\/pprof\/profile/,
          effect: { kind: 'answer', status: 500, body: BODY },
        });
        await workbench.chooseFromMenu(workbench.row('Nodes', /^worker-4,/), 'Profile Kubelet CPU');
        const notification = workbench.notification(/broken/);
        await notification.waitFor();
        replay.clearFaults();
        await workbench.picture('hostile-words');
        const message = notification.locator('.notification-list-item-message');
        const shown = await message.innerText();
        assert.ok(shown.includes(SHOWN), shown);
        assert.doesNotMatch(shown, /[\u0000-\u001f\u200b-\u200f\u202a-\u202e]/u);
        assert.equal(await message.locator('a, [role=link], .codicon').count(), 0);
        for (const word of ['click', MARKER.command, 'web']) await workbench.clickWord(message, word);
        await workbench.dismissNotifications();
        assert.equal(await workbench.tab(MARKER.tab).count(), 0);
      },
    },
    {
      title: 'would have seen the command that a link names',
      async run({ workbench }) {
        await workbench.run('File: New Untitled Text File');
        await workbench.tab(MARKER.tab).first().waitFor();
        await workbench.run('View: Close All Editors');
        await expectSoon(
          'tabs of the marker',
          () => workbench.tab(MARKER.tab).count(),
          count => count === 0,
        );
      },
    },
  ],
};
