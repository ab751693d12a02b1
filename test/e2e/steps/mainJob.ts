/** The main job, once in each theme: from a node of the tree to the flame graph of its kubelet, growing, kept. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import type { StepGroup } from '../environment.js';
import { expectSoon } from '../expectSoon.js';
import { takeOver, type ThemeName } from '../themes.js';

const TITLE = 'CPU profile of the kubelet on worker-1';
const PROFILES = [
  'Profile Kubelet CPU',
  'Profile Kubelet Heap',
  'Profile Kubelet Allocations',
  'Profile Kubelet Goroutines',
  'Profile Kubelet Blocking',
  'Profile Kubelet Mutexes',
  'Profile Kubelet Thread Creation',
  'Save Kubelet Execution Trace',
];

export function mainJobSteps(theme: ThemeName): StepGroup {
  let seconds = 0;
  return {
    name: `main-job-${theme}`,
    steps: [
      {
        title: 'takes over the theme',
        async run(stage) {
          const { workbench } = stage;
          await takeOver(stage, theme);
          await workbench.row('Nodes', /^worker-1, .*cores, hot/).waitFor();
          await workbench.picture('tree');
        },
      },
      {
        title: 'offers every profile in the context menu of a node',
        async run({ workbench }) {
          const items = await workbench.openMenu(workbench.row('Nodes', /^worker-1,/));
          await workbench.picture('context-menu');
          assert.deepEqual(
            items.filter(item => PROFILES.includes(item)),
            PROFILES,
          );
          assert.ok(!items.includes('Stop and Keep'), 'nothing runs that could be stopped');
          await workbench.page.keyboard.press('Escape');
        },
      },
      {
        title:
          'profiles by right-click, with phase and seconds left, and opens the editor with the first slice',
        async run({ workbench }) {
          await workbench.chooseFromMenu(workbench.row('Nodes', /^worker-1,/), 'Profile Kubelet CPU');
          await workbench.notification(TITLE).waitFor();
          await workbench.notification(/Slice \d+ of 30, \d+ s left/).waitFor();
          const { profile } = workbench;
          await profile.drawn();
          await workbench.row('Nodes', /^worker-1, profiling CPU/).waitFor();
          await workbench.row('Captures', /^worker-1 · CPU profile.* \d+ s(econds)? left/).waitFor();
          seconds = await profile.cpuSeconds();
          await workbench.picture('growing-1');
        },
      },
      {
        title: 'grows: more CPU seconds with the next slices',
        async run({ workbench }) {
          const { profile } = workbench;
          seconds = await expectSoon(
            'CPU seconds',
            () => profile.cpuSeconds(),
            now => now > seconds,
          );
          await profile.running.getByText(/([2-9]|\d\d) of 30 slices/).waitFor();
          await workbench.picture('growing-2');
        },
      },
      {
        title: 'keeps what has arrived by Stop and Keep',
        async run({ workbench, replay, captures }) {
          await workbench.profile.button('Stop and keep').click();
          await workbench.profile.running.waitFor({ state: 'hidden' });
          await workbench.notification(TITLE).waitFor({ state: 'detached' });
          assert.equal(replay.isProfiling('worker-1'), false, 'the profiler is free again');
          await workbench.profile.drawn();
          assert.ok((await workbench.profile.cpuSeconds()) >= seconds);
          await workbench.row('Captures', /stopped early/).waitFor();
          const [newest] = (await readdir(captures)).sort().reverse();
          assert.ok(newest !== undefined);
          assert.deepEqual((await readdir(`${captures}/${newest}`)).sort(), ['capture.json', 'cpu.pb.gz']);
          await workbench.picture('kept');
        },
      },
    ],
  };
}
