/** Tomorrow, without a cluster: everything closed, the API server gone, the window new; the capture opens as it was. */
import assert from 'node:assert/strict';
import type { StepGroup } from '../environment.js';
import { expectSoon } from '../expectSoon.js';
import { takeOver, THEME_NAMES } from '../themes.js';

export const offlineSteps: StepGroup = {
  name: 'offline',
  steps: [
    {
      title: 'shows the captures in a new window while the API server is gone',
      async run({ workbench, replay }) {
        await workbench.clearStage();
        await replay.suspend();
        await workbench.reload();
        await workbench.showViews();
        await workbench.reach('Captures', /^worker-1 · CPU profile/);
        await workbench.row('Nodes', /^context demo,.*not connected/).waitFor();
      },
    },
    {
      title: 'opens a capture with its node, versions and numbers, in every theme',
      async run(stage) {
        const { workbench } = stage;
        await (await workbench.reach('Captures', /^worker-1 · CPU profile/)).click();
        const { profile } = workbench;
        await profile.drawn();
        assert.ok((await profile.cpuSeconds()) > 0);
        const facts = await profile.facts.innerText();
        for (const fact of ['worker-1', 'v1.32.5', '6.18.44', 'stopped after'])
          assert.ok(facts.includes(fact), facts);
        for (const theme of THEME_NAMES) {
          const before = await profile.fingerprint();
          await takeOver(stage, theme);
          if (theme !== 'dark')
            await expectSoon(
              'picture',
              () => profile.fingerprint(),
              picture => picture !== before,
            );
          await workbench.picture('reopened');
        }
      },
    },
    {
      title: 'connects again when the API server is back',
      async run({ workbench, replay }) {
        await replay.resume();
        await workbench.chooseFromMenu(workbench.row('Nodes', /^context demo,/), 'Retry');
        await workbench.row('Nodes', /^worker-1,/).waitFor();
      },
    },
  ],
};
