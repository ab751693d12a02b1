/** Files from elsewhere: odd names, every format by its content, and broken ones that say what is wrong. */
import assert from 'node:assert/strict';
import type { Stage, Step, StepGroup } from '../environment.js';
import { expectSoon } from '../expectSoon.js';

const OPEN_WITH = 'View: Reopen Editor With...';

/** A file that cannot be shown says so, and nothing is blank. */
function refuses(file: string, because: RegExp): Step {
  return {
    title: `says what is wrong with ${file}`,
    async run({ workbench }) {
      await workbench.openFile(file);
      // The page of the file before may still be in front for a moment.
      await expectSoon(
        `the reason for ${file}`,
        async () => (await workbench.profile.error.count()) > 0 && workbench.profile.error.innerText(),
        text => text !== false && because.test(text),
      );
      await workbench.picture(`refused-${file}`);
    },
  };
}

async function openProfileCommand({ workbench }: Stage, file: string): Promise<void> {
  await workbench.run('Node Triage: Open Profile…');
  // VS Code's own file dialog, which begins in the workspace.
  await workbench.page.locator('.quick-input-list').getByText(file, { exact: true }).click();
}

export const openFileSteps: StepGroup = {
  name: 'open-files',
  steps: [
    {
      title: 'opens a name with spaces, brackets, Greek and percent by itself',
      async run({ workbench }) {
        await workbench.openFile('odd [1] Ωmega #2 100%.prof');
        await workbench.profile.shows('odd [1] Ωmega #2 100%.prof');
        await workbench.profile.drawn();
        assert.match(await workbench.profile.sums.innerText(), /2\.45 s/);
      },
    },
    {
      title: 'opens go tool pprof -raw text by Reopen With, with the numbers of the profile it was made from',
      async run({ workbench }) {
        await workbench.openFile('raw.txt');
        await workbench.run(OPEN_WITH);
        await workbench.pick('Profile', 'Profile, by Content (Node Triage)');
        await workbench.profile.shows('raw.txt');
        await workbench.profile.drawn();
        assert.match(await workbench.profile.sums.innerText(), /2\.45 s/);
      },
    },
    {
      title: 'opens a file without an extension by Open Profile…',
      async run(stage) {
        await openProfileCommand(stage, 'no-extension');
        await stage.workbench.profile.shows('no-extension');
        await stage.workbench.profile.drawn();
        assert.match(await stage.workbench.profile.sums.innerText(), /2\.45 s/);
      },
    },
    {
      title: 'opens folded stacks by Open Profile…',
      async run(stage) {
        await openProfileCommand(stage, 'stacks.folded');
        await stage.workbench.profile.shows('stacks.folded');
        assert.match(await stage.workbench.profile.sums.innerText(), /42/);
        await stage.workbench.picture('folded');
      },
    },
    {
      title: 'opens a heap profile, by bytes',
      async run({ workbench }) {
        await workbench.openFile('heap.pb.gz');
        await workbench.profile.shows('heap.pb.gz');
        await workbench.profile.drawn();
        assert.match(await workbench.profile.sums.innerText(), /[KMG]i?B/);
        await workbench.picture('heap');
      },
    },
    {
      title: 'explains a profile without samples',
      async run({ workbench }) {
        await workbench.openFile('no-samples.pb.gz');
        await workbench.profile.statusPage
          .getByText(/idle|no samples/i)
          .first()
          .waitFor();
        await workbench.picture('no-samples');
      },
    },
    refuses('truncated.pb.gz', /truncated|cut off|incomplete|ends too early|ends before/i),
    refuses('empty.pprof', /empty/i),
    refuses('letter.prof', /not a profile|no profile|not recogni[sz]ed|none of the formats|format/i),
    refuses('trace.prof', /go tool trace/),
  ],
};
