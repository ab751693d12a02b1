/** Reading a profile: what the editor shows, and everything one can do in it by mouse and by keyboard. */
import assert from 'node:assert/strict';
import type { StepGroup } from '../environment.js';
import { expectSoon } from '../expectSoon.js';

export const viewerSteps: StepGroup = {
  name: 'viewer',
  steps: [
    {
      title: 'opens a .pprof from the quick open, drawn, with its numbers',
      async run({ workbench, setSettings }) {
        await setSettings({ 'workbench.colorTheme': 'Default Dark Modern' });
        workbench.theme = 'dark';
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
        const box = await workbench.profile.graph.boundingBox();
        assert.ok(box);
        await workbench.page.mouse.move(box.x + box.width / 4, box.y + 50);
        const { tooltip } = workbench.profile;
        await tooltip.waitFor();
        assert.match(await tooltip.innerText(), /cores[^]*%/);
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
        const root = await profile.spokenBox.getAttribute('aria-label');
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('ArrowDown');
        const child = await profile.spokenBox.getAttribute('aria-label');
        assert.notEqual(child, root);
        assert.equal(await profile.spokenBox.getAttribute('aria-level'), '3');
        assert.match(child ?? '', /%/);
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
        const whole = await profile.fingerprint();
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
      title: 'turns the graph over, and back',
      async run({ workbench }) {
        const { profile } = workbench;
        await profile.graph.focus();
        const icicle = await profile.fingerprint();
        await workbench.run('Node Triage: Switch Between Icicle and Flame');
        await expectSoon(
          'picture',
          () => profile.fingerprint(),
          picture => picture !== icicle,
        );
        await workbench.picture('flame-orientation');
        await workbench.run('Node Triage: Switch Between Icicle and Flame');
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
