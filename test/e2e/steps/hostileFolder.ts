/**
 * Folders that were filled to hold the editor up, in a workspace that is not trusted: captures whose record is a pipe,
 * leads to a device, or has 400 MB. Node has four file threads; more of each than that.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Stage, Step, StepGroup } from '../environment.js';
import { expectSoon } from '../expectSoon.js';

const MB = 1024 * 1024;
/** The host has 150 MB before it does anything of ours; the attack once cost 1.3 GB. */
const MOST_BYTES = 700 * MB;
const COPIES = 6;

interface Trap {
  readonly name: string;
  readonly plant: (record: string) => Promise<unknown>;
}

const TRAPS: readonly Trap[] = [
  { name: 'pipe', plant: record => Promise.resolve(execFileSync('mkfifo', [record])) },
  { name: 'device', plant: record => symlink('/dev/zero', record) },
  { name: '400-MB', plant: record => writeFile(record, '').then(() => truncate(record, 400 * MB)) },
];

const hostileFolder = ({ workspace }: Stage): string => path.join(path.dirname(workspace), 'from-a-stranger');

/** A folder with a profile of its own name and a trap for a record, as often as there are file threads and more. */
async function fill({ workspace, captures }: Stage, root: string): Promise<void> {
  for (const { name, plant } of TRAPS)
    for (let number = 0; number < COPIES; number++)
      for (const parent of [root, captures]) {
        const folder = path.join(parent, `beside-${name}-${number}`);
        await mkdir(folder, { recursive: true });
        await copyFile(path.join(workspace, 'kubelet.pprof'), path.join(folder, `${name}-${number}.pprof`));
        await plant(path.join(folder, 'capture.json'));
      }
  await copyFile(path.join(workspace, 'kubelet.pprof'), path.join(root, 'afterwards.pprof'));
}

function opens(file: string): Step {
  return {
    title: `shows ${file}`,
    async run({ workbench }) {
      await workbench.openFile(file);
      await workbench.profile.shows(file);
      await workbench.profile.drawn();
      assert.match(await workbench.profile.sums.innerText(), /2\.45 s/);
      await workbench.picture(`hostile-${file}`);
    },
  };
}

export const hostileFolderSteps: StepGroup = {
  name: 'hostile-folder',
  steps: [
    {
      title: 'opens in Restricted Mode',
      async run(stage) {
        const { workbench, setSettings, addressOf } = stage;
        const folder = hostileFolder(stage);
        await fill(stage, folder);
        await workbench.takeOverSettings(mark =>
          setSettings({
            ...mark,
            'security.workspace.trust.enabled': true,
            'security.workspace.trust.startupPrompt': 'never',
            'security.workspace.trust.untrustedFiles': 'open',
          }),
        );
        await workbench.visit(addressOf(folder));
        await workbench.page.getByText('Restricted Mode').first().waitFor();
        await workbench.showViews();
        await workbench.picture('hostile-restricted');
      },
    },
    ...TRAPS.flatMap(({ name }) =>
      Array.from({ length: 2 }, (_, number) => opens(`${name}-${number}.pprof`)),
    ),
    {
      title: 'lists the traps of the capture folder as what cannot be read',
      async run({ workbench }) {
        await workbench.run('Node Triage: Refresh Captures');
        // The last that was made is listed first; rows below the view's end are not drawn.
        for (const { name } of TRAPS)
          await workbench.row('Captures', new RegExp(`beside-${name}-${COPIES - 1}`)).waitFor();
        await workbench.picture('hostile-captures');
      },
    },
    opens('afterwards.pprof'),
    {
      title: 'has not filled the memory',
      async run({ peakMemory }) {
        const peak = await peakMemory();
        console.log(`       the extension host held ${Math.round(peak / MB)} MB at most`);
        assert.ok(peak > 0 && peak < MOST_BYTES, `${peak} bytes`);
      },
    },
    {
      title: 'gives the window back',
      async run(stage) {
        const { workbench, captures, setSettings, address } = stage;
        for (const parent of [hostileFolder(stage), captures])
          for (const { name } of TRAPS)
            for (let number = 0; number < COPIES; number++)
              await rm(path.join(parent, `beside-${name}-${number}`), { recursive: true });
        await workbench.takeOverSettings(mark => setSettings(mark));
        await workbench.visit(address);
        await expectSoon(
          'words of Restricted Mode',
          () => workbench.page.getByText('Restricted Mode').count(),
          count => count === 0,
        );
      },
    },
  ],
};
