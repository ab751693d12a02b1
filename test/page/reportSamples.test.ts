import { describe, expect, it } from 'vitest';
import { asked, useReportPage } from './reportFixture.js';

const pages = useReportPage();

describe('the report of sampled threads', () => {
  it('says how much CPU, of which process, and what sampling cost', async () => {
    const page = await pages.open('threads');
    expect(await page.locator('.facts').innerText()).toContain('kubelet, process 4711');
    expect(await page.locator('.sums').innerText()).toBe(
      '0.950 cores in 10.0 s · threads: 2 · rounds of samples: 50 · sampling cost 0.018 cores',
    );
    expect(await page.locator('.missing-list').innerText()).toContain('Kernel stacks could not be read');
  });

  it('marks in the verdict what was concluded and not seen', async () => {
    const page = await pages.open('threads');
    expect(await page.locator('.verdict .mark').allInnerTexts()).toEqual(['inferred']);
  });

  it('says what a finding rests on, what speaks against it, and what would make it sure', async () => {
    const page = await pages.open('threads');
    const text = await page.locator('.verdict > li').innerText();
    expect(text.split('\n').filter(line => line !== '')).toEqual([
      'Look The process reads memory.stat of cgroups, and the kernel takes long to make it: one is open 92 % of the time. inferred',
      'looks that found a memory.stat open: 46 of 50 (92 % of the time, with 95 % certainty 81 % at least; where reads are quick, below 1 %); cgroups: 2',
      'No sample shows a thread inside such a read: it is concluded from the files that were open.',
      'Check cgroup health: it times reads of memory.stat.',
    ]);
  });

  it('lists threads by CPU, with the call they were in and the function that makes its file', async () => {
    const page = await pages.open('threads');
    const rows = page.locator('table[aria-label="Threads"] tbody tr');
    expect(await rows.allInnerTexts()).toEqual([
      '4720\tkubelet\t0.920\t0.10 s\t9.10 s\t94.0%\t6.0%\t200 ms\tread /sys/fs/cgroup/memory/memory.stat',
      '4711\tkubelet\t0.030\t0.30 s\t0.00 s\t0%\t0%\t–\tfutex FUTEX_WAIT_PRIVATE val 0',
    ]);
    const files = page.locator('table[aria-label="Open files"] tbody tr');
    expect(await files.first().innerText()).toContain('memcg_stat_show');
    await files.first().getByRole('button', { name: 'memcg_stat_show' }).click();
    expect((await asked(page)).at(-1)).toBe('link/open symbol memcg_stat_show');
  });

  it('shows the CPU of the whole node', async () => {
    const page = await pages.open('threads');
    expect(await page.locator('section', { hasText: 'All CPUs of the node' }).innerText()).toContain(
      '6.40 idle',
    );
    const rows = page.locator('table[aria-label="Processes of the node"] tbody tr');
    expect(await rows.allInnerTexts()).toEqual([
      'kubelet\t4711\t0.950\t0.040\t0.910\t0.020',
      'containerd\t812\t0.030\t0.020\t0.010\t–',
    ]);
  });

  it('opens the flame graph where there is one', async () => {
    const page = await pages.open('threads');
    await page.getByRole('button', { name: 'Open Flame Graph' }).click();
    expect((await asked(page)).at(-1)).toBe('file/openFlameGraph');
    const trace = await pages.open('futex');
    expect(await trace.getByRole('button', { name: 'Open Flame Graph' }).isHidden()).toBe(true);
  });
});

describe('the report of cgroup health', () => {
  it('leads with the slowest read, and says what to look at with its doubt and a command', async () => {
    const page = await pages.open('cgroups');
    expect(await page.locator('.sums').innerText()).toMatch(
      /^9\.0\d s for one read of memory\.stat of the root cgroup · the check took 11\.2 s$/,
    );
    const verdict = await page.locator('.verdict > li').allInnerTexts();
    expect(verdict[0]).toMatch(/^Look/);
    expect(verdict.join('\n')).toContain('memory cgroups in the kernel: 38121; dead: 38000');
    expect(await page.locator('.verdict code').first().innerText()).toContain('memory.stat');
  });

  it('has read times, counts and the slowest cgroups', async () => {
    const page = await pages.open('cgroups');
    const reads = await page.locator('table[aria-label="Reading memory.stat"] tbody tr').allInnerTexts();
    expect(reads).toHaveLength(2);
    expect(reads[0]).toMatch(/^\/\t9\.0\d s\t/);
    expect(reads[0]).toContain('1, stopped early');
    expect(await page.locator('.facts-table tbody tr').first().innerText()).toBe(
      'memory cgroups in the kernel\t38,121',
    );
    expect(
      await page.locator('table[aria-label="Slowest cgroups"] tbody td:nth-child(2)').allInnerTexts(),
    ).toEqual(['/', '/kubepods', '/system.slice']);
  });

  it('names the kernel and whether it has the fix', async () => {
    const page = await pages.open('cgroups');
    expect(await page.locator('.verdict').innerText()).toContain('4.4.227-1.el7.elrepo.x86_64');
    expect(await page.locator('.verdict').innerText()).toContain('does not have the fix');
  });
});

describe('the report of facts of a node', () => {
  it('leads with what is unusual, each with its numbers, its place and a command', async () => {
    const page = await pages.open('facts');
    expect(await page.locator('.sums').innerText()).toMatch(
      /^unusual: 3 in 6\.00 s · the looks took 310 ms of CPU$/,
    );
    const verdict = await page.locator('.verdict > li').allInnerTexts();
    expect(verdict).toHaveLength(3);
    expect(verdict.join('\n')).toContain('jbd2/sda1-8 (77) for at least 6 s in io_schedule');
    expect(verdict.join('\n')).toContain('sda: 500 ms a request; busy 100 % of the time');
    expect(verdict.join('\n')).toContain('sda is mounted at /var/lib/kubelet');
    expect(verdict.join('\n')).toContain('user 0 has 127 of 128 inotify instances');
  });

  it('has plain tables, what a node named as text, and what could not be looked at', async () => {
    const page = await pages.open('facts');
    const rows = (name: string) => page.locator(`table[aria-label="${name}"] tbody tr`).allInnerTexts();
    expect(await rows('Disks')).toEqual([expect.stringMatching(/^sda\t0\.0\t20\t–\t500 ms\t8\.0\t/)]);
    expect(await rows('inotify')).toEqual(['55\t<b>leaky</b>\t0\t100\t700']);
    expect(await rows('Not looked at')).toEqual([
      'Log of kubelet and runtime\tThe pod has no right to look at it.',
    ]);
    expect((await rows('Processes'))[0]).toContain('kubelet');
  });

  it('shows what a real node said', async () => {
    const page = await pages.open('recorded-facts');
    expect(await page.locator('table[aria-label="Processes"] tbody').innerText()).toContain('kubelet');
    expect(await page.locator('table[aria-label="Pressure"] tbody tr').count()).toBeGreaterThan(4);
  });
});
