/** What every page in a panel needs: HTML, a port to it, its tab's title, errors as it shows them, one reload at a time. */
import * as vscode from 'vscode';
import { describeError } from '../../base/errors.js';
import { untilAny } from '../../base/linkedSignal.js';
import { randomHex } from '../../base/randomHex.js';
import type { ChannelPort } from '../../protocol/channel.js';
import type { ShownError } from '../../protocol/messages.js';
import { describeForUser } from '../shell/errorMessages.js';
import { setTabTitle } from '../shell/messages.js';
import { logError } from '../shell/runCommand.js';
import { captureTitle } from '../captures/captureRow.js';
import { pageHtml, type PageParts } from '../../protocol/pageHtml.js';
import type { CaptureDocument } from './captureDocument.js';
import type { Log } from '../shell/log.js';

/** Draws the page anew from a script and style sheets of dist/webview. */
export function showPage(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  files: { readonly script: string; readonly styles: readonly string[] },
  boot: PageParts['boot'],
): void {
  const dist = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  const address = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
  webview.options = {
    enableScripts: true,
    localResourceRoots: [dist, vscode.Uri.joinPath(extensionUri, 'media')],
  };
  webview.html = pageHtml({
    nonce: randomHex(16),
    cspSource: webview.cspSource,
    script: address(files.script),
    styles: files.styles.map(address),
    language: vscode.env.language,
    boot,
  });
}

/** A port that posts nothing after it was closed: the page it belonged to is gone. */
export function panelPort(webview: vscode.Webview): ChannelPort {
  let isOpen = true;
  return {
    post: message => (isOpen ? webview.postMessage(message) : undefined),
    listen: receive => {
      const listening = webview.onDidReceiveMessage(receive);
      return () => {
        isOpen = false;
        listening.dispose();
      };
    },
  };
}

/** The translations of the editor's language, without the comments for translators. */
export function plainWords(): Record<string, string> {
  const words: Record<string, string> = {};
  for (const [english, translated] of Object.entries(vscode.l10n.bundle ?? {})) words[english] = translated;
  return words;
}

/** Captures have files of the same name: their tabs say which node. Never rejects. */
export async function showCaptureTitle(
  panel: vscode.WebviewPanel,
  document: CaptureDocument,
  gone: AbortSignal,
): Promise<void> {
  const record = await document.capture();
  if (record !== undefined && !gone.aborted) setTabTitle(panel, captureTitle(record));
}

/** Into the log, and as a page shows it. `name`: of the file. */
export function shownError(log: Log, name: string, error: unknown): ShownError {
  logError(log, `Showing ${name}`, error);
  const { text, nextStep } = describeForUser(error);
  return { error: describeError(error), text, nextStep };
}

export async function copyText(text: string): Promise<true> {
  await vscode.env.clipboard.writeText(text);
  return true;
}

/**
 * One reload at a time, and another round where the file changed meanwhile. A newer change does not end the one under
 * way: slices that come faster than a busy machine decodes them would leave the page without any picture.
 */
export class Reloads {
  private running: AbortController | undefined;
  private isOutdated = false;

  /** `reload` must not reject; it looks at its signal. */
  constructor(private readonly reload: (signal: AbortSignal) => Promise<void>) {}

  /** The file changed. */
  async request(gone: AbortSignal): Promise<void> {
    this.isOutdated = true;
    if (this.running !== undefined) return;
    const running = new AbortController();
    this.running = running;
    await untilAny([running.signal, gone], async signal => {
      while (this.isOutdated && !signal.aborted) {
        this.isOutdated = false;
        await this.reload(signal);
      }
    });
    if (this.running === running) this.running = undefined;
  }

  /** What was being loaded is no longer wanted. */
  end(): void {
    this.running?.abort();
    this.running = undefined;
  }
}
