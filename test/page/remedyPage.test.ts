import { describe, expect, it } from 'vitest';
import { violations } from './axeCheck.js';
import { asked, useReportPage } from './reportFixture.js';

describe('the page of a remedy', () => {
  const pages = useReportPage();

  it('says whether it helped, with before, after and later beside each other', async () => {
    const page = await pages.open('remedy');
    expect(await page.locator('.answer strong').innerText()).toBe('It helped.');
    const table = page.getByRole('table', { name: 'Before and after' });
    expect(await table.locator('thead th').allInnerTexts()).toEqual([
      'before',
      'after',
      'again, 10 min later',
    ]);
    expect(
      await table
        .getByRole('row', { name: /memory\.stat/ })
        .locator('td')
        .allInnerTexts(),
    ).toEqual(['9.06 s', '400 µs', '400 µs']);
    expect(await page.locator('.report').innerText()).toContain('echo 2 > /proc/sys/vm/drop_caches');
  });

  it('is checked again by its button', async () => {
    const page = await pages.open('remedy');
    await page.getByRole('button', { name: 'Check Again…' }).click();
    expect((await asked(page)).at(-1)).toBe('remedy/check');
  });

  it('of a node that was lost says how it ended; from elsewhere it has no button', async () => {
    const page = await pages.open('remedy-ended');
    const text = await page.locator('.report').innerText();
    expect(text).toContain('Whether it helped is not known.');
    expect(text).toContain('the node was not ready any more');
    expect(text).toContain('<img src=x onerror=alert(1)>');
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Check Again…' }).count()).toBe(0);
  });

  it.each(['light', 'dark', 'hc-dark', 'hc-light'] as const)('passes axe in %s', async theme => {
    const page = await pages.open('remedy', { theme });
    expect(await violations(page)).toEqual([]);
  });
});

describe('next steps on the node', () => {
  const pages = useReportPage();

  it('are buttons of the triage: look on the node, and the remedy of what was found', async () => {
    const page = await pages.open('triage');
    await page.getByRole('button', { name: 'Examine Node…' }).click();
    expect((await asked(page)).at(-1)).toBe('step/run examine');
    const first = page.locator('.cause').first();
    await first.getByRole('button', { name: 'Drop Caches…' }).click();
    expect((await asked(page)).at(-1)).toBe('remedy/apply memcg-stat-v1-zombies');
    expect(await page.getByRole('button', { name: 'Drop Caches…' }).count()).toBe(1);
  });

  it('stand behind the words of a verdict', async () => {
    const page = await pages.open('slow');
    await page.getByRole('button', { name: 'Check Cgroup Health…' }).first().click();
    expect((await asked(page)).at(-1)).toBe('step/run cgroups');
  });
});
