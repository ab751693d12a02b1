/**
 * Three cases on two nodes, thirty captures: told apart, folded, opened, found and deleted together. Two cases say so in
 * their records, the third is of folders as older versions wrote them.
 */
import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Stage, StepGroup } from '../environment.js';
import { expectSoon } from '../expectSoon.js';
import { takeOver, THEME_NAMES } from '../themes.js';

const EACH = 10;
const PROFILES = ['cpu', 'heap', 'goroutine', 'mutex', 'block'] as const;

interface PlantedCase {
  readonly node: string;
  /** Days from now to its first capture: to come, so that these rows stand above all others, which are drawn. */
  readonly inDays: number;
  readonly record: object;
}

const CASES: readonly PlantedCase[] = [
  { node: 'sick-1', inDays: 1, record: {} },
  {
    node: 'sick-1',
    inDays: 2,
    record: { case: { id: 'second', title: 'after the kernel update' } },
  },
  { node: 'sick-2', inDays: 2, record: { case: { id: 'third' } } },
];

async function plant({ workspace, captures }: Stage): Promise<void> {
  for (const [index, { node, inDays, record }] of CASES.entries())
    for (let number = 0; number < EACH; number++) {
      const folder = path.join(captures, `planted-${index}-${number}`);
      const profile = PROFILES[number % PROFILES.length] ?? 'cpu';
      const startedMs = Date.now() + inDays * 86_400_000 + number * 120_000;
      await mkdir(folder, { recursive: true });
      await copyFile(path.join(workspace, 'kubelet.pprof'), path.join(folder, `${profile}.pb.gz`));
      await writeFile(
        path.join(folder, 'capture.json'),
        JSON.stringify({
          schema: 1,
          state: 'complete',
          profile,
          context: 'prod',
          node,
          startedAt: new Date(startedMs).toISOString(),
          endedAt: new Date(startedMs + 60_000).toISOString(),
          secondsCaptured: 60,
          processCpu: { cpuSeconds: 60 + number * 7, windowSeconds: 60 },
          ...record,
        }),
      );
    }
}

const planted = async ({ captures }: Stage): Promise<readonly string[]> =>
  (await readdir(captures)).filter(name => name.startsWith('planted-'));

export const manyCapturesSteps: StepGroup = {
  name: 'many-captures',
  steps: [
    {
      title: 'lists thirty captures by node and case, in every theme',
      async run(stage) {
        const { workbench } = stage;
        await workbench.clearStage();
        await plant(stage);
        await workbench.showViews();
        await workbench.run('Node Triage: Refresh Captures');
        await workbench.row('Captures', /^Captures of sick-1, prod · 20 captures/).waitFor();
        await workbench.row('Captures', /^Case after the kernel update of sick-1/).waitFor();
        for (const theme of THEME_NAMES) {
          await takeOver(stage, theme);
          await workbench.picture('many-captures');
        }
      },
    },
    {
      title: 'opens a capture of an older version, from its case',
      async run({ workbench }) {
        // Rows below the view's end are not drawn: what stands above is folded.
        await workbench.row('Captures', /^Captures of sick-2/).click();
        await workbench.row('Captures', /^Case after the kernel update of sick-1/).click();
        await workbench.row('Captures', /^Case (?!after ).* of sick-1/).click();
        await workbench.row('Captures', /^sick-1 · CPU profile, 1\.58 cores · 60 s/).click();
        await workbench.profile.drawn();
      },
    },
    {
      title: 'exports a case for a colleague under a name that says node and time, and imports it',
      async run(stage) {
        const { workbench } = stage;
        const row = workbench.row('Captures', /^Case after the kernel update of sick-1/);
        await workbench.chooseFromMenu(row, 'Export for a Colleague…');
        // VS Code's own file dialog, which fills itself in two steps.
        const proposed = await expectSoon(
          'a name for the bundle',
          async () => ((await workbench.input.isVisible()) ? workbench.input.inputValue() : ''),
          name => /\/\d{4}-\d\d-\d\dT[\d-]+Z-sick-1-10-captures\.zip$/.test(name),
        );
        await workbench.picture('export-bundle');
        await workbench.page.keyboard.press('Enter');
        await workbench.notification(/holds 10 captures/).waitFor();
        const before = await readdir(stage.captures);
        await workbench.run('Node Triage: Open Profile…');
        // The dialog begins where a file was opened last.
        await workbench.input.waitFor();
        await workbench.input.fill(proposed);
        const file = path.basename(proposed);
        await workbench.page.locator('.quick-input-list').getByText(file, { exact: true }).click();
        await workbench.notification(/Imported 10 captures/).waitFor();
        const made = (await readdir(stage.captures)).filter(name => !before.includes(name));
        assert.deepEqual(
          made.sort(),
          Array.from({ length: EACH }, (_, number) => `planted-1-${number}-2`),
        );
        // The case has them all; the view stands at the first of them.
        await workbench.row('Captures', /^Captures of sick-1, prod · 30 captures/).waitFor();
        await workbench.row('Captures', /imported/).waitFor();
        await workbench.picture('imported-bundle');
        for (const name of made) await rm(path.join(stage.captures, name), { recursive: true });
        await workbench.run('Node Triage: Refresh Captures');
        await workbench.row('Captures', /^Captures of sick-1, prod · 20 captures/).waitFor();
      },
    },
    {
      title: 'renames a case by F2, in the records of all its captures',
      async run(stage) {
        const { workbench } = stage;
        await workbench.row('Captures', /^Case after the kernel update of sick-1/).click();
        await workbench.page.keyboard.press('F2');
        await workbench.input.fill('before the rollback');
        await workbench.page.keyboard.press('Enter');
        await workbench.row('Captures', /^Case before the rollback of sick-1/).waitFor();
        for (let number = 0; number < EACH; number++) {
          const file = path.join(stage.captures, `planted-1-${number}`, 'capture.json');
          const { schema, case: named } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
          assert.deepEqual([schema, named], [1, { id: 'second', title: 'before the rollback' }]);
        }
      },
    },
    {
      title: 'finds captures by node, context and what was found, by Ctrl+F',
      async run(stage) {
        const { workbench } = stage;
        const { page } = workbench;
        await workbench.row('Captures', /^Captures of sick-1/).click();
        await page.keyboard.press('Control+F');
        await workbench.input.fill('sick-1 prod heap 1.12');
        await workbench
          .view('Captures')
          .getByText(/^Filter "sick-1 prod heap 1\.12": 2 of \d+ captures$/)
          .waitFor();
        // Both cases are open, though one was folded.
        const found = page
          .getByRole('tree', { name: 'Captures' })
          .getByRole('treeitem', { name: /^sick-1 · Heap profile, 1\.12 cores/ });
        await expectSoon(
          'rows found',
          () => found.count(),
          count => count === 2,
        );
        await page.keyboard.press('Enter');
        await workbench.picture('filtered-captures');
        await workbench.run('Node Triage: Filter Captures…');
        await workbench.input.fill('nothing-like-it');
        await workbench.row('Captures', /^No capture matches the filter/).waitFor();
        await page.keyboard.press('Escape');
        await workbench
          .view('Captures')
          .getByText(/^Filter "sick-1 prod heap/)
          .waitFor();
        await workbench.run('Node Triage: Clear Capture Filter');
        await workbench.row('Captures', /^Captures of sick-1, prod · 20 captures/).waitFor();
      },
    },
    {
      title: 'deletes all captures of a case by the Delete key, after one question',
      async run(stage) {
        const { workbench } = stage;
        await workbench.row('Captures', /^Case before the rollback of sick-1/).click();
        await workbench.page.keyboard.press('Delete');
        // Notifications are dialogs by their role, too.
        const { dialog } = workbench;
        await dialog.getByText('Delete 10 captures?').waitFor();
        // Node, what, and when by the clock of this machine, each on a line.
        assert.equal(
          (await dialog.innerText()).match(/sick-1 · (CPU|Heap) profile, [A-Z][a-z]{2} \d+, \d\d:\d\d/g)
            ?.length,
          4,
        );
        await workbench.picture('delete-many');
        await dialog.getByRole('button', { name: 'Delete' }).click();
        await expectSoon(
          'planted captures',
          () => planted(stage),
          left => left.length === 2 * EACH,
        );
        assert.ok((await planted(stage)).every(name => !name.startsWith('planted-1-')));
        for (const name of await planted(stage))
          await rm(path.join(stage.captures, name), { recursive: true });
      },
    },
  ],
};
