/** What every report says first and last: the answer, whether the kubelet was hot at all, and the next steps as buttons. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { violations } from './axeCheck.js';
import { asked, useReportPage } from './reportFixture.js';

const bundle = path.resolve(import.meta.dirname, '../../media/l10n/bundle.l10n.zh-cn.json');
const translations = JSON.parse(readFileSync(bundle, 'utf8')) as Record<string, string>;

describe('next steps', () => {
  const pages = useReportPage();

  it.each([
    ['threads-cold', 'Triage Node', 'triage'],
    ['threads-cold', 'Check Cgroup Health…', 'cgroups'],
    ['cgroups-explained', 'Triage Node', 'triage'],
    ['cgroups-explained', 'Profile Kubelet CPU', 'profile'],
    ['kernel', 'Sample Threads…', 'threads'],
    ['triage', 'Trace System Calls (futex)…', 'calls'],
  ])('of %s are buttons: %s runs %s', async (caseName, name, step) => {
    const page = await pages.open(caseName);
    await page.getByRole('button', { name, exact: true }).first().click();
    expect((await asked(page)).at(-1)).toBe(`step/run ${step}`);
  });

  it('that stand behind the words of a finding are not offered twice', async () => {
    const page = await pages.open('cgroups-explained');
    expect(await page.getByRole('button', { name: 'Triage Node', exact: true }).count()).toBe(1);
  });

  it.each([
    ['threads', /^Next: Profile Kubelet CPU, Triage Node\. No button, as this file is in no capture/],
    ['triage-nothing', /^Next: Profile Kubelet CPU, .*No button, as this file is in no capture/],
    ['cgroups-imported', /^Next: .*No button, as this capture was imported/],
  ])('of %s, whose node is not known here, are words that say why', async (caseName, expected) => {
    const page = await pages.open(caseName);
    expect(await page.locator('.next').innerText()).toMatch(expected);
    expect(await page.locator('button.action').count()).toBe(0);
  });
});

describe('the answer of a cgroup check', () => {
  const pages = useReportPage();

  it('stands first, in one sentence with both numbers, and rests on what was measured', async () => {
    const page = await pages.open('cgroups-explained');
    expect(await page.locator('h2').first().innerText()).toBe('Answer');
    expect(await page.locator('.answer strong').innerText()).toBe(
      'This explains the kubelet’s CPU: reading memory.stat of all cgroups costs about 0.87 – 5.33 of its 1.34 cores.',
    );
    expect(await page.locator('.part').first().innerText()).toContain(
      'CPU of the kubelet: 1.34 cores in 15 s, by capture.json',
    );
  });

  it('says that it does not know where nothing tells the CPU of the kubelet', async () => {
    const page = await pages.open('cgroups');
    expect(await page.locator('.answer strong').innerText()).toMatch(
      /^Whether this explains .* is not known:/,
    );
  });
});

describe('a kubelet that was not hot', () => {
  const pages = useReportPage();

  it.each(['threads-cold', 'cgroups-imported', 'slow'])('is said first: %s', async caseName => {
    const page = await pages.open(caseName);
    const first = page.locator('main.report > *').first();
    expect(await first.innerText()).toMatch(/^The kubelet was not hot when this was taken: 0\.\d+ cores/);
  });

  it.each(['threads', 'cgroups-explained', 'cgroups', 'futex'])(
    'is not said where it was, or is not known: %s',
    async caseName => {
      const page = await pages.open(caseName);
      expect(await page.locator('.calm').count()).toBe(0);
    },
  );
});

describe.each(['light', 'dark', 'hc-dark', 'hc-light'] as const)('in %s', theme => {
  const pages = useReportPage();

  it.each(['threads-cold', 'cgroups-explained', 'cgroups-imported'])(
    'axe passes the page of %s',
    async caseName => {
      const page = await pages.open(caseName, { theme });
      expect(await violations(page)).toEqual([]);
    },
  );
});

describe('in Chinese', () => {
  const pages = useReportPage({ boot: { words: translations }, language: 'zh-cn' });

  it.each(['threads-cold', 'cgroups-explained', 'cgroups-imported'])(
    '%s has no English sentence',
    async caseName => {
      const page = await pages.open(caseName);
      const texts = await page
        .locator('.calm, .answer strong, .next, .verdict strong, .evidence li')
        .allInnerTexts();
      expect(texts.length).toBeGreaterThan(3);
      // `CPU: 8` is the same in both.
      for (const text of texts) expect(text).toMatch(/\p{Script=Han}|^CPU：/u);
    },
  );
});
