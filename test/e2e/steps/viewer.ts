/** Reading a profile: what the editor shows, and everything one can do in it by mouse and by keyboard. */
import assert from 'node:assert/strict';
import type { StepGroup } from '../environment.js';
import { expectSoon } from '../expectSoon.js';
import { takeOver } from '../themes.js';

export const viewerSteps: StepGroup = {
  name: 'viewer',
  steps: [
    {
      title: 'opens a .pprof from the quick open, drawn, with its numbers',
      async run(stage) {
        const { workbench } = stage;
        await takeOver(stage, 'dark');
        await workbench.openFile('kubelet.pprof');
        await workbench.profile.shows('kubelet.pprof');
        await workbench.profile.drawn();
        // What `go tool pprof -top` says of the recording: 2.45 s in 30.1 s.
        assert.match(await workbench.profile.sums.innerText(), /0\.08\d? cores.*2\.45 s/);
        await workbench.picture('viewer');
      },
    },
    {
      title: 'shows what is under the pointer',
      async run({ workbench }) {
        const { graph, tooltip } = workbench.profile;
        let moves = 0;
        // A page that is still being laid out loses a move; a hand does not rest either.
        await expectSoon(
          'tooltip',
          async () => {
            const box = await graph.boundingBox();
            assert.ok(box);
            await workbench.page.mouse.move(box.x + box.width / 4 + (moves++ % 2), box.y + 50);
            return (await tooltip.isVisible()) ? tooltip.innerText() : '';
          },
          text => /cores[^]*%/.test(text),
        );
        await workbench.picture('tooltip');
      },
    },
    {
      title: 'adds up everything a search matches',
      async run({ workbench }) {
        const { profile } = workbench;
        await profile.search('GetStats');
        await expectSoon(
          'search result',
          () => profile.searchResult.innerText(),
          text => /\d+(\.\d+)?\s?%/.test(text),
        );
        await workbench.picture('search');
        await profile.search('no such function anywhere');
        await expectSoon(
          'search result',
          () => profile.searchResult.innerText(),
          text => !/[1-9]\d*(\.\d+)?\s?%/.test(text),
        );
        await profile.search('/(/');
        await profile.searchResult.getByText(/regular expression/i).waitFor();
        await profile.search('');
      },
    },
    {
      title: 'switches the sample type',
      async run({ workbench }) {
        const { profile } = workbench;
        const before = await profile.sums.innerText();
        await profile.sampleType.click();
        await profile.sampleType.getByRole('option', { name: /samples/ }).click();
        await expectSoon(
          'sums',
          () => profile.sums.innerText(),
          text => text !== before,
        );
        await profile.sampleType.click();
        await profile.sampleType.getByRole('option', { name: /cpu/ }).click();
        await expectSoon(
          'sums',
          () => profile.sums.innerText(),
          text => text === before,
        );
      },
    },
    {
      title: 'walks the boxes by keyboard, in words a screen reader says',
      async run({ workbench }) {
        const { profile, page } = workbench;
        await profile.graph.focus();
        await page.keyboard.press('Home');
        await expectSoon(
          'level',
          () => profile.spokenBox.getAttribute('aria-level'),
          level => level === '1',
        );
        const root = await profile.spokenBox.getAttribute('aria-label');
        await page.keyboard.press('ArrowDown');
        const child = await profile.spokenAfter(root);
        assert.match(child, /%/);
        await page.keyboard.press('ArrowDown');
        await profile.spokenAfter(child);
        assert.equal(await profile.spokenBox.getAttribute('aria-level'), '3');
        await page.keyboard.press('End');
        await profile.details.getByRole('heading').waitFor();
        await workbench.picture('keyboard');
      },
    },
    {
      title: 'zooms by Enter and back by Escape',
      async run({ workbench }) {
        const { profile, page } = workbench;
        await page.keyboard.press('Home');
        await page.keyboard.press('0');
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('ArrowDown');
        const whole = await profile.settledFingerprint();
        await page.keyboard.press('Enter');
        await expectSoon(
          'picture',
          () => profile.fingerprint(),
          picture => picture !== whole,
        );
        await workbench.picture('zoomed');
        await page.keyboard.press('Escape');
        await expectSoon(
          'picture',
          () => profile.fingerprint(),
          picture => picture === whole,
        );
      },
    },
    {
      title: 'turns the graph over and its stacks around, and back',
      async run({ workbench }) {
        const { profile } = workbench;
        await profile.graph.focus();
        const turnOver = async (name: string): Promise<void> => {
          const before = await profile.settledFingerprint();
          await workbench.run(name);
          await expectSoon(
            'picture',
            () => profile.fingerprint(),
            picture => picture !== before,
          );
        };
        await turnOver('Node Triage: Switch Between Icicle and Flame');
        await workbench.picture('flame-orientation');
        await turnOver('Node Triage: Switch Between Icicle and Flame');
        await turnOver('Node Triage: Switch Between Top-Down and Bottom-Up');
        await workbench.picture('bottom-up');
        await turnOver('Node Triage: Switch Between Top-Down and Bottom-Up');
      },
    },
    {
      title: 'links the table of functions with the graph',
      async run({ workbench }) {
        const { profile } = workbench;
        await workbench.run('Node Triage: Focus Function Table');
        await profile.table.waitFor();
        const rows = await profile.tableRows();
        assert.ok(rows.length > 5, `${rows.length} rows`);
        await profile.table.locator('.row').nth(1).click();
        const name = await profile.table.locator('.row').nth(1).locator('.cell').last().innerText();
        await profile.details.getByText(name).first().waitFor();
        await workbench.picture('table');
      },
    },
    {
      title: 'comes back as it was left after another tab',
      async run({ workbench }) {
        const { profile } = workbench;
        await profile.search('futex');
        await expectSoon(
          'search result',
          () => profile.searchResult.innerText(),
          text => /%/.test(text),
        );
        const found = await profile.searchResult.innerText();
        await workbench.openFile('raw.txt');
        await workbench.tab(/^raw\.txt/).waitFor();
        await workbench.tab(/^kubelet\.pprof/).click();
        await workbench.profile.shows('kubelet.pprof');
        await workbench.profile.drawn();
        await expectSoon(
          'search result',
          () => workbench.profile.searchResult.innerText(),
          text => text === found,
        );
      },
    },
    {
      title: 'comes back as it was left after a reload of the window',
      async run({ workbench }) {
        const found = await workbench.profile.searchResult.innerText();
        await workbench.reload();
        await workbench.profile.drawn();
        await expectSoon(
          'search result',
          () => workbench.profile.searchResult.innerText(),
          text => text === found,
        );
        await workbench.picture('reloaded');
      },
    },
  ],
};
