import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { violations } from './axeCheck.js';
import { asked, useReportPage } from './reportFixture.js';

const root = path.resolve(import.meta.dirname, '../..');
const translations = JSON.parse(
  readFileSync(path.join(root, 'media/l10n/bundle.l10n.zh-cn.json'), 'utf8'),
) as Record<string, string>;

const pages = useReportPage();

describe('axe finds nothing serious', () => {
  it.each(['light', 'dark', 'hc-dark', 'hc-light'] as const)('in %s, with a term explained', async theme => {
    const page = await pages.open('futex', { theme });
    await page.locator('details summary').first().click();
    await page.getByRole('button', { name: 'ETIMEDOUT' }).focus();
    await page.locator('.term-help').waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it.each([
    'kernel',
    'slow',
    'table',
    'stampless',
    'threads',
    'cgroups',
    'facts',
    'triage',
    'failed',
    'profile',
  ])('on the page of %s', async caseName => {
    const page = await pages.open(caseName, { theme: 'light', drawn: false });
    await page.locator('.status-page, .part').first().waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

describe('a page that is hidden and shown again', () => {
  it('is where it was: place, order, what was unfolded', async () => {
    const page = await pages.open('kernel');
    await page.locator('#calls-more').click();
    await page.locator('#calls-by-errors').click();
    await page.locator('details summary').first().click();
    const order = await page.locator('table[aria-label="System calls"] tbody td:first-child').allInnerTexts();
    await page.locator('main.report').evaluate(each => (each.scrollTop = 480));
    await page.waitForTimeout(300);
    await page.reload();
    await page.locator('.part').first().waitFor();
    expect(await page.locator('main.report').evaluate(each => Math.round(each.scrollTop))).toBe(480);
    expect(
      await page.locator('table[aria-label="System calls"] tbody td:first-child').allInnerTexts(),
    ).toEqual(order);
    expect(await page.locator('details').first().getAttribute('open')).not.toBeNull();
  });

  it('takes a state of another version for none', async () => {
    const page = await pages.open('table');
    await page.evaluate(() =>
      sessionStorage.setItem(
        'state of table',
        '{"version":1,"scroll":"far","sorts":{"calls":{"column":"gone"}},"open":7}',
      ),
    );
    await page.reload();
    await page.locator('.part').first().waitFor();
    expect(await page.locator('th[aria-sort=descending]').innerText()).toContain('calls');
  });
});

describe('a file that is replaced', () => {
  it('changes the numbers and leaves the reader where he was', async () => {
    const page = await pages.open('futex');
    await page.locator('#addresses-by-wakes').click();
    await page.locator('main.report').evaluate(each => (each.scrollTop = 300));
    await page.waitForTimeout(300);
    await page.evaluate(() => window.reportHarness.change('kernel'));
    await expect.poll(() => page.locator('.sums').innerText()).toContain('30,000');
    expect(await page.locator('main.report').evaluate(each => each.scrollTop)).toBe(300);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('addresses-by-wakes');
  });

  it('stays readable when it goes away, and says so', async () => {
    const page = await pages.open('futex');
    await page.evaluate(() =>
      window.reportHarness.notify('report/stale', {
        shown: {
          error: { code: 'file-unreadable', message: '', facts: {} },
          text: 'The file is gone.',
          nextStep: undefined,
        },
      }),
    );
    await page.locator('.notice').getByText('The file is gone.').waitFor();
    expect(await page.locator('.verdict').isVisible()).toBe(true);
  });
});

describe('loading', () => {
  it('says what it does when it takes longer', async () => {
    const page = await pages.open('futex', { query: 'delay=1500', drawn: false });
    await page.locator('.status-page').getByText('Loading the file…').waitFor();
    await page.evaluate(() => window.reportHarness.notify('report/progress', { phase: 'counting' }));
    await page.locator('.status-page').getByText('Counting…').waitFor();
    await page.locator('.part').first().waitFor();
    expect(await page.locator('.status-page').count()).toBe(0);
  });

  it('that fails says why, and can be tried again', async () => {
    const page = await pages.open('failed', { drawn: false });
    expect(await page.locator('.status-page[role=alert]').innerText()).toContain('ends in the middle');
    await page.getByRole('button', { name: 'Show Log' }).click();
    await page.getByRole('button', { name: 'Retry' }).click();
    await expect.poll(() => asked(page)).toEqual(['report/load', 'log/show', 'report/load']);
  });

  it('of a profile offers the editor that shows it, in place of trying again', async () => {
    const page = await pages.open('profile', { drawn: false });
    await page.getByRole('button', { name: 'Open in the Profile Editor' }).click();
    expect((await asked(page)).at(-1)).toBe('file/openOther');
    expect(await page.getByRole('button', { name: 'Retry' }).count()).toBe(0);
  });
});

it.each([380, 700])('fits into %s pixels: only tables scroll sideways', async width => {
  const page = await pages.open('slow');
  await page.setViewportSize({ width, height: 600 });
  const wide = await page.evaluate(
    limit =>
      [...document.querySelectorAll('.page *')]
        .filter(
          each => each.getBoundingClientRect().right > limit + 1 && each.closest('.table-scroll') === null,
        )
        .map(each => `${each.localName}.${each.getAttribute('class') ?? ''}`),
    width,
  );
  expect(wide).toEqual([]);
});

describe('in Chinese', () => {
  const chinese = useReportPage({ boot: { words: translations }, language: 'zh-cn' });

  it('says everything in Chinese, verdict and evidence too', async () => {
    const page = await chinese.open('slow');
    const texts = await page
      .locator('h2, .lead, .verdict p, .evidence li, .missing-list li, .facts-table tbody th, table.data th')
      .allInnerTexts();
    expect(texts.length).toBeGreaterThan(30);
    for (const text of texts) if (text !== '') expect(text).toMatch(/\p{Script=Han}/u);
  });

  it.each(['threads', 'cgroups', 'facts', 'table', 'recorded-kernel'])(
    'says findings in Chinese, with evidence, doubt and what to measure next: %s',
    async name => {
      const page = await chinese.open(name);
      const texts = await page.locator('.verdict p, .evidence li').allInnerTexts();
      expect(texts.length).toBeGreaterThan(2);
      // “CPU：8” has no other mark of its language than the colon.
      for (const text of texts) expect(text).toMatch(/[\p{Script=Han}：]/u);
    },
  );
});
