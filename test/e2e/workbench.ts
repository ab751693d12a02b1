/**
 * VS Code's workbench as a person handles it: views, rows, menus, palette, notifications, editors. Knows how VS Code
 * builds its page; what our webview holds is ProfileView's.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { expectSoon } from './expectSoon.js';
import { ProfileView } from './profileView.js';

const START_TIMEOUT_MS = 60_000;
/** Of a wheel, in pixels: less than a view is high. */
const SCROLL = 120;
/** How long one attempt may take to show, and how many there are. */
const PATIENCE_MS = 4_000;
const ATTEMPTS = 6;
/** How long an editor that was asked for may take to show, where asking twice would disturb it. */
const ARRIVAL_MS = 15_000;
/** A click that a menu let pass by is made again after this. */
const CLICK_LATER_MS = 500;
/** Between two looks at what a click did. */
const SETTLE_MS = 50;
/** A place where a click changes nothing but the focus. */
const TITLE_BAR = { x: 300, y: 14 };

export class Workbench {
  private folder = '';
  private settingsMarks = 0;

  constructor(
    readonly page: Page,
    private readonly shots: string,
  ) {
    page.setDefaultTimeout(60_000);
  }

  async open(address: string): Promise<void> {
    await this.page.goto(address);
    await this.ready();
    await this.widenSideBar();
  }

  /** Opens another address in the same window. */
  async visit(address: string): Promise<void> {
    await this.page.goto(address);
    await this.ready();
  }

  /** The window comes back with its editors. By VS Code's own command, which waits until its state is written. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.run('Developer: Reload Window');
    await loaded;
    await this.ready();
  }

  /** Shows the extension's views, with nothing in the editor area. */
  async clearStage(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.dismissNotifications();
    await this.run('View: Close All Editors');
    await this.showViews();
  }

  /** By a command, as a click on the Activity Bar hides views that are there already. */
  async showViews(): Promise<void> {
    await this.run('Focus on Nodes View');
    await this.view('Nodes').waitFor();
  }

  /** Runs a command by the palette, by its title. */
  async run(title: string): Promise<void> {
    await this.openQuickInput('F1');
    await this.pick(`>${title}`, title);
  }

  async openFile(name: string): Promise<void> {
    await this.openQuickInput('Control+P');
    await this.pick(name, name);
  }

  /**
   * Types into the quick input that is open and accepts the row of that name; until the input has gone, or asks for
   * something else. A list that is just being filtered lets a click pass by.
   */
  async pick(text: string, row: string): Promise<void> {
    const entry = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: row }).first();
    await this.input.fill(text);
    await expectSoon(
      `choice of ${row}`,
      async () => {
        // Where the row has gone, the click before was the one.
        await entry.click({ timeout: PATIENCE_MS }).catch(() => undefined);
        return this.movesOn(text);
      },
      moved => moved,
    );
  }

  /** Whether the quick input goes, or asks for something else, before patience ends. */
  private async movesOn(text: string): Promise<boolean> {
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline;) {
      if ((await this.quickInputText()) !== text) return true;
      await setTimeout(SETTLE_MS);
    }
    return false;
  }

  /** What stands in the quick input; undefined where none is open. */
  private async quickInputText(): Promise<string | undefined> {
    if (!(await this.input.isVisible())) return undefined;
    return this.input.inputValue({ timeout: SETTLE_MS }).catch(() => undefined);
  }

  private async openQuickInput(key: string): Promise<void> {
    await this.insist(async () => {
      await this.page.keyboard.press(key);
      await this.input.waitFor({ timeout: PATIENCE_MS });
    });
  }

  /**
   * Tries until it works. A webview that is just being loaded swallows keys, a row that is just drawn anew loses its
   * menu; a person then does it again, after a click beside it.
   */
  private async insist<T>(attempt: () => Promise<T>): Promise<T> {
    for (let count = 1; ; count++) {
      try {
        return await attempt();
      } catch (error) {
        if (count === ATTEMPTS) throw error;
        console.log(`       once more, as nothing came: ${String(error).replace(/\s+/g, ' ')}`);
        await this.page.keyboard.press('Escape');
        await this.page.mouse.click(TITLE_BAR.x, TITLE_BAR.y);
      }
    }
  }

  /** The text field of the quick input. */
  get input(): Locator {
    return this.page.locator('.quick-input-widget:visible input.input');
  }

  /** A pane of the side bar. */
  view(name: 'Nodes' | 'Captures' | 'Explorer'): Locator {
    return this.page
      .locator('.pane, .composite')
      .filter({ has: this.page.getByRole('tree', { name }) })
      .last();
  }

  /** Rows whose spoken name matches. */
  row(view: 'Nodes' | 'Captures', name: string | RegExp): Locator {
    return this.page.getByRole('tree', { name: view }).getByRole('treeitem', { name }).first();
  }

  /** A row, wherever it stands: those above and below the view's ends are not drawn. Scrolls until it is. */
  async reach(view: 'Nodes' | 'Captures', name: string | RegExp): Promise<Locator> {
    const row = this.row(view, name);
    const tree = this.page.getByRole('tree', { name: view });
    await tree.hover();
    let down = true;
    await expectSoon(
      `row ${String(name)}`,
      async () => {
        if ((await row.count()) > 0) return true;
        const before = await tree.innerText();
        await this.page.mouse.wheel(0, down ? SCROLL : -SCROLL);
        await this.page.waitForTimeout(100);
        if ((await tree.innerText()) === before) down = !down;
        return (await row.count()) > 0;
      },
      isThere => isThere,
    );
    return row;
  }

  /**
   * A menu lets clicks pass by for a tenth of a second after it has opened, lest the click that opened it choose
   * something: it stays open then, and the next click counts. It closes without a choice when something else takes the
   * focus (a page that has just loaded): `sign` is what the choice brings up, and it is made again where that stays away.
   */
  async chooseFromMenu(row: Locator, item: string, sign?: Locator): Promise<void> {
    // By its words alone: an item with a key is called by both.
    const entry = this.page.locator('.monaco-menu').getByText(item, { exact: true });
    await this.insist(async () => {
      await this.openMenu(row);
      await entry.click({ timeout: PATIENCE_MS });
      await expectSoon(
        `choice of ${item}`,
        async () => {
          await entry.waitFor({ state: 'hidden', timeout: CLICK_LATER_MS }).catch(() => undefined);
          if (!(await entry.isVisible())) return false;
          // Where it goes meanwhile, the click before was the one.
          await entry.click({ timeout: CLICK_LATER_MS }).catch(() => undefined);
          return true;
        },
        isOpen => !isOpen,
      );
      await sign?.first().waitFor({ timeout: ARRIVAL_MS });
    });
  }

  /**
   * Waits until the window has taken settings over: the last of them to arrive is its title, as all come in one file.
   * `apply` is given the setting that has to be among them.
   */
  async takeOverSettings(apply: (mark: Readonly<Record<string, unknown>>) => Promise<void>): Promise<void> {
    const title = `e2e settings ${++this.settingsMarks}`;
    await apply({ 'window.title': title });
    await expectSoon(
      'title of the window',
      () => this.page.title(),
      seen => seen.includes(title),
    );
  }

  /** The context menu of a row, as the titles of its items. */
  async openMenu(row: Locator): Promise<readonly string[]> {
    const items = this.page.locator('.monaco-menu .action-item .action-label:not(.separator)');
    return this.insist(async () => {
      await row.click({ button: 'right' });
      await items.first().waitFor({ timeout: PATIENCE_MS });
      return items.allTextContents();
    });
  }

  /** A notification with that text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-list-item').filter({ hasText: text }).first();
  }

  async pressNotificationButton(text: string | RegExp, button: string): Promise<void> {
    const notification = this.notification(text);
    await notification.hover();
    await notification.getByRole('button', { name: button }).click();
  }

  /** A click in the middle of the first `word` of a text that is showing. */
  async clickWord(text: Locator, word: string): Promise<void> {
    const point = await text.evaluate((element, wanted) => {
      const walker = element.ownerDocument.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const at = node.textContent?.indexOf(wanted) ?? -1;
        if (at < 0) continue;
        const range = element.ownerDocument.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + wanted.length);
        const [box] = range.getClientRects();
        if (box !== undefined) return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      }
      return undefined;
    }, word);
    if (point === undefined) throw new Error(`${word} is not in the text`);
    await this.page.mouse.click(point.x, point.y);
  }

  async dismissNotifications(): Promise<void> {
    await this.run('Notifications: Clear All Notifications');
  }

  /** The text of a row's hover. */
  async hoverText(row: Locator): Promise<string> {
    const hover = this.page.locator('.workbench-hover-container:visible').last();
    return this.insist(async () => {
      await row.hover();
      await hover.getByRole('table').waitFor({ timeout: PATIENCE_MS });
      return hover.innerText({ timeout: PATIENCE_MS });
    });
  }

  /**
   * Clicks on a code lens until what it leads to is there. On a busy machine a click can be lost; an editor that gets the
   * focus asks for its lenses anew.
   */
  async followLens(lens: Locator, destination: Locator): Promise<void> {
    await this.insist(async () => {
      // Where it has gone, the click before was the one.
      await lens.click({ timeout: PATIENCE_MS }).catch(() => undefined);
      await destination.waitFor({ timeout: ARRIVAL_MS });
    });
  }

  tab(name: string | RegExp): Locator {
    return this.page.locator('.tabs-container').getByRole('tab', { name });
  }

  /** The profile editor that is showing. */
  get profile(): ProfileView {
    return new ProfileView(this.activePage);
  }

  /** The report editor that is showing. */
  get report(): FrameLocator {
    return this.activePage;
  }

  /** The modal that is showing. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** VS Code keeps a webview in a frame of its own inside a frame: `iframe.webview` holds `iframe#active-frame`. */
  private get activePage(): FrameLocator {
    const outer = this.page.locator('iframe.webview.ready:visible').last();
    return outer.contentFrame().frameLocator('iframe#active-frame');
  }

  /** Pictures go to a folder of this name from now on. */
  set theme(name: string) {
    this.folder = name;
  }

  async picture(name: string): Promise<void> {
    const folder = path.join(this.shots, this.folder);
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: path.join(folder, `${name}.png`) });
  }

  /** A row has more to say than the usual width shows. */
  private async widenSideBar(): Promise<void> {
    const box = await this.page.locator('.part.sidebar').boundingBox();
    if (box === null) return;
    const edge = box.x + box.width;
    await this.page.mouse.move(edge, 400);
    await this.page.mouse.down();
    await this.page.mouse.move(edge + 140, 400, { steps: 5 });
    await this.page.mouse.up();
  }

  private async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor({ timeout: START_TIMEOUT_MS });
    await this.page.getByRole('tab', { name: 'Node Triage' }).first().waitFor({ timeout: START_TIMEOUT_MS });
  }
}
