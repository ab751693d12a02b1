/** The setting names a kubeconfig that is not there, while KUBECONFIG names a good one. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { Stage, StepGroup } from '../environment.js';

const goneOf = ({ workspace }: Stage): string => path.join(path.dirname(workspace), 'gone', 'kube.config');

function apply(
  { workbench, setSettings }: Stage,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  return workbench.takeOverSettings(mark => setSettings({ ...settings, ...mark }));
}

export const wrongKubeconfigSteps: StepGroup = {
  name: 'wrong-kubeconfig',
  steps: [
    {
      title: 'names the path, says that the setting is wrong, and opens it',
      async run(stage) {
        const { workbench } = stage;
        await workbench.row('Nodes', /^worker-1,/).waitFor();
        await apply(stage, { 'nodeTriage.kubeconfig': goneOf(stage) });
        const row = workbench.row(
          'Nodes',
          /^There is no file .*The setting "nodeTriage\.kubeconfig" names it/,
        );
        await row.waitFor();
        const text = await row.innerText();
        assert.ok(text.includes(goneOf(stage)), text);
        assert.equal(await workbench.page.getByText('neither in the settings').count(), 0);
        await workbench.row('Nodes', 'The setting "nodeTriage.kubeconfig" is what is wrong').waitFor();
        await workbench.picture('wrong-kubeconfig');
        await workbench.row('Nodes', /^Open Settings/).click();
        await workbench.page.locator('.settings-editor').getByText('Kubeconfig', { exact: true }).waitFor();
      },
    },
    {
      title: 'opens and connects the current context by itself when the setting is mended',
      async run(stage) {
        const { workbench } = stage;
        await apply(stage, {});
        await workbench.showViews();
        await workbench.row('Nodes', /^context demo, current, \d+ nodes/).waitFor();
        await workbench.row('Nodes', /^worker-1,/).waitFor();
        await workbench.picture('mended-kubeconfig');
      },
    },
  ],
};
