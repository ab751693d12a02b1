/**
 * A workspace whose settings name a kubeconfig with a credential plugin: nothing runs before a person was told which
 * program with which arguments, and said yes to exactly that. And one whose server nothing verifies.
 */
import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import type { Stage, Step, StepGroup } from '../environment.js';
import { expectSoon } from '../expectSoon.js';

const CONTEXT = 'of-the-workspace';
const V1 = 'client.authentication.k8s.io/v1';
const INTENT = 'node-triage-left-behind-0001';

const parentOf = ({ workspace }: Stage): string => path.dirname(workspace);
const folderOf = (stage: Stage): string => path.join(parentOf(stage), 'names-a-kubeconfig');
const kubeOf = (stage: Stage): string => path.join(folderOf(stage), 'kube');
/** Outside of the workspace; the plugin writes a letter for each run. */
const markerOf = (stage: Stage): string => path.join(parentOf(stage), 'plugin-runs');
const intentOf = ({ globalStorage }: Stage): string =>
  path.join(globalStorage, 'debug-pods', `${INTENT}.json`);

async function runs(stage: Stage): Promise<number> {
  return (await readFile(markerOf(stage), 'utf8').catch(() => '')).length;
}

/** What the replay server's own kubeconfig knows. */
async function knownOf({ replay }: Stage): Promise<{ server: string; authority: string; token: string }> {
  const text = await readFile(replay.kubeconfigPath, 'utf8');
  const find = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? '';
  return {
    server: find(/server: (.*)/),
    authority: find(/certificate-authority-data: (.*)/),
    token: find(/- name: admin\n {2}user:\n {4}token: (.*)/),
  };
}

async function writeKubeconfig(stage: Stage, cluster: object, user: object): Promise<void> {
  const { server } = await knownOf(stage);
  const text = JSON.stringify({
    clusters: [{ name: 'k', cluster: { server, ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: CONTEXT, context: { cluster: 'k', user: 'u' } }],
    'current-context': CONTEXT,
  });
  await writeFile(path.join(kubeOf(stage), 'config'), text);
}

async function writeWithPlugin(stage: Stage, account: string): Promise<void> {
  const { authority } = await knownOf(stage);
  await writeKubeconfig(
    stage,
    { 'certificate-authority-data': authority },
    { exec: { apiVersion: V1, command: './login', args: ['get-token', '--account', account] } },
  );
}

/** `remark`: what makes it another program. */
async function writePlugin(stage: Stage, remark = ''): Promise<void> {
  const { token } = await knownOf(stage);
  const credential = JSON.stringify({ apiVersion: V1, kind: 'ExecCredential', status: { token } });
  const file = path.join(kubeOf(stage), 'login');
  await writeFile(file, `#!/bin/sh\n${remark}printf x >> '${markerOf(stage)}'\necho '${credential}'\n`);
  await chmod(file, 0o755);
}

/** Of a window that was killed while it had a debug pod in that context. */
async function leaveIntent(stage: Stage): Promise<void> {
  const { server } = await knownOf(stage);
  const owner = { session: 'gone', host: 'another', pid: 1, aliveAt: '2020-01-01T00:00:00.000Z' };
  const intent = {
    version: 1,
    ...{ context: CONTEXT, server, namespace: 'default', name: INTENT, node: 'worker-1' },
    ...{ expiresAt: '2020-01-01T00:10:00.000Z', owner },
  };
  await mkdir(path.dirname(intentOf(stage)), { recursive: true });
  await writeFile(intentOf(stage), JSON.stringify(intent));
}

async function fill(stage: Stage): Promise<void> {
  const settings = path.join(folderOf(stage), '.vscode');
  await mkdir(settings, { recursive: true });
  await mkdir(kubeOf(stage), { recursive: true });
  await writePlugin(stage);
  await writeWithPlugin(stage, 'prod');
  const named = { 'nodeTriage.kubeconfig': path.join(kubeOf(stage), 'config') };
  await writeFile(path.join(settings, 'settings.json'), JSON.stringify(named));
}

const allowRow = ({ workbench }: Stage): Locator => workbench.row('Nodes', /^Review and Allow/);

/** Opens the question and gives its text. */
async function openQuestion(stage: Stage): Promise<string> {
  const { dialog } = stage.workbench;
  await allowRow(stage).click();
  await dialog.waitFor();
  return dialog.innerText();
}

async function answer({ workbench: { dialog } }: Stage, button: 'Allow' | 'Cancel'): Promise<void> {
  await dialog.getByRole('button', { name: button, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

function assertHas(text: string, words: readonly string[]): void {
  for (const word of words) assert.ok(text.includes(word), `"${word}" is not in:\n${text}`);
}

const nodesAreThere = async ({ workbench }: Stage): Promise<void> => {
  await workbench.row('Nodes', new RegExp(`^context ${CONTEXT}, .*\\d nodes`)).waitFor();
  await workbench.row('Nodes', /^worker-1,/).waitFor();
};

/** After a change of the file or the program: the old yes does not count. */
function asksAnew(title: string, change: (stage: Stage) => Promise<void>, words: readonly string[]): Step {
  return {
    title,
    async run(stage) {
      const before = await runs(stage);
      await change(stage);
      await stage.workbench.run('Node Triage: Refresh Nodes');
      assertHas(await openQuestion(stage), words);
      await answer(stage, 'Cancel');
      await allowRow(stage).waitFor();
      assert.equal(await runs(stage), before);
    },
  };
}

const restricted: Step = {
  title: 'is not even read in Restricted Mode, and nothing of it runs',
  async run(stage) {
    const { workbench, setSettings, addressOf } = stage;
    await fill(stage);
    await leaveIntent(stage);
    await workbench.takeOverSettings(mark =>
      setSettings({
        ...mark,
        'security.workspace.trust.enabled': true,
        'security.workspace.trust.startupPrompt': 'never',
      }),
    );
    await workbench.visit(addressOf(folderOf(stage)));
    await workbench.page.getByText('Restricted Mode').first().waitFor();
    await workbench.showViews();
    await workbench.row('Nodes', /^context demo,/).waitFor();
    await workbench.row('Nodes', /^worker-1,/).waitFor();
    assert.equal(await workbench.row('Nodes', new RegExp(CONTEXT)).count(), 0);
    assert.equal(await runs(stage), 0);
    await workbench.picture('workspace-kubeconfig-restricted');
  },
};

const waits: Step = {
  title:
    'runs nothing in a trusted window: not at activation with a leftover intent, not when the view opens',
  async run(stage) {
    const { workbench, setSettings, addressOf, extensionLog } = stage;
    const sweeps = async (): Promise<number> => {
      const told = `Looking for leftover debug pods in ${CONTEXT}: `;
      return (await extensionLog()).filter(entry => entry.includes(told) && entry.includes('waits for a yes'))
        .length;
    };
    assert.equal(await sweeps(), 0);
    await leaveIntent(stage);
    await workbench.takeOverSettings(mark => setSettings(mark));
    await workbench.visit(addressOf(folderOf(stage)));
    await workbench.showViews();
    await allowRow(stage).waitFor();
    await expectSoon('look for the pod that was left', sweeps, count => count > 0);
    await rm(intentOf(stage), { force: true });
    assert.equal(await workbench.dialog.count(), 0, 'nothing asks by itself');
    assert.equal(await runs(stage), 0);
    await workbench.picture('workspace-kubeconfig-waits');
  },
};

const no: Step = {
  title: 'asks about program, arguments, file and server; a no runs nothing',
  async run(stage) {
    const { server } = await knownOf(stage);
    const text = await openQuestion(stage);
    await stage.workbench.picture('workspace-kubeconfig-question');
    const login = path.join(kubeOf(stage), 'login');
    assertHas(text, [
      'May the kubeconfig of this workspace run a program to log in?',
      `Program: ${login}`,
      ...['get-token', '--account', 'prod'],
      `Kubeconfig: ${path.join(kubeOf(stage), 'config')}`,
      `Context: ${CONTEXT}`,
      `The credential goes to: ${server}`,
    ]);
    await answer(stage, 'Cancel');
    await allowRow(stage).waitFor();
    assert.equal(await runs(stage), 0);
  },
};

const yes: Step = {
  title: 'runs it after a yes, and shows the nodes',
  async run(stage) {
    await openQuestion(stage);
    await answer(stage, 'Allow');
    await nodesAreThere(stage);
    assert.equal(await runs(stage), 1);
  },
};

const remembered: Step = {
  title: 'remembers the yes when the window is loaded again',
  async run(stage) {
    const { workbench } = stage;
    await workbench.reload();
    await workbench.showViews();
    await nodesAreThere(stage);
    assert.equal(await workbench.dialog.count(), 0);
    assert.equal(await runs(stage), 2);
  },
};

const unverified: Step = {
  title: 'says of a server that nothing verifies what it is, in its row and before a debug pod',
  async run(stage) {
    const { workbench } = stage;
    const { token } = await knownOf(stage);
    await writeKubeconfig(stage, { 'insecure-skip-tls-verify': true }, { token });
    await workbench.run('Node Triage: Refresh Nodes');
    await workbench.row('Nodes', new RegExp(`^context ${CONTEXT}, .*TLS not verified.*\\d nodes`)).waitFor();
    await workbench.picture('unverified-tree');
    await workbench.chooseFromMenu(workbench.row('Nodes', /^worker-1,/), 'Check Cgroup Health…');
    await workbench.dialog.waitFor();
    assertHas(await workbench.dialog.innerText(), [
      'The API server is not verified (insecure-skip-tls-verify)',
    ]);
    await workbench.picture('unverified-consent');
    await answer(stage, 'Cancel');
    assert.deepEqual(stage.replay.pods.all(), []);
  },
};

const giveBack: Step = {
  title: 'gives the window back',
  async run(stage) {
    const { workbench, address } = stage;
    await workbench.visit(address);
    await workbench.showViews();
    await workbench.row('Nodes', /^context demo,/).waitFor();
    await rm(folderOf(stage), { recursive: true });
    await rm(markerOf(stage), { force: true });
  },
};

export const workspaceKubeconfigSteps: StepGroup = {
  name: 'workspace-kubeconfig',
  steps: [
    restricted,
    waits,
    no,
    yes,
    remembered,
    asksAnew('asks anew about another argument', stage => writeWithPlugin(stage, 'payroll'), ['payroll']),
    asksAnew(
      'asks anew about a program that is another behind the same name',
      async stage => {
        // In this order: the kubeconfig is watched, and to the old program its old yes still applies.
        await writePlugin(stage, 'true && ');
        await writeWithPlugin(stage, 'prod');
      },
      ['prod'],
    ),
    unverified,
    giveBack,
  ],
};
