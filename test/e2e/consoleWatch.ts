/** Collects what the browser's console reports as errors, in the workbench and in every webview. */
import type { ConsoleMessage, Page } from 'playwright-core';

/** Noise of the host, none of it ours; each with the reason why it cannot tell of a fault of the extension. */
const HOST_NOISE: readonly { readonly text: RegExp; readonly because: string }[] = [
  {
    text: /^Failed to load resource: the server responded with a status of 404 .*\/(_static|static\/node_modules\/vsda|update\/check)/,
    because:
      'icons, licence module and update check of code-server’s own front, which the plain server lacks',
  },
  {
    text: /ServiceWorker.*\/_static\/|bad HTTP response code \(404\) was received when fetching the script/,
    because: 'the service worker of that front; webviews have their own, and do not work without it',
  },
  {
    text: /^Activating extension 'vscode\.[\w-]+' failed: Not Found/,
    because: 'built-in extensions that the host leaves out (test/host/server.mjs)',
  },
  {
    text: /Long running operations during shutdown/,
    because: 'what the workbench says of itself at a reload',
  },
  {
    text: /authentication provider 'github' to register/,
    because: 'one of the built-in extensions left out',
  },
  {
    text: /^[\w ]+ of the kubelet on [\w-]+: /,
    because: 'an error message to the user, which the workbench logs too; steps/refusals.ts asks for them',
  },
];

export class ConsoleWatch {
  private readonly errors: string[] = [];

  constructor(page: Page) {
    page.on('console', message => this.note(message));
    page.on('pageerror', error => this.errors.push(`uncaught: ${error.stack ?? error.message}`));
  }

  /** Rejects with what was reported since the last call. */
  expectSilence(): Promise<void> {
    const errors = this.errors.splice(0);
    if (errors.length === 0) return Promise.resolve();
    return Promise.reject(new Error(`the console has ${errors.length} errors:\n${errors.join('\n')}`));
  }

  private note(message: ConsoleMessage): void {
    if (message.type() !== 'error') return;
    const text = `${message.text()} (${message.location().url})`;
    if (!HOST_NOISE.some(noise => noise.text.test(text))) this.errors.push(text);
  }
}
