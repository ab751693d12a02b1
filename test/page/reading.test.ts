import { describe, expect, it } from 'vitest';
import { crumbs, pressOnGraph, search, spoken, usePage } from './pageFixture.js';

const pages = usePage();

describe('a profile on the page', () => {
  it('says what it is of, how much CPU that was and what the picture does not show', async () => {
    const page = await pages.open('cpu');
    expect(await page.locator('.facts').innerText()).toContain('worker-3');
    expect(await page.locator('.facts').innerText()).toContain('kernel 4.4.227-1.el7.elrepo.x86_64');
    expect(await page.locator('.sums').innerText()).toBe('0.082 cores 2.45 s of CPU in 30.0 s · 245 samples');
    expect(await page.locator('.accounting').innerText()).toContain('14.9% is not in this picture');
  });

  it('shows names as text, whatever they are', async () => {
    const page = await pages.open('hostile');
    expect(await page.locator('h1').innerText()).toBe('<img src=x onerror=alert(1)>');
    expect(await page.locator('.row').first().innerText()).toContain('<script>alert(1)</script>');
  });

  it('is never a canvas taller than the view, 5,000 frames deep', async () => {
    const page = await pages.open('deep');
    await pressOnGraph(page, 'End');
    expect(await spoken(page)).toMatch(/^f4999, /);
    const { canvas, view, scrolled } = await page.evaluate(() => {
      const scroller = document.querySelector('.flame')!;
      return {
        canvas: document.querySelector('canvas')!.height,
        view: scroller.clientHeight,
        scrolled: scroller.scrollTop + scroller.clientHeight === scroller.scrollHeight,
      };
    });
    expect(canvas).toBe(view);
    expect(scrolled).toBe(true);
  });
});

describe('the keyboard', () => {
  it('walks the boxes and says each with level, place and share', async () => {
    const page = await pages.open('cpu');
    await pressOnGraph(page, 'Home', 'ArrowDown', 'ArrowDown');
    expect(await spoken(page)).toMatch(
      /manager\.\(\*containerData\)\.housekeepingTick, 0\.038 cores, 46\.1%, self 0 cores$/,
    );
    const item = page.locator('.flame [role=treeitem]');
    expect(await item.getAttribute('aria-level')).toBe('3');
    expect(await item.getAttribute('aria-expanded')).toBe('true');
    expect(await page.locator('.flame').getAttribute('aria-activedescendant')).toBe(
      await item.getAttribute('id'),
    );
    await page.keyboard.press('ArrowRight');
    expect(await spoken(page)).not.toContain('housekeepingTick');
    await page.keyboard.press('ArrowUp');
    expect(await item.getAttribute('aria-level')).toBe('2');
  });

  it('zooms by Enter and goes back by Escape, step by step', async () => {
    const page = await pages.open('cpu');
    await pressOnGraph(page, 'Home', 'ArrowDown', 'Enter', 'ArrowDown', 'ArrowDown', 'Enter');
    expect((await crumbs(page)).at(-1)).toBe('manager.(*containerData).updateStats');
    await page.keyboard.press('Escape');
    expect((await crumbs(page)).at(-1)).toBe('manager.(*containerData).housekeeping');
    await page.keyboard.press('Escape');
    expect(await crumbs(page)).toEqual(['all']);
  });

  it('reaches search, table, orientation and help from anywhere', async () => {
    const page = await pages.open('cpu');
    await page.keyboard.press('/');
    await page.keyboard.type('to');
    // Letters are text now, no commands.
    expect(await page.locator('.search-result').innerText()).toMatch(/boxes/);
    expect(await page.locator('.table').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('t');
    expect(await page.locator('.table').isVisible()).toBe(false);
    await page.keyboard.press('?');
    expect(await page.locator('dialog').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog').isVisible()).toBe(false);
  });

  it('turns stacks around by one key, keeps that over a reload, and finds callers below their callees', async () => {
    const page = await pages.open('cpu');
    const button = (pressed: boolean) => page.getByRole('button', { name: 'From the leaves (b)', pressed });
    await button(false).waitFor();
    await pressOnGraph(page, 'b', 'Home', 'ArrowDown', 'ArrowDown');
    await button(true).waitFor();
    const caller = await spoken(page);
    expect(caller).toMatch(/self 0 cores$/);
    await page.keyboard.press('ArrowUp');
    // The widest leaf: what it used itself is all of its box.
    expect(await spoken(page)).toMatch(/, (\S+ cores), \d+\.\d%, self \1$/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.reload();
    await page.locator('.flame canvas').first().waitFor();
    await button(true).waitFor();
    expect((await crumbs(page)).length).toBe(3);
    await pressOnGraph(page, 'b');
    await button(false).waitFor();
    expect(await crumbs(page)).toEqual(['all']);
  });

  it('exports folded stacks of the type shown, by key and by button', async () => {
    const page = await pages.open('cpu');
    await pressOnGraph(page, 'e');
    await page.getByRole('button', { name: 'Export folded stacks (e)' }).press('Enter');
    const asked = await page.evaluate(() => window.harness.asked.slice(1));
    expect(asked).toEqual(['profile/exportFolded 1', 'profile/exportFolded 1']);
  });

  it('moves the line between graph and table', async () => {
    const page = await pages.open('cpu');
    const separator = page.locator('[role=separator]');
    const before = Number(await separator.getAttribute('aria-valuenow'));
    await separator.focus();
    await page.keyboard.press('ArrowLeft');
    expect(Number(await separator.getAttribute('aria-valuenow'))).toBe(before + 3);
  });
});

describe('the pointer', () => {
  it('selects by a click, zooms by a second one', async () => {
    const page = await pages.open('cpu');
    const graph = page.locator('.flame');
    await graph.click({ position: { x: 60, y: 30 } });
    expect(await page.locator('.details h2').innerText()).toMatch(/housekeeping$/);
    expect(await crumbs(page)).toEqual(['all']);
    await graph.click({ position: { x: 60, y: 30 } });
    expect(await crumbs(page)).toHaveLength(2);
  });

  it('shows what is under it, and what too narrow boxes amount to', async () => {
    const page = await pages.open('bigger');
    const box = (await page.locator('.flame').boundingBox())!;
    await page.mouse.move(box.x + 40, box.y + 30);
    expect(await page.locator('.tooltip').innerText()).toMatch(/housekeeping\n0\.\d+ cores · \d+\.\d%/);
    const merged = await page.evaluate(async () => {
      // Look for a grey run by moving over every second pixel of a deep row.
      const scroller = document.querySelector('.flame')!;
      const bounds = scroller.getBoundingClientRect();
      for (let x = 0; x < bounds.width; x += 2) {
        const at = { clientX: bounds.x + x, clientY: bounds.y + 250, bubbles: true };
        scroller.dispatchEvent(new PointerEvent('pointermove', at));
        await new Promise(requestAnimationFrame);
        const text = (document.querySelector('.tooltip') as HTMLElement).innerText;
        if (text.includes('too narrow')) return text;
      }
      return 'none';
    });
    expect(merged).toMatch(
      /^(1 box|\d+ boxes) too narrow to draw\n0\.\d+ cores|^(1 box|\d+ boxes) too narrow to draw\n<0\.001 cores/,
    );
    await page.mouse.move(2, 2);
    expect(await page.locator('.tooltip').isVisible()).toBe(false);
  });

  it('nears with Ctrl and wheel, pans by dragging, and resets', async () => {
    const page = await pages.open('cpu');
    const picture = (): Promise<string> => page.evaluate(() => document.querySelector('canvas')!.toDataURL());
    const whole = await picture();
    const box = (await page.locator('.flame').boundingBox())!;
    await page.mouse.move(box.x + 300, box.y + 100);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -300);
    await page.keyboard.up('Control');
    await expect.poll(picture).not.toBe(whole);
    const near = await picture();
    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y + 100, { steps: 4 });
    await page.mouse.up();
    await expect.poll(picture).not.toBe(near);
    // A drag selects nothing.
    expect(await page.locator('.details h2').innerText()).toBe('All stacks');
    await page.mouse.move(2, 2);
    await page.getByRole('button', { name: 'Reset zoom (0)' }).click();
    await page.locator('.flame').evaluate(flame => (flame as HTMLElement).blur());
    await expect.poll(picture).toBe(whole);
  });
});

describe('the search', () => {
  it('says the union of what matches, and walks through it', async () => {
    const page = await pages.open('cpu');
    expect(await search(page, 'GetStats')).toBe('8 boxes · 43.7%');
    await page.keyboard.press('Enter');
    expect(await page.locator('.search-result').innerText()).toBe('1 of 8 · 43.7%');
    expect(await page.locator('.details h2').innerText()).toContain('GetStats');
    await page.keyboard.press('Shift+Enter');
    expect(await page.locator('.search-result').innerText()).toBe('8 of 8 · 43.7%');
    await page.keyboard.press('F3');
    expect(await page.locator('.search-result').innerText()).toBe('1 of 8 · 43.7%');
  });

  it('says what it cannot read, and when there is nothing', async () => {
    const page = await pages.open('cpu');
    expect(await search(page, '/(/')).toBe('Not a regular expression: Unterminated group');
    expect(await search(page, 'no such function')).toBe('No match');
    expect(await page.getByRole('button', { name: 'Next match (Enter)' }).isDisabled()).toBe(true);
  });

  it('filters the table, which can be told not to', async () => {
    const page = await pages.open('cpu');
    await search(page, 'GetStats');
    expect(await page.locator('.table-count').innerText()).toBe('8 functions, in cores');
    await page.locator('.table vscode-checkbox').click();
    expect(await page.locator('.table-count').innerText()).toBe('406 functions, in cores');
  });
});

describe('the table', () => {
  it('shows flat and cum in cores, by any column', async () => {
    const page = await pages.open('cpu');
    const first = async (): Promise<string> =>
      (await page.locator('.row').first().innerText()).replace(/\s+/g, ' ');
    expect(await first()).toBe('0.048 59.2% 0.048 59.2% linux.Syscall6');
    await page.getByRole('button', { name: 'cum' }).click();
    expect(await page.locator('[role=columnheader][aria-sort=descending]').innerText()).toContain('cum');
    expect(await first()).toMatch(/^<?0(\.\d+)? \S+ 0\.04\d /);
    await page.getByRole('button', { name: 'function', exact: true }).click();
    expect(await first()).toContain('aeshashbody');
  });

  it('is linked with the graph both ways', async () => {
    const page = await pages.open('cpu');
    await page.locator('.row').nth(2).click();
    expect(await page.locator('.details').innerText()).toContain('runtime.scanObject');
    expect(await page.locator('.details').innerText()).toContain('All its occurrences');
    await pressOnGraph(page, 'Home', 'End');
    const selected = page.locator('.row[aria-selected=true]');
    expect(await selected.count()).toBe(1);
    const row = (await selected.boundingBox())!;
    const rows = (await page.locator('.grid').boundingBox())!;
    expect(row.y).toBeGreaterThanOrEqual(rows.y);
    expect(row.y + row.height).toBeLessThanOrEqual(rows.y + rows.height + 1);
  });

  it('makes only the rows in sight, and finds the last by keyboard', async () => {
    const page = await pages.open('cpu');
    expect(await page.locator('.row').count()).toBeLessThan(60);
    const grid = page.getByRole('grid', { name: 'Functions' });
    expect(await grid.getAttribute('aria-rowcount')).toBe('407');
    await grid.focus();
    await page.keyboard.press('End');
    const active = (await grid.getAttribute('aria-activedescendant'))!;
    expect(await page.locator(`[id="${active}"]`).getAttribute('aria-rowindex')).toBe('407');
  });

  it('opens callers and callees by Enter or a double click, left by Escape', async () => {
    const page = await pages.open('cpu');
    await page.locator('.row').first().dblclick();
    expect(await page.locator('.sandwich-title').innerText()).toMatch(/Syscall6\s+0\.048 cores · 59\.2%/);
    expect(await page.locator('.sandwich .flame').count()).toBe(2);
    await page.keyboard.press('Escape');
    expect(await page.locator('.sandwich').count()).toBe(0);
    await page.getByRole('grid', { name: 'Functions' }).focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('.sandwich .flame').count()).toBe(2);
  });
});

describe('copying', () => {
  it('hands the host a name, or a stack from its end', async () => {
    const page = await pages.open('cpu');
    await pressOnGraph(page, 'Home', 'ArrowDown', 'ArrowDown');
    await page.getByRole('button', { name: 'Copy stack' }).click();
    await page.getByRole('button', { name: 'Copy name' }).click();
    const asked = await page.evaluate(() => window.harness.asked.slice(1));
    const tick = 'github.com/google/cadvisor/manager.(*containerData).housekeepingTick';
    expect(asked).toEqual([
      `text/copy ${tick}\ngithub.com/google/cadvisor/manager.(*containerData).housekeeping`,
      `text/copy ${tick}`,
    ]);
  });
});

describe('sample types', () => {
  it('are switched, with another unit and another order', async () => {
    const page = await pages.open('heap');
    expect(await page.locator('.sums').innerText()).toMatch(/^23\.7 MiB /);
    await page.locator('vscode-dropdown').click();
    await page.locator('vscode-option', { hasText: 'alloc_objects' }).click();
    expect(await page.locator('.sums').innerText()).not.toContain('MiB');
  });
});
