import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { THEME_KINDS, themeSheet } from '../support/page/themes.js';
import { violations } from './axeCheck.js';
import { pressOnGraph, search, usePage } from './pageFixture.js';

const root = path.resolve(import.meta.dirname, '../..');
const translations = JSON.parse(
  readFileSync(path.join(root, 'media/l10n/bundle.l10n.zh-cn.json'), 'utf8'),
) as Record<string, string>;

const pages = usePage();

describe('axe finds nothing serious', () => {
  it.each(['light', 'dark', 'hc-dark', 'hc-light'] as const)(
    'in %s, with a search and a selection',
    async theme => {
      const page = await pages.open('cpu', { theme });
      await search(page, 'GetStats');
      await pressOnGraph(page, 'Home', 'ArrowDown');
      expect(await violations(page)).toEqual([]);
    },
  );

  it.each(['running', 'failed', 'idle', 'heap'])('on the page of %s', async caseName => {
    const page = await pages.open(caseName, { theme: 'light', drawn: false });
    await page.locator('.status-page, .flame canvas').first().waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('in callers and callees, and in the list of keys', async () => {
    const page = await pages.open('cpu');
    await page.locator('.row').first().dblclick();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('?');
    expect(await violations(page)).toEqual([]);
  });
});

describe('the user’s wishes', () => {
  it('a change of theme is seen at once', async () => {
    const page = await pages.open('cpu', { theme: 'dark' });
    const corner = (): Promise<string> =>
      page.evaluate(() => {
        const canvas = document.querySelector('canvas')!;
        return [
          ...canvas.getContext('2d')!.getImageData(canvas.width - 2, canvas.height - 2, 1, 1).data,
        ].join();
      });
    await expect.poll(corner).toBe('31,31,31,255');
    await page.evaluate(
      ([sheet, kind]) => {
        const style = new CSSStyleSheet();
        style.replaceSync(sheet);
        document.adoptedStyleSheets = [...document.adoptedStyleSheets, style];
        document.body.className = kind;
        document.body.dataset['vscodeThemeKind'] = kind;
      },
      [themeSheet('light'), THEME_KINDS.light] as const,
    );
    await expect.poll(corner).toBe('255,255,255,255');
  });

  it('less motion: the zoom is there in one frame', async () => {
    const page = await pages.open('cpu');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await pressOnGraph(page, 'Home', 'ArrowDown');
    await page.evaluate(() => (window.harness.frames = []));
    await page.keyboard.press('Enter');
    await page.waitForTimeout(300);
    expect(await page.evaluate(() => window.harness.frames.length)).toBe(1);
  });

  it('fits into 700 × 500 without anything cut off sideways', async () => {
    const page = await pages.open('cpu');
    await page.setViewportSize({ width: 700, height: 500 });
    await page.locator('.panes.stacked').waitFor();
    const wide = await page.evaluate(() =>
      [...document.querySelectorAll('.page *')]
        .filter(
          each =>
            each.getBoundingClientRect().right > 701 && each.closest('dialog, .tooltip, .details') === null,
        )
        .map(each => each.className),
    );
    expect(wide).toEqual([]);
    expect((await page.locator('.flame').boundingBox())!.height).toBeGreaterThan(60);
  });
});

describe('in Chinese', () => {
  const chinese = usePage({ boot: { words: translations }, language: 'zh-cn' });

  it('says everything in Chinese', async () => {
    const page = await chinese.open('cpu');
    await pressOnGraph(page, 'Home', 'ArrowDown');
    const texts = await page.evaluate(() =>
      [...document.querySelectorAll('.accounting, .details th, .details vscode-button, .table-count')].map(
        each => each.textContent,
      ),
    );
    expect(texts.length).toBeGreaterThan(6);
    for (const text of texts) expect(text).toMatch(/\p{Script=Han}/u);
  });
});
