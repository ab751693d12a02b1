/**
 * Names and words of others on both pages, wherever one can bring them up: they are text. No element, no handler and no
 * address is made of them; what the content policy stops would be too late to notice.
 */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { HOSTILE_NAMES, pressOnGraph, search, usePage } from './pageFixture.js';
import { useReportPage } from './reportFixture.js';

const profiles = usePage();
const reports = useReportPage();

/** Everything on the page that markup in a name could have become, shadow roots included. */
function madeOfNames(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const look = (root: Document | ShadowRoot): void => {
      for (const element of root.querySelectorAll('*')) {
        if (/^(?:img|iframe|object|embed|a|base|form|video|audio|math|marquee)$/.test(element.localName))
          found.push(element.outerHTML.slice(0, 120));
        for (const { name, value } of element.attributes)
          if (/^on/i.test(name) || (/^(?:href|src|action)$/i.test(name) && /^\s*javascript:/i.test(value)))
            found.push(`${element.localName} ${name}=${value}`);
        if (element.shadowRoot !== null) look(element.shadowRoot);
      }
    };
    look(document);
    return found;
  });
}

async function expectText(page: Page, ...names: readonly string[]): Promise<void> {
  expect(await madeOfNames(page)).toEqual([]);
  const shown = await page.locator('body').innerText();
  for (const name of names) expect(shown).toContain(name);
}

describe('hostile names on the profile page', () => {
  const [image, address, script] = HOSTILE_NAMES;

  it('are text in the head, the table and the legend', async () => {
    const page = await profiles.open('hostile-words');
    await expectText(page, image, address, script);
  });

  it('are text when a box is chosen, zoomed, found and turned over', async () => {
    const page = await profiles.open('hostile-words');
    await pressOnGraph(page, 'Home', 'ArrowDown', 'Enter');
    await expectText(page, image);
    expect(await search(page, image)).toMatch(/\d/);
    await expectText(page);
    await pressOnGraph(page, 'Escape', 'Home', 'ArrowDown', 'ArrowDown', 'Enter');
    await expectText(page, address);
    const box = await page.locator('.flame canvas').first().boundingBox();
    if (box === null) throw new Error('no picture');
    await page.mouse.move(box.x + 40, box.y + 30);
    await expectText(page);
  });

  it('are text where a file cannot be opened', async () => {
    const page = await profiles.open('hostile-failed', { drawn: false });
    await page.getByText(image).first().waitFor();
    await expectText(page, image, address);
  });
});

describe('hostile names on the report page', () => {
  const [image, address] = HOSTILE_NAMES;

  it('are text in head, verdict, tables and notes', async () => {
    const page = await reports.open('hostile-words');
    await expectText(page, image, address);
    for (const closed of await page.locator('details:not([open]) > summary').all()) await closed.click();
    await expectText(page, image);
  });

  it('are text where a file cannot be opened', async () => {
    const page = await reports.open('hostile-failed', { drawn: false });
    await page.getByText(image).first().waitFor();
    await expectText(page, image, address);
  });
});
