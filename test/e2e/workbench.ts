/**
 * VS Code's workbench as a person handles it: views, rows, menus, palette, notifications, editors. Knows how VS Code
 * builds its page; what our webview holds is ProfileView's.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { ProfileView } from './profileView.js';

const START_TIMEOUT_MS = 60_000;

export class Workbench {
  private folder = '';

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

  async showViews(): Promise<void> {
    const tab = this.page.getByRole('tab', { name: 'Node Triage' }).first();
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
    await this.view('Nodes').waitFor();
    // Away from the tab, whose hover would cover the rows.
    await this.page.mouse.move(900, 20);
  }

  /** Runs a command by the palette, by its whole title. */
  async run(title: string): Promise<void> {
    await this.openQuickInput('F1');
    await this.pick(`>${title}`, title);
  }

  async openFile(name: string): Promise<void> {
    await this.openQuickInput('Control+P');
    await this.pick(name, name);
  }

  /** Types into the quick input that is open and accepts the row of that name. */
  async pick(text: string, row: string): Promise<void> {
    await this.input.fill(text);
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: row }).first().click();
  }

  /** A webview that is just being loaded swallows keys: pressed again until somebody has heard. */
  private async openQuickInput(key: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press(key);
      try {
        await this.input.waitFor({ timeout: 3_000 });
        return;
      } catch (error) {
        if (attempt === 5) throw error;
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

  async chooseFromMenu(row: Locator, item: string): Promise<void> {
    await this.openMenu(row);
    await this.page.getByRole('menuitem', { name: item, exact: true }).click();
  }

  /** The context menu of a row, as the titles of its items. */
  async openMenu(row: Locator): Promise<readonly string[]> {
    await row.click({ button: 'right' });
    const items = this.page.locator('.monaco-menu .action-item .action-label:not(.separator)');
    await items.first().waitFor();
    return items.allTextContents();
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

  async dismissNotifications(): Promise<void> {
    await this.run('Notifications: Clear All Notifications');
  }

  /** The text of a row's hover. Where the row is drawn anew meanwhile, the hover goes and is asked for again. */
  async hoverText(row: Locator): Promise<string> {
    const hover = this.page.locator('.workbench-hover-container:visible').last();
    for (let attempt = 1; ; attempt++) {
      await this.page.mouse.move(900, 20);
      await row.hover();
      try {
        await hover.getByRole('table').waitFor({ timeout: 3_000 });
        return await hover.innerText({ timeout: 1_000 });
      } catch (error) {
        if (attempt === 5) throw error;
      }
    }
  }

  tab(name: string | RegExp): Locator {
    return this.page.locator('.tabs-container').getByRole('tab', { name });
  }

  /** The profile editor that is showing. */
  get profile(): ProfileView {
    return new ProfileView(this.activePage);
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
