/** Triage Node: from the menu of a node to a page that says the cause, in each theme; and that it opens again from the list. */
import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Stage, Step, StepGroup } from '../environment.js';
import { takeOver, type ThemeName } from '../themes.js';

const NODE = 'worker-1';
const nodeRow = ({ workbench }: Stage) => workbench.row('Nodes', new RegExp(`^${NODE},`));

const triages: Step = {
  title: 'opens a page with the first answers, and follows it until the profile is there',
  async run(stage) {
    const { workbench } = stage;
    const notification = workbench.notification(`Triage of ${NODE}`);
    await workbench.chooseFromMenu(nodeRow(stage), 'Triage Node', notification);
    const { report } = workbench;
    await report.getByRole('heading', { name: 'Answer' }).waitFor();
    await report.getByRole('heading', { name: 'What was checked' }).waitFor();
    await workbench.picture('triage-begun');
    await notification.waitFor({ state: 'detached' });
    const taken = report.getByRole('table', { name: 'What was taken' });
    await taken.getByRole('row', { name: /^CPU profile of the kubelet taken/ }).waitFor();
    await report.getByText(/not there yet/).waitFor({ state: 'detached' });
    await workbench.picture('triage');
    await report.getByRole('heading', { name: 'What was taken' }).scrollIntoViewIfNeeded();
    await workbench.picture('triage-taken');
  },
};

const opensAgain: Step = {
  title: 'opens again from the Captures view',
  async run({ workbench }) {
    await workbench.page.keyboard.press('Control+F4');
    await workbench.run('View: Close All Editors');
    const row = workbench.row('Captures', new RegExp(`^${NODE} · Triage`));
    await row.click();
    const { report } = workbench;
    await report.getByRole('heading', { name: 'Answer' }).waitFor();
    assert.equal(await report.getByText('Go Down').count(), 0);
  },
};

/** What is taken on the node belongs to the same case: a measured read wins over what the kernel's version says. */
const sharpens: Step = {
  title:
    'is judged anew in the open page when the node was examined, and names the cause by what was measured',
  async run({ workbench }) {
    const { report } = workbench;
    const examine = workbench.dialog.getByRole('button', { name: 'Examine', exact: true });
    await workbench.chooseFromMenu(workbench.row('Nodes', new RegExp(`^${NODE},`)), 'Examine Node…', examine);
    await workbench.picture('examine-consent');
    await examine.click();
    const notification = workbench.notification(`Examining ${NODE}`);
    await workbench.notification(/Cgroup health: Measuring/).waitFor();
    await report
      .getByText(/^Each read of memory\.stat walks all memory cgroups, dead ones too \(high confidence\)/)
      .waitFor();
    await notification.waitFor({ state: 'detached' });
    await workbench.page.getByRole('tab', { name: `${NODE} · Triage` }).waitFor();
    await workbench.picture('triage-sharpened');
    await report
      .getByRole('button', { name: /cgroups\.health\.txt/ })
      .first()
      .click();
    await workbench.page.getByRole('tab', { name: /cgroups\.health\.txt/ }).waitFor();
    await workbench.picture('triage-evidence');
  },
};

/** Asked for twice, the second time with what was measured and by typing the node's name; the replayed node stays as it is. */
const remedies: Step = {
  title: 'drops caches of a node by a button of the finding, and says whether it helped',
  async run({ workbench, captures }) {
    await workbench.run('View: Close All Editors');
    await workbench.row('Captures', new RegExp(`^${NODE} · Triage`)).click();
    const { report, dialog, page } = workbench;
    await report.getByRole('button', { name: 'Drop Caches…' }).first().click();
    const measure = dialog.getByRole('button', { name: 'Measure (privileged pod)' });
    await measure.waitFor();
    await workbench.picture('remedy-consent');
    await measure.click();
    const drop = dialog.getByRole('button', { name: 'Drop Caches…' });
    await drop.waitFor();
    for (const words of ['One read of memory.stat: ', 'Dead memory cgroups: ', 'It cannot be taken back.'])
      await dialog.getByText(words).first().waitFor();
    await workbench.picture('remedy-question');
    await drop.click();
    await page.getByText(`Type the name of the node, ${NODE}, to drop its caches now.`).waitFor();
    await page.keyboard.type('worker-2');
    await page.keyboard.press('Enter');
    await page.getByText('This is not the name of the node.').waitFor();
    await workbench.picture('remedy-name');
    for (let key = 0; key < 'worker-2'.length; key++) await page.keyboard.press('Backspace');
    await page.keyboard.type(NODE);
    await page.keyboard.press('Enter');
    await report.getByRole('heading', { name: 'Before and after' }).waitFor();
    await report.getByText('It did not help.').first().waitFor();
    await workbench.notification(/were dropped. Check in ten minutes/).waitFor();
    await workbench.picture('remedy');
    await workbench.dismissNotifications();
    // A new case begins with it; the steps that follow go by the case that there was.
    const made = (await readdir(captures)).filter(name => name.endsWith('-remedy'));
    assert.equal(made.length, 1);
    for (const name of made) await rm(path.join(captures, name), { recursive: true });
    await workbench.run('Node Triage: Refresh Captures');
  },
};

export function triageSteps(theme: ThemeName): StepGroup {
  const themed: Step = {
    title: 'takes over the theme',
    async run(stage) {
      await takeOver(stage, theme);
      await nodeRow(stage).waitFor();
    },
  };
  const steps = [themed, triages];
  return {
    name: `triage-${theme}`,
    steps: theme === 'dark' ? [...steps, opensAgain, sharpens, remedies] : steps,
  };
}
