/**
 * Collects what is reported as errors: on the browser's console (workbench and webviews) and by the extension host. Those
 * of the extension fail a step. What VS Code says of itself cannot be listed beforehand (a gallery that is away, a settings
 * file written twice, a database that a reload closed): it is shown beside a failure.
 */
import type { Page } from 'playwright-core';
import { isOfExtension } from './reportedErrors.js';

export class ConsoleWatch {
  private readonly errors: string[] = [];
  private readonly others: string[] = [];
  private entriesSeen = 0;

  /** `hostLog`: all entries of the extension host's log so far. */
  constructor(
    page: Page,
    private readonly hostLog: () => Promise<readonly string[]>,
  ) {
    page.on('console', message => {
      if (message.type() === 'error') this.note(`${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', error => this.note(`uncaught: ${error.stack ?? error.message}`));
  }

  /** Rejects with what was reported since the last call. */
  async expectSilence(): Promise<void> {
    const entries = await this.hostLog();
    for (const entry of entries.slice(this.entriesSeen)) if (entry.includes(' [E] ')) this.note(entry);
    this.entriesSeen = entries.length;
    const errors = this.errors.splice(0);
    if (errors.length > 0) throw new Error(`${errors.length} errors were reported:\n${errors.join('\n')}`);
  }

  /** What VS Code said of itself, since this was asked before. */
  takeOthers(): readonly string[] {
    return this.others.splice(0);
  }

  /** What was reported since the last call was asked for. */
  async forget(): Promise<void> {
    this.entriesSeen = (await this.hostLog()).length;
    this.errors.length = 0;
  }

  private note(text: string): void {
    if (isOfExtension(text)) this.errors.push(text);
    else this.others.push(text.split('\n', 1)[0] ?? '');
  }
}
