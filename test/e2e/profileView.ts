/** The profile editor's page as a person handles it. Knows webview/'s elements; VS Code's own are Workbench's. */
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import type { FrameLocator, Locator } from 'playwright-core';
import { expectSoon } from './expectSoon.js';

/** Fewer colours than that are an empty page with a frame around it. */
const COLOURS_OF_A_PICTURE = 6;

export class ProfileView {
  readonly title: Locator;
  /** `1.34 cores · 80.4 s of CPU in 60 s · 1,234 samples`. */
  readonly sums: Locator;
  /** Node, versions and time of the capture it belongs to. */
  readonly facts: Locator;
  readonly accounting: Locator;
  /** Shown while the capture runs: `2 of 6 slices · 43 s left`. */
  readonly running: Locator;
  readonly graph: Locator;
  /** The box the keyboard is on, as a screen reader hears it. */
  readonly spokenBox: Locator;
  readonly searchField: Locator;
  readonly searchResult: Locator;
  readonly details: Locator;
  readonly tooltip: Locator;
  readonly sampleType: Locator;
  readonly error: Locator;
  /** Loading, an error, or the reason why a profile is empty. */
  readonly statusPage: Locator;
  readonly table: Locator;

  constructor(private readonly frame: FrameLocator) {
    this.title = frame.locator('.head h1');
    this.sums = frame.locator('.sums');
    this.facts = frame.locator('.facts');
    this.accounting = frame.locator('.accounting');
    this.running = frame.locator('.running');
    this.graph = frame.locator('.flame').first();
    this.spokenBox = this.graph.locator('[role=treeitem]');
    this.searchField = frame.locator('[role=search] vscode-text-field');
    this.searchResult = frame.locator('.search-result');
    this.details = frame.locator('.details');
    this.tooltip = frame.locator('.tooltip');
    this.sampleType = frame.locator('vscode-dropdown').first();
    this.error = frame.locator('.status-page[role=alert]');
    this.statusPage = frame.locator('.status-page');
    this.table = frame.getByRole('grid', { name: 'Functions' });
  }

  button(name: string | RegExp): Locator {
    return this.frame.getByRole('button', { name });
  }

  /** Waits until it is this file's page: that of the tab before goes a moment later than its tab. */
  async shows(file: string): Promise<void> {
    await this.title.filter({ hasText: file }).waitFor();
  }

  /** Waits until the canvas holds a picture, not just a background. */
  async drawn(): Promise<void> {
    await this.graph.locator('canvas').waitFor();
    let colours = 0;
    for (const deadline = Date.now() + 30_000; Date.now() < deadline;) {
      colours = await this.countColours();
      if (colours >= COLOURS_OF_A_PICTURE) return;
      await setTimeout(100);
    }
    assert.fail(`the canvas has ${colours} colours: nothing is drawn`);
  }

  /** CPU seconds in the picture: they grow with every slice. */
  async cpuSeconds(): Promise<number> {
    const text = await this.sums.innerText();
    const seconds = /([\d.]+) s of CPU/.exec(text)?.[1];
    assert.ok(seconds !== undefined, `no CPU seconds in "${text}"`);
    return Number(seconds);
  }

  async search(text: string): Promise<void> {
    await this.searchField.locator('input').fill(text);
  }

  /** Rows of the function table as they are seen: cells joined by a space. */
  async tableRows(): Promise<readonly string[]> {
    const rows = await this.table.locator('.row').allInnerTexts();
    return rows.map(row => row.replace(/\s+/g, ' '));
  }

  /** A fingerprint of the picture: equal pictures, equal numbers. */
  async fingerprint(): Promise<number> {
    return this.graph.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      const pixels = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data;
      let hash = 7;
      for (let at = 0; at < pixels.length; at += 4)
        hash = (Math.imul(hash, 31) + pixels[at]! * 65_536 + pixels[at + 1]! * 256 + pixels[at + 2]!) | 0;
      return hash;
    });
  }

  /** The same once it has stopped changing: after a glide, or a page that was drawn anew. */
  async settledFingerprint(): Promise<number> {
    let before = await this.fingerprint();
    for (const deadline = Date.now() + 30_000; Date.now() < deadline;) {
      await setTimeout(400);
      const now = await this.fingerprint();
      if (now === before) return now;
      before = now;
    }
    assert.fail('the picture does not come to rest');
  }

  /** Waits until the keyboard is on another box than that, and says which, in a screen reader's words. */
  async spokenAfter(before: string | null): Promise<string> {
    const spoken = await expectSoon(
      'spoken box',
      () => this.spokenBox.getAttribute('aria-label'),
      now => now !== null && now !== before,
    );
    return spoken ?? '';
  }

  private async countColours(): Promise<number> {
    return this.graph.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      if (canvas.width === 0 || canvas.height === 0) return 0;
      const pixels = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data;
      const seen = new Set<number>();
      // Every 97th pixel: coprime to usual widths, so all columns are met.
      for (let at = 0; at < pixels.length; at += 4 * 97)
        seen.add(pixels[at]! * 65_536 + pixels[at + 1]! * 256 + pixels[at + 2]!);
      return seen.size;
    });
  }
}
