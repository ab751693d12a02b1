/** From a hot frame to its source: the document, its links, a file of this machine, and back. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import type { Stage, StepGroup } from '../environment.js';
import { expectSoon } from '../expectSoon.js';
import { takeOver, THEME_NAMES } from '../themes.js';

/** The module that the recorded kubelet was built with, with the function at another line than the profile has it. */
const MODULE = 'pkg/mod/github.com/opencontainers/runc@v1.2.1/libcontainer/cgroups/fs';
const BEFORE = 20;
const SOURCE = [
  'package fs',
  ...Array.from({ length: BEFORE }, (_, at) => `// line ${at + 2}`),
  'func (s *MemoryGroup) GetStats(path string, stats *cgroups.Stats) error {',
  ...Array.from({ length: 60 }, (_, at) => `\t_ = ${at}`),
  '\treturn nil',
  '}',
  '',
].join('\n');
const DECLARED = BEFORE + 2;

const lens = ({ workbench }: Stage, text: string | RegExp): Locator =>
  workbench.page.locator('.codelens-decoration a').filter({ hasText: text, visible: true }).first();

/** Brings the block of the function into sight, by the outline. */
async function goToFunction({ workbench }: Stage): Promise<void> {
  await workbench.page.keyboard.press('Control+Shift+O');
  await workbench.pick('@MemoryGroup GetStats', 'fs.(*MemoryGroup).GetStats');
}

async function cursorLine({ workbench }: Stage): Promise<number> {
  const text = await workbench.page.locator('#status\\.editor\\.selection').innerText();
  return Number(/Ln (\d+)/.exec(text)?.[1]);
}

export const hotFramesSteps: StepGroup = {
  name: 'hot-frames',
  steps: [
    {
      title: 'lists what the functions cost, with the lines they are at',
      async run(stage) {
        const { workbench, workspace } = stage;
        await mkdir(path.join(workspace, MODULE), { recursive: true });
        await writeFile(path.join(workspace, MODULE, 'memory.go'), SOURCE);
        await takeOver(stage, 'dark');
        await workbench.openFile('kubelet.pprof');
        await workbench.profile.drawn();
        // All lenses of a function stand in one line.
        await workbench.run('View: Toggle Primary Side Bar Visibility');
        await workbench.run('Node Triage: Open Hot Frames');
        await workbench.tab(/^Hot Frames of kubelet\.pprof/).waitFor();
        await workbench.page.locator('.view-line').getByText('linux.Syscall6').first().waitFor();
        await lens(stage, /asm_linux_amd64\.s:36/).waitFor();
        await workbench.picture('hot-frames');
      },
    },
    {
      title: 'leads to the repository, the vendored copy and the kernel above each function',
      async run(stage) {
        await goToFunction(stage);
        for (const text of [
          /^runc v1\.2\.1 fs\/memory\.go:\d+/,
          /^vendored: kubernetes v1\.32\.5/,
          /kernel .*memory_stat_show$/,
        ])
          await lens(stage, text).waitFor();
        await stage.workbench.picture('hot-frames-lenses');
      },
    },
    {
      title: 'opens the file of this machine at the line the function has there',
      async run(stage) {
        const source = lens(stage, /fs\/memory\.go:\d+ · memory\.go:\d+ on this machine/);
        const line = Number(/memory\.go:(\d+) on this machine/.exec(await source.innerText())?.[1]);
        assert.ok(line > DECLARED && line < DECLARED + 62, `line ${line} is outside of the function`);
        await stage.workbench.followLens(source, stage.workbench.tab(/^memory\.go/));
        await expectSoon(
          'cursor',
          () => cursorLine(stage),
          at => at === line,
        );
      },
    },
    {
      title: 'shows the costs of that file above the function and at the end of its lines',
      async run(stage) {
        await stage.workbench.page.keyboard.press('Control+Home');
        await lens(stage, /cores .* in kubelet\.pprof$/).waitFor();
        await stage.workbench.picture('source-costs');
      },
    },
    {
      title: 'leads back to the box of the function, whose details have the same links',
      async run(stage) {
        const { workbench } = stage;
        await workbench.tab(/^Hot Frames of/).click();
        await goToFunction(stage);
        const { details } = workbench.profile;
        await workbench.followLens(
          lens(stage, /^Show in Flame Graph$/),
          details.getByRole('heading', { name: /\(\*MemoryGroup\)\.GetStats/ }),
        );
        await details.getByRole('button', { name: /^runc v1\.2\.1 fs\/memory\.go:\d+$/ }).waitFor();
        await workbench.picture('details-links');
      },
    },
    {
      title: 'is read as well in light and in high contrast',
      async run(stage) {
        const { workbench } = stage;
        await workbench.tab(/^Hot Frames of/).click();
        for (const theme of THEME_NAMES.filter(name => name !== 'dark')) {
          await takeOver(stage, theme);
          await goToFunction(stage);
          await lens(stage, /^runc v1\.2\.1 fs\/memory\.go:\d+/).waitFor();
          await workbench.picture('hot-frames-lenses');
          await workbench.tab(/^memory\.go/).click();
          await lens(stage, /cores .* in kubelet\.pprof$/).waitFor();
          await workbench.picture('source-costs');
          await workbench.tab(/^Hot Frames of/).click();
        }
        await takeOver(stage, 'dark');
      },
    },
    {
      title: 'shows no cost any more when the profile is closed',
      async run(stage) {
        const { workbench } = stage;
        await workbench.tab(/^kubelet\.pprof/).click();
        await workbench.run('View: Close Editor');
        await workbench.tab(/^memory\.go/).click();
        await expectSoon(
          'lenses',
          () =>
            workbench.page.locator('.codelens-decoration a').filter({ hasText: 'in kubelet.pprof' }).count(),
          count => count === 0,
        );
      },
    },
  ],
};
