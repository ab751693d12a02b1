/** The report pages of what jobs left on a real node: three files that tell the same story. */
import { describe, expect, it } from 'vitest';
import { useReportPage } from './reportFixture.js';

const pages = useReportPage();

describe('recorded on a node whose memory.stat was slow', () => {
  it('sampled threads name who has the CPUs, and list the file that three of 300 looks saw', async () => {
    const page = await pages.open('recorded-threads');
    const verdict = page.locator('.verdict > li').first();
    expect(await verdict.innerText()).toMatch(/^Look Its threads wait for a CPU/);
    expect(await verdict.innerText()).toContain('hotCgroups');
    expect(await page.locator('.verdict').first().innerText()).not.toContain('memory.stat');
    expect(await page.locator('.report').innerText()).toContain('/sys/fs/cgroup/memory/memory.stat');
    expect(await page.locator('.sums').innerText()).toContain('threads: 15 · rounds of samples: 50');
  });

  it('cgroup health leads with the read time of the root', async () => {
    const page = await pages.open('recorded-cgroups');
    expect(await page.locator('.sums').innerText()).toContain('34.8 ms for one read of memory.stat');
    expect(await page.locator('.facts-table tbody tr').first().innerText()).toContain('10,386');
  });

  it('the trace by the kernel links the slow read to its file, as inferred, and to the function', async () => {
    const page = await pages.open('recorded-kernel');
    expect(await page.locator('.verdict > li').first().innerText()).toContain('190.2 ms');
    const slowest = page.locator('table[aria-label="Slowest calls"] tbody tr').first();
    expect(await slowest.innerText()).toContain('/kubepods/hot/memory.stat');
    expect(await slowest.innerText()).toContain('inferred');
    expect(await slowest.innerText()).toContain('memory_stat_show');
  });
});
