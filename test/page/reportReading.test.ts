import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { asked, useReportPage } from './reportFixture.js';

const pages = useReportPage();

const cells = (page: Page, table: string, column: number): Promise<string[]> =>
  page.locator(`table[aria-label="${table}"] tbody td:nth-child(${column})`).allInnerTexts();
const part = (page: Page, title: string) =>
  page.locator('section', { has: page.getByRole('heading', { name: title }) });

describe('the head', () => {
  it('says whose it is, how it was taken, and what is missing', async () => {
    const page = await pages.open('kernel');
    expect(await page.locator('h1').innerText()).toBe('worker-3');
    const facts = await page.locator('.facts').innerText();
    for (const fact of ['calls.ktrace.txt.gz', 'kubelet v1.32.5', 'kernel 6.18.5', "kernel's own tracing"])
      expect(facts).toContain(fact);
    expect(await page.locator('.sums').innerText()).toMatch(
      /^system calls: 30,000 in 2\.\d+ s · threads: 5 · /,
    );
    expect(await page.locator('.missing-list li').allInnerTexts()).toEqual([
      'Events lost before they were read: 212,588. Every count is a lower bound.',
      expect.stringMatching(/^Calls that had not returned when the trace ended: \d+/),
      expect.stringMatching(/^Calls that began before the trace did: \d+/),
      'The buffer was small.',
    ]);
  });

  it('says nothing of what is not missing', async () => {
    const page = await pages.open('table');
    expect(await page.locator('.missing-list').isHidden()).toBe(true);
    expect(await page.locator('h1').innerText()).toBe('summary.strace.txt');
  });
});

describe('the verdict', () => {
  it('stands first, names what is worth a look before what is usual, with its evidence', async () => {
    const page = await pages.open('slow');
    expect(await page.getByRole('heading', { level: 2 }).first().innerText()).toBe('Verdict');
    const lines = await page.locator('.verdict > li').allInnerTexts();
    expect(lines[0]).toMatch(/^Look .*memory\.stat/);
    expect(lines[0]).toContain('longest: read 9063.0 ms on /sys/fs/cgroup/memory/memory.stat');
    expect(lines.slice(1).every(line => line.startsWith('Usual'))).toBe(true);
  });

  it('says that time-outs and futex are usual, beside an idle kubelet', async () => {
    const page = await pages.open('futex');
    expect(await page.locator('.lead').first().innerText()).toContain('usual for a Go program');
    expect(await page.locator('.facts-table tbody tr').allInnerTexts()).toEqual([
      'share of futex in all calls\tonly futex was traced\t9.8%',
      'share of futex in the time that strace -c prints\tno -c table\t51.6%',
      'share of futex results that are time-outs\t15.4%\t24.4%',
    ]);
  });
});

describe('calls', () => {
  it('lead to their manual page, their entry, and the function that serves the file at the node’s kernel', async () => {
    const page = await pages.open('slow');
    const slowest = part(page, 'Slowest calls');
    expect(await slowest.locator('tbody tr').first().innerText()).toMatch(
      /^9\.06 s\tread\t\/sys\/fs\/cgroup\/memory\/memory\.stat\tmemcg_stat_show\t100\t/,
    );
    await slowest.getByRole('button', { name: 'memcg_stat_show' }).first().click();
    const calls = part(page, 'System calls');
    await calls.getByRole('button', { name: 'futex', exact: true }).click();
    await calls.getByRole('button', { name: 'sys_openat' }).click();
    expect((await asked(page)).slice(1)).toEqual([
      'link/open worker read /sys/fs/cgroup/memory/memory.stat',
      'link/open manual futex',
      'link/open entry openat',
    ]);
  });

  it('of a table have its seconds, and no times that it does not tell', async () => {
    const page = await pages.open('table');
    const heads = await page.locator('table.data th').allInnerTexts();
    expect(heads).toEqual(['call', 'calls ▾', 'errors', 'seconds', 'in the kernel']);
    expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
      'Verdict',
      'System calls',
    ]);
  });

  it('whose file is not known say the descriptor', async () => {
    const page = await pages.open('kernel');
    expect(await cells(page, 'Slowest calls', 3)).toContain('file descriptor 24');
  });

  it('are text, whatever a trace holds', async () => {
    const page = await pages.open('hostile');
    expect(await page.locator('img').count()).toBe(0);
    expect((await cells(page, 'Slowest calls', 3))[0]).toContain('<img src=x onerror=alert(1)');
  });
});

describe('a table', () => {
  it('is sorted by its heads, says how, and keeps the focus on the head', async () => {
    const page = await pages.open('kernel');
    const head = page.locator('#calls-by-call');
    await head.focus();
    await page.keyboard.press('Enter');
    const names = await cells(page, 'System calls', 1);
    expect(names).toEqual([...names].sort());
    const sorted = page.locator('table[aria-label="System calls"] th[aria-sort=ascending]');
    expect(await sorted.innerText()).toContain('call');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('calls-by-call');
    await page.keyboard.press('Enter');
    expect(await cells(page, 'System calls', 1)).not.toEqual(names);
    expect(await page.locator('#calls-by-call').innerText()).toContain('▾');
  });

  it('shows its first rows, and the rest when asked', async () => {
    const page = await pages.open('kernel');
    expect(await cells(page, 'System calls', 1)).toHaveLength(10);
    await page.locator('#calls-more').click();
    const all = await cells(page, 'System calls', 1);
    expect(all.length).toBeGreaterThan(15);
    expect(await page.locator('#calls-more').innerText()).toBe('Show fewer');
  });

  it('keeps its heads in sight while it scrolls', async () => {
    const page = await pages.open('kernel');
    await page.locator('#calls-more').click();
    const scroller = page
      .getByRole('region', { name: 'System calls', exact: true })
      .locator('xpath=self::div');
    await scroller.evaluate(each => (each.scrollTop = 200));
    const [top, head] = await scroller.evaluate(each => [
      each.getBoundingClientRect().top,
      each.querySelector('th')!.getBoundingClientRect().top,
    ]);
    expect(Math.abs(top - head)).toBeLessThan(2);
  });

  it('is copied whole, as tab-separated values in the order shown', async () => {
    const page = await pages.open('table');
    await page.getByRole('button', { name: 'Copy System calls as TSV' }).click();
    const copied = (await asked(page)).at(-1)!;
    const lines = copied.replace('text/copy ', '').split('\n');
    expect(lines).toHaveLength(31);
    expect(lines.slice(0, 2)).toEqual([
      'call\tcalls\terrors\tseconds\tin the kernel',
      'read\t6,064\t272\t76.5 ms\tvfs_read',
    ]);
  });

  it('that is cut says how many more there are', async () => {
    const page = await pages.open('hostile');
    expect(await part(page, 'Slowest calls').locator('.table-foot').innerText()).toContain(
      'counted and not listed: 100 more',
    );
  });
});

describe('a term', () => {
  it('is explained on hover and stays while the pointer is inside', async () => {
    const page = await pages.open('futex');
    const term = page.getByRole('button', { name: 'ETIMEDOUT' });
    await term.hover();
    const help = page.locator('.term-help');
    expect(await help.innerText()).toContain('ran out before the thread was woken');
    await help.hover();
    await page.waitForTimeout(400);
    await help.getByRole('button', { name: 'futex(7)' }).click();
    expect((await asked(page)).at(-1)).toBe('link/open overview futex');
  });

  it('goes when the pointer leaves both', async () => {
    const page = await pages.open('futex');
    await page.getByRole('button', { name: 'ETIMEDOUT' }).hover();
    await page.locator('.term-help').waitFor();
    await page.locator('h1').hover();
    await page.locator('.term-help').waitFor({ state: 'detached' });
  });

  it('is explained on focus, its links are the next stops, and Escape ends it', async () => {
    const page = await pages.open('futex');
    const term = page.getByRole('button', { name: 'FUTEX_WAIT_PRIVATE' }).first();
    await term.focus();
    const described = await term.getAttribute('aria-describedby');
    expect(described).not.toBeNull();
    expect(await page.locator('.term-help').innerText()).toContain('Go uses private futexes only');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('futex(2)');
    await page.keyboard.press('Enter');
    expect((await asked(page)).at(-1)).toBe('link/open manual futex');
    await page.keyboard.press('Escape');
    expect(await page.locator('.term-help').count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('FUTEX_WAIT_PRIVATE');
  });

  it('stays inside a narrow window', async () => {
    const page = await pages.open('futex');
    await page.setViewportSize({ width: 420, height: 400 });
    const last = page.getByRole('button', { name: 'ERESTARTSYS' });
    await last.scrollIntoViewIfNeeded();
    await last.focus();
    const box = (await page.locator('.term-help').boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(420);
    expect(box.y).toBeGreaterThanOrEqual(0);
    expect(box.y + box.height).toBeLessThanOrEqual(400);
  });
});

describe('pictures', () => {
  it('have their numbers as text', async () => {
    const page = await pages.open('futex');
    const picture = page.locator('svg.timeline');
    expect(await picture.getAttribute('aria-label')).toMatch(/^Futex calls over 10 s: at most \d+ in 1 s/);
    expect(await picture.locator('g').count()).toBe(10);
    await page.getByText('Numbers of the timeline').first().click();
    const waits = await cells(page, 'Numbers of the timeline', 2);
    expect(waits.map(Number).every(count => count >= 0)).toBe(true);
    const histograms = page.locator('.histogram');
    expect(await histograms.locator('caption').allInnerTexts()).toEqual([
      'Time-outs that waits were given',
      'How long waits took',
    ]);
    expect(await histograms.first().locator('th').allInnerTexts()).toContain('1 ms – 10 ms');
  });

  it('are not drawn where there is nothing to draw, and why is said', async () => {
    const page = await pages.open('stampless');
    expect(await part(page, 'Futex over time').innerText()).toContain('no time stamps');
    expect(await part(page, 'Time-outs and waits').innerText()).toContain('neither time-outs nor');
  });
});

it('parts are reached by the list above them, and the keyboard goes on from there', async () => {
  const page = await pages.open('futex');
  await page.getByRole('navigation').getByRole('button', { name: 'Futex by thread' }).click();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Futex by thread');
  const heading = (await page.getByRole('heading', { name: 'Futex by thread' }).boundingBox())!;
  expect(heading.y).toBeLessThan(700);
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
    'Futex by thread',
  );
});

it('what the trace cost stands last, as far as it was measured', async () => {
  const page = await pages.open('slow');
  const cost = part(page, 'What the trace cost');
  expect(await cost.locator('tbody tr').allInnerTexts()).toEqual([
    'CPU of the kubelet, in cores\t0.310\t1.42\t0.300',
    'one look at all pods (relist)\t4.00 ms\t900 ms\t–',
  ]);
  const other = await pages.open('futex');
  expect(await other.getByRole('heading', { name: 'What the trace cost' }).count()).toBe(0);
});
