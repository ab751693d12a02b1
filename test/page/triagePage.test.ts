import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { violations } from './axeCheck.js';
import { asked, useReportPage } from './reportFixture.js';

const bundle = path.resolve(import.meta.dirname, '../../media/l10n/bundle.l10n.zh-cn.json');
const translations = JSON.parse(readFileSync(bundle, 'utf8')) as Record<string, string>;

describe('the page of a triage', () => {
  const pages = useReportPage();

  it('begins with the answer and its certainty', async () => {
    const page = await pages.open('triage');
    expect(await page.locator('.answer strong').innerText()).toBe(
      'Each read of memory.stat walks all memory cgroups, dead ones too (high confidence)',
    );
    const first = page.locator('.cause').first();
    expect(await first.locator('h3').innerText()).toMatch(/found confidence: high severity: high$/);
    expect(await first.locator('.evidence li').first().innerText()).toBe(
      'One read (memory.stat) took 9060 ms (slow from 100 ms on; a healthy one takes under 5 ms) <b>times</b>.txt:3',
    );
  });

  it('opens evidence and references by asking the host', async () => {
    const page = await pages.open('triage');
    await page.getByRole('button', { name: '<b>times</b>.txt:3' }).first().click();
    expect((await asked(page)).at(-1)).toBe('file/openBeside <b>times</b>.txt:3');
    await page.getByRole('button', { name: 'google/cadvisor#1774' }).click();
    expect((await asked(page)).at(-1)).toBe('reference/open memcg-stat-v1-zombies 1');
  });

  it('is copied as Markdown for an issue', async () => {
    const page = await pages.open('triage');
    await page.getByRole('button', { name: 'Copy for Issue' }).click();
    expect((await asked(page)).at(-1)).toMatch(/^text\/copy \*\*Each read of memory\.stat walks/);
  });

  it('says what else it could be, and what excludes that', async () => {
    const page = await pages.open('triage');
    const rivals = page.locator('.cause').first().locator('.rivals');
    await rivals.locator('summary').click();
    const texts = await rivals.locator('li').allInnerTexts();
    expect(texts.some(text => /^refuted .*lock/.test(text))).toBe(true);
  });

  it('says what was checked, where the CPU goes, what the kernel lacks, what was taken and what was not', async () => {
    const page = await pages.open('triage');
    expect(await page.locator('h2').allInnerTexts()).toEqual([
      'Answer',
      "Where the kubelet's CPU goes",
      'What was checked',
      'Environment',
      'Fixes of this kernel',
      'What was taken',
    ]);
    expect(await page.locator('.report').innerText()).toContain('holiday.txt: nothing in it is known');
    expect(await page.locator('img').count()).toBe(0);
  });

  it('says plainly that nothing known fits', async () => {
    const page = await pages.open('triage-nothing');
    expect(await page.locator('.answer strong').innerText()).toMatch(/^Nothing known fits\./);
    expect(await page.locator('.cause').count()).toBe(0);
  });

  it.each(['light', 'dark', 'hc-dark', 'hc-light'] as const)(
    'has nothing that axe calls serious in %s',
    async theme => {
      const page = await pages.open('triage', { theme });
      await page.locator('.rivals summary').first().click();
      expect(await violations(page)).toEqual([]);
    },
  );
});

describe('the page of a triage in Chinese', () => {
  const pages = useReportPage({ boot: { words: translations }, language: 'zh-cn' });

  // Reasons and remedies of rules are English in every language: they are also what is pasted into issues.
  it('says heads, names, states and levels in Chinese', async () => {
    const page = await pages.open('triage');
    const texts = await page
      .locator('h2, h3, .answer strong, .actions dt, .cause .mark, .sums strong, table.data th')
      .allInnerTexts();
    expect(texts.length).toBeGreaterThan(20);
    for (const text of texts) if (text !== '') expect(text).toMatch(/\p{Script=Han}/u);
  });
});
