/**
 * Everything that goes through a debug pod: consent, progress, cancel, the reports, refusal, leftovers. After each
 * the cluster has no pod of ours.
 */
import assert from 'node:assert/strict';
import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeElf } from '../../support/makeElf.js';
import type { Stage, Step, StepGroup } from '../environment.js';
import { expectSoon } from '../expectSoon.js';
import { takeOver, THEMES, type ThemeName } from '../themes.js';

const NODE = 'worker-1';
const MENU = ['Sample Threads…', 'Check Cgroup Health…', 'Node Facts…', 'Trace System Calls (futex)…'];

const nodeRow = ({ workbench }: Stage) => workbench.row('Nodes', new RegExp(`^${NODE},`));

/** Pods that the extension made, as the cluster knows them. */
function ourPods({ replay }: Stage): readonly string[] {
  return replay.pods.all().flatMap(({ metadata }) => {
    const isOurs = metadata.labels?.['app.kubernetes.io/managed-by'] === 'node-triage';
    return isOurs ? [metadata.name] : [];
  });
}

/** Settings that count from now on. */
function settle(
  { workbench, setSettings }: Stage,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  return workbench.takeOverSettings(mark => setSettings({ ...settings, ...mark }));
}

async function expectNoPods(stage: Stage): Promise<void> {
  await expectSoon(
    'no debug pod',
    () => Promise.resolve(ourPods(stage).length),
    count => count === 0,
  );
  await stage.workbench.page
    .getByRole('button', { name: /debug pods? alive/ })
    .waitFor({ state: 'detached' });
}

/** Chooses a command from the node's menu and agrees. */
async function agree(stage: Stage, command: string, button: string): Promise<void> {
  const choice = stage.workbench.dialog.getByRole('button', { name: button, exact: true });
  await stage.workbench.chooseFromMenu(nodeRow(stage), command, choice);
  await choice.click();
}

interface Run {
  readonly command: string;
  readonly button: string;
  readonly title: string;
  /** Words that no other report has. */
  readonly finding: RegExp;
  readonly picture: string;
}

/** Runs a command to its report. */
function reports({ command, button, title, finding, picture }: Run): Step {
  return {
    title: `${command} by ${button}: shows the pod while it lives, opens the report, leaves no pod`,
    async run(stage) {
      const { workbench } = stage;
      await agree(stage, command, button);
      await workbench.notification(title).waitFor();
      await workbench.page.getByRole('button', { name: /1 debug pod alive/ }).waitFor();
      await workbench.row('Nodes', new RegExp(`^${NODE}, debug pod,`)).waitFor();
      await workbench.picture(`${picture}-progress`);
      await workbench.report.getByText(finding).first().waitFor();
      await workbench.notification(title).waitFor({ state: 'detached' });
      await workbench.picture(picture);
      await expectNoPods(stage);
    },
  };
}

const THREADS: Run = {
  command: 'Sample Threads…',
  button: 'Sample',
  title: `Sampling the threads of the kubelet on ${NODE}`,
  finding: /A sample is a look at one thread/,
  picture: 'report-threads',
};
const CGROUPS: Run = {
  command: 'Check Cgroup Health…',
  button: 'Check',
  title: `Checking the cgroups of ${NODE}`,
  finding: /Reading memory\.stat is slow/,
  picture: 'report-cgroups',
};
const FACTS: Run = {
  command: 'Node Facts…',
  button: 'Read',
  title: `Reading the facts of ${NODE}`,
  finding: /Processes by name/,
  picture: 'report-facts',
};
const KERNEL: Run = {
  command: 'Trace System Calls (futex)…',
  button: 'Trace by the Kernel (privileged pod)',
  title: `Tracing system calls (futex) of the kubelet on ${NODE}`,
  finding: /traced by the kernel's own tracing/,
  picture: 'report-kernel-trace',
};
const STRACE: Run = {
  ...KERNEL,
  button: 'Trace by strace',
  finding: /traced by strace/,
  picture: 'report-strace',
};

const consent: Step = {
  title: 'asks first: node, image, namespace, rights, life and cost; nothing is made without a yes',
  async run(stage) {
    const { workbench } = stage;
    const items = await workbench.openMenu(nodeRow(stage));
    assert.deepEqual(
      items.filter(item => MENU.includes(item)),
      MENU,
    );
    await workbench.picture('context-menu');
    await workbench.page.keyboard.press('Escape');
    const { dialog } = workbench;
    await workbench.chooseFromMenu(nodeRow(stage), 'Trace System Calls (futex)…', dialog);
    for (const words of [
      `on ${NODE} (context demo), namespace default`,
      'Image: ',
      ': root on the node: privileged, hostPID; no host mounts',
      'Each user who may exec into pods of default is root on the node',
      "Network: the node's own",
      'SYS_PTRACE',
      'ends by itself after',
      '0.4 µs a system call',
      '110 µs a system call',
    ])
      await dialog.getByText(words).first().waitFor();
    // Without scrolling: the rights of every button.
    for (const words of [': root on the node: privileged', 'SYS_PTRACE', 'Each user who may exec'])
      assert.ok(await dialog.getByText(words).first().isVisible());
    // What Enter presses asks for less than a privileged pod.
    const focused = dialog.getByRole('button', { name: STRACE.button, exact: true });
    assert.ok(await focused.evaluate(button => button === button.ownerDocument.activeElement));
    await workbench.picture('consent');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await workbench.notification('Tracing system calls').waitFor({ state: 'detached' });
    assert.deepEqual(ourPods(stage), []);
  },
};

const silent: Step = {
  title: 'judges a node that is not ready before anything is made: no pod starts there, and no profile comes',
  async run(stage) {
    const { workbench } = stage;
    await workbench.chooseFromMenu(workbench.row('Nodes', /^worker-5,/), MENU[0] ?? '');
    await workbench.dialog.getByText('no pod starts and no profile comes').first().waitFor();
    await workbench.picture('consent-silent');
    await workbench.dialog.getByRole('button', { name: 'Cancel' }).click();
    await workbench.notification('Sampling the threads').waitFor({ state: 'detached' });
    assert.deepEqual(ourPods(stage), []);
  },
};

const upload: Step = {
  title: "uploads a strace of the user's own, said in the consent; one that cannot run there creates nothing",
  async run(stage) {
    const { workbench, workspace } = stage;
    const file = path.join(workspace, 'strace-static');
    await writeFile(file, makeElf());
    const settings = {
      ...SHORT,
      'nodeTriage.calls.engine': 'strace',
      'nodeTriage.debugPod.straceFile': file,
    };
    await settle(stage, settings);
    const choice = workbench.dialog.getByText('Upload: strace-static');
    await workbench.chooseFromMenu(nodeRow(stage), 'Trace System Calls (futex)…', choice);
    await workbench.picture('consent-upload');
    await workbench.dialog.getByRole('button', { name: STRACE.button, exact: true }).click();
    await workbench.notification(STRACE.title).waitFor({ state: 'detached' });
    await workbench.report.getByText(STRACE.finding).first().waitFor();
    await expectNoPods(stage);

    await writeFile(file, '#!/bin/sh');
    await workbench.chooseFromMenu(nodeRow(stage), 'Trace System Calls (futex)…');
    await workbench.notification(/strace-static/).waitFor();
    await workbench.picture('refusal-upload');
    assert.deepEqual(ourPods(stage), []);
    await workbench.dismissNotifications();
    await rm(file);
    await settle(stage, SHORT);
  },
};

const cancel: Step = {
  title: 'cancelled while it samples: no pod, no capture, no word of an error',
  async run(stage) {
    const { workbench, captures } = stage;
    const before = await captureNames(captures);
    await settle(stage, { ...SHORT, 'nodeTriage.threads.seconds': 60 });
    await agree(stage, 'Sample Threads…', 'Sample');
    await workbench.notification(/Measuring, \d+ s left/).waitFor();
    await workbench.pressNotificationButton(THREADS.title, 'Cancel');
    await workbench.notification(THREADS.title).waitFor({ state: 'detached' });
    await expectNoPods(stage);
    assert.deepEqual(await captureNames(captures), before);
    await settle(stage, SHORT);
  },
};

const disconnected: Step = {
  title: 'goes on and is removed when its context is closed meanwhile',
  async run(stage) {
    const { workbench } = stage;
    await settle(stage, { ...SHORT, 'nodeTriage.threads.seconds': 8 });
    await agree(stage, 'Sample Threads…', 'Sample');
    await workbench.notification(/Measuring, \d+ s left/).waitFor();
    const context = workbench.row('Nodes', /^context demo,/);
    await workbench.chooseFromMenu(context, 'Disconnect');
    await nodeRow(stage).waitFor({ state: 'detached' });
    await workbench.report.getByText(THREADS.finding).first().waitFor();
    await expectNoPods(stage);
    await workbench.chooseFromMenu(context, 'Connect');
    await nodeRow(stage).waitFor();
    await settle(stage, SHORT);
  },
};

const refusal: Step = {
  title: 'shows the words of Pod Security where the namespace does not admit the pod, and asks nothing',
  async run(stage) {
    const { workbench } = stage;
    await settle(stage, { ...SHORT, 'nodeTriage.debugPod.namespace': 'restricted' });
    await workbench.chooseFromMenu(nodeRow(stage), 'Sample Threads…');
    const notification = workbench.notification(/violates PodSecurity "restricted/);
    await notification.waitFor();
    await notification.getByText(NODE).first().waitFor();
    await notification.hover();
    await notification.getByRole('button', { name: 'Open Settings' }).waitFor();
    await workbench.picture('refusal-pod-security');
    assert.deepEqual(ourPods(stage), []);
    await workbench.dismissNotifications();
    await settle(stage, SHORT);
  },
};

const leftovers: Step = {
  title: 'lists what other tools left behind, and removes it when it is chosen',
  async run(stage) {
    const { workbench, replay } = stage;
    replay.pods.put(
      {
        metadata: {
          name: 'node-debugger-worker-2-x7k2p',
          labels: { 'app.kubernetes.io/managed-by': 'kubectl-debug' },
        },
        spec: { nodeName: 'worker-2', hostPID: true, containers: [{ name: 'debugger', image: 'busybox' }] },
      },
      'default',
    );
    await workbench.run('Node Triage: Remove Debug Pods…');
    const row = workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'x7k2p' });
    await row.waitFor();
    await workbench.picture('leftovers');
    await row.click();
    await workbench.page.keyboard.press('Enter');
    await workbench.notification('Debug pods removed: 1.').waitFor();
    assert.equal(replay.pods.find('default', 'node-debugger-worker-2-x7k2p'), undefined);
    await workbench.dismissNotifications();
  },
};

const reopened: Step = {
  title: 'keeps the reports as captures, which open again',
  async run({ workbench }) {
    await workbench.run('View: Close All Editors');
    await workbench.showViews();
    await workbench.row('Captures', /^worker-1 · .*cgroup/i).dblclick();
    await workbench.report
      .getByText(/memory\.stat/)
      .first()
      .waitFor();
  },
};

async function captureNames(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}

/** Of the dark theme, which the others take over from. */
const SHORT = {
  'workbench.colorTheme': THEMES.dark,
  'nodeTriage.threads.seconds': 2,
  'nodeTriage.calls.seconds': 2,
};

const killed: Step = {
  title: 'whose extension host is killed: the next window of this machine removes the pod',
  async run(stage) {
    const { workbench } = stage;
    await settle(stage, { ...SHORT, 'nodeTriage.threads.seconds': 60 });
    await agree(stage, 'Sample Threads…', 'Sample');
    await workbench.notification(/Measuring, \d+ s left/).waitFor();
    const [pod] = ourPods(stage);
    await stage.killExtensionHost();
    await workbench.reload();
    await workbench.showViews();
    await nodeRow(stage).waitFor();
    await expectNoPods(stage);
    assert.ok(pod?.startsWith('node-triage-'), 'there was a pod to be removed');
    assert.deepEqual(
      (await captureNames(stage.captures)).filter(name => name.startsWith('.')),
      [],
    );
    await settle(stage, SHORT);
  },
};

/** What the editor itself reports as errors is of the kill, and not looked at. */
export const killedHostSteps: StepGroup = {
  name: 'debug-pods-killed',
  steps: [killed],
  mayReportErrors: true,
};

/** All of it in one theme; in the others what is drawn differently. */
export function debugPodSteps(theme: ThemeName): StepGroup {
  const themed: Step = {
    title: 'takes over the theme',
    async run(stage) {
      await takeOver(stage, theme, SHORT);
      await nodeRow(stage).waitFor();
    },
  };
  const drawn = [consent, reports(CGROUPS), reports(FACTS), reports(THREADS), reports(KERNEL)];
  const once = [reports(STRACE), reopened, silent, upload, disconnected, cancel, refusal, leftovers];
  return {
    name: `debug-pods-${theme}`,
    steps: theme === 'dark' ? [themed, ...drawn, ...once] : [themed, ...drawn],
  };
}
