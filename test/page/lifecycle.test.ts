import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { capture, crumbs, pressOnGraph, search, spoken, usePage } from './pageFixture.js';

const pages = usePage();

describe('a page that is hidden and shown again', () => {
  it('is what it was: zoom, selection, search, orientation, order, split', async () => {
    const page = await pages.open('cpu');
    await pressOnGraph(page, 'o', 'Home', 'ArrowUp', 'Enter', 'ArrowUp');
    const before = await spoken(page);
    await search(page, 'cgroup');
    await page.getByRole('button', { name: 'cum' }).click();
    await page.locator('[role=separator]').focus();
    await page.keyboard.press('ArrowLeft');
    const split = await page.locator('[role=separator]').getAttribute('aria-valuenow');
    const path = await crumbs(page);
    expect(path).toHaveLength(2);

    await page.reload();
    await page.locator('.flame canvas').waitFor();
    expect(await crumbs(page)).toEqual(path);
    await page.locator('.flame').focus();
    expect(await spoken(page)).toBe(before);
    expect(await page.locator('.search-result').innerText()).toMatch(/\d+ boxes · /);
    expect(await page.locator('[role=columnheader][aria-sort=descending]').innerText()).toContain('cum');
    expect(await page.locator('[role=separator]').getAttribute('aria-valuenow')).toBe(split);
    // Turned over: up leads away from the root.
    await page.keyboard.press('ArrowUp');
    expect(await page.locator('.flame [role=treeitem]').getAttribute('aria-level')).toBe('4');
  });

  it('comes back to callers and callees', async () => {
    const page = await pages.open('cpu');
    await page.locator('.row').first().dblclick();
    await page.reload();
    expect(await page.locator('.sandwich-title').innerText()).toContain('Syscall6');
  });
});

describe('a capture that grows', () => {
  it('keeps the view while the numbers change', async () => {
    const page = await pages.open('cpu');
    await pressOnGraph(page, 'Home', 'ArrowDown', 'Enter', 'ArrowDown');
    await search(page, 'GetStats');
    const before = {
      path: await crumbs(page),
      sums: await page.locator('.sums').innerText(),
      name: nameOf(await spoken(page)),
    };
    await page.evaluate(() => window.harness.change('bigger'));
    await expect.poll(() => page.locator('.sums').innerText()).not.toBe(before.sums);
    expect(await crumbs(page)).toEqual(before.path);
    expect(nameOf(await spoken(page))).toBe(before.name);
    expect(await page.locator('[role=search] input').inputValue()).toBe('GetStats');
  });

  it('shows how far it is, and stops by a button', async () => {
    const page = await pages.open('running');
    expect(await page.locator('.running').innerText()).toContain('2 of 6 slices · 40 s left');
    expect(await page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('2');
    await page.evaluate(facts => window.harness.notify('capture/changed', { capture: facts }), {
      ...capture,
      state: 'running' as const,
      slicesDone: 3,
      slicesPlanned: 6,
      secondsLeft: 29,
    });
    await expect.poll(() => page.locator('.running').innerText()).toContain('3 of 6 slices · 29 s left');
    await page.getByRole('button', { name: 'Stop and keep' }).click();
    await expect.poll(() => page.evaluate(() => window.harness.asked.at(-1))).toBe('capture/stop');
    expect(await page.locator('.running').innerText()).toContain('Stopping…');
    await page.evaluate(facts => window.harness.notify('capture/changed', { capture: facts }), {
      ...capture,
      state: 'stopped' as const,
      slicesDone: 3,
      slicesPlanned: 6,
      processCores: 100,
    });
    await page.locator('.running').waitFor({ state: 'hidden' });
    expect(await page.locator('.facts').innerText()).toContain('stopped after 3 of 6 slices');
    // The process is measured when the capture ends; no new profile comes with it.
    expect(await page.locator('.accounting').innerText()).toContain('is not in this picture');
  });

  it('says why it could not be stopped, and offers it again', async () => {
    const page = await pages.open('running');
    await page.evaluate(() => (window.harness.refuseStop = true));
    const stop = page.getByRole('button', { name: 'Stop and keep' });
    await stop.click();
    await page.locator('.notice').getByText('Not stopped: the capture has ended already').waitFor();
    expect(await stop.isEnabled()).toBe(true);
  });

  it('lists what went wrong on the way', async () => {
    const page = await pages.open('running');
    await page.locator('.notes summary').click();
    expect(await page.locator('.notes li').allInnerTexts()).toEqual(['Slice 1 was asked for again.']);
  });

  it('keeps the picture when the file goes away', async () => {
    const page = await pages.open('cpu');
    await page.evaluate(() =>
      window.harness.notify('profile/stale', {
        shown: {
          error: { code: 'file-unreadable', message: '', facts: {} },
          text: 'The file is gone.',
          nextStep: undefined,
        },
      }),
    );
    await page.locator('.notice').getByText('The file is gone.').waitFor();
    expect(await page.locator('.flame canvas').isVisible()).toBe(true);
  });
});

describe('loading', () => {
  it('says what it does when it takes longer', async () => {
    const page = await pages.open('cpu', { query: 'delay=1500', drawn: false });
    await page.locator('.status-page').getByText('Loading the file…').waitFor();
    await page.evaluate(() => window.harness.notify('profile/progress', { phase: 'decoding' }));
    await page.locator('.status-page').getByText('Decoding the profile…').waitFor();
    await page.locator('.flame canvas').waitFor();
    expect(await page.locator('.status-page').count()).toBe(0);
  });

  it('that fails says why and what to do, and can be tried again', async () => {
    const page = await pages.open('failed', { drawn: false });
    const error = page.locator('.status-page[role=alert]');
    expect(await error.innerText()).toContain('cpu.pb.gz ends in the middle.');
    expect(await error.innerText()).toContain('Fetch it again.');
    await page.getByRole('button', { name: 'Show Log' }).click();
    await page.getByRole('button', { name: 'Retry' }).click();
    await expect
      .poll(() => page.evaluate(() => window.harness.asked))
      .toEqual(['profile/load', 'log/show', 'profile/load']);
  });
});

describe('an empty profile', () => {
  const titleOf = (page: Page): Promise<string> => page.locator('.status-page h2').innerText();

  it('of CPU time: the process was idle', async () => {
    expect(await titleOf(await pages.open('idle', { drawn: false }))).toBe('The process was idle');
  });

  it('of blocking: contention was not recorded, and how to record it', async () => {
    const page = await pages.open('block', { drawn: false });
    expect(await titleOf(page)).toBe('Contention was not recorded');
    expect(await page.locator('.status-page').innerText()).toContain('enableContentionProfiling: true');
  });

  it('of this type alone: the other is offered', async () => {
    const page = await pages.open('zero', { drawn: false });
    await page.getByRole('button', { name: 'Show type0 (count)' }).click();
    await page.locator('.flame canvas').waitFor();
    expect(await page.locator('.sums').innerText()).toMatch(/^7 /);
  });
});

describe('commands of the editor', () => {
  it('are carried out in the page', async () => {
    const page = await pages.open('cpu');
    const does = (action: 'search' | 'focusTable' | 'focusGraph'): Promise<void> =>
      page.evaluate(wanted => window.harness.notify('view/do', { action: wanted }), action);
    const focused = (): Promise<string> =>
      page.evaluate(
        () => document.activeElement?.getAttribute('role') ?? document.activeElement?.localName ?? '',
      );
    await does('search');
    await expect.poll(focused).toBe('vscode-text-field');
    await does('focusTable');
    await expect.poll(focused).toBe('grid');
    await does('focusGraph');
    await expect.poll(focused).toBe('tree');
  });
});

/** `name, 0.1 cores, …` */
function nameOf(sentence: string): string {
  return sentence.split(', ')[0] ?? '';
}
