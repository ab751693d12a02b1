/** Collects what is reported as errors: on the browser's console (workbench and webviews) and by the extension host. */
import type { Page } from 'playwright-core';

/** Noise of VS Code, none of it ours; each with the reason why it cannot tell of a fault of the extension. */
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
    text: /workspaceStorage\/[^/]+\/vscode\.lock|\[E\] SyntaxError: Unexpected end of JSON input$/,
    because:
      'at a reload the new extension host meets the lock of the old one, which is just letting go of it',
  },
  {
    text: /Long running operations during shutdown/,
    because: 'what the workbench says of itself at a reload',
  },
  {
    text: /Unable to refresh tree view [\w.]+: Canceled/,
    because: 'a window that is reloaded or closed cancels what its views still ask for',
  },
  {
    text: /Unable to write file '[^']*\/settings\.json' \(Error: File Modified Since\)/,
    because: 'VS Code tidies the settings file while the test writes it, and gives way',
  },
  {
    text: /No tree item with id/,
    because: 'VS Code asks for the children of a row that a refresh has just replaced, and asks again',
  },
  {
    text: /authentication provider 'github' to register/,
    because: 'one of the built-in extensions left out',
  },
  {
    text: /[\w ]+ of the kubelet on [\w-]+( \(node [\w-]+\))?: /,
    because: 'an error message to the user, which the workbench logs too; steps/refusals.ts asks for them',
  },
];

export class ConsoleWatch {
  private readonly errors: string[] = [];
  private linesSeen = 0;

  /** `hostLog`: all lines of the extension host's log so far. */
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
    const lines = await this.hostLog();
    for (const line of lines.slice(this.linesSeen)) if (line.includes(' [E] ')) this.note(line);
    this.linesSeen = lines.length;
    const errors = this.errors.splice(0);
    if (errors.length > 0) throw new Error(`${errors.length} errors were reported:\n${errors.join('\n')}`);
  }

  /** What was reported since the last call was asked for. */
  async forget(): Promise<void> {
    this.linesSeen = (await this.hostLog()).length;
    this.errors.length = 0;
  }

  private note(text: string): void {
    if (!HOST_NOISE.some(noise => noise.text.test(text))) this.errors.push(text);
  }
}
