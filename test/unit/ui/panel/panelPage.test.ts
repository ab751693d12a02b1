/** The host's side of a page: what it reads again and when, and what a page that was dropped may still get. */
import { expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { TriageError } from '../../../../src/base/errors.js';
import type { ShownError } from '../../../../src/protocol/messages.js';
import type { CaptureDocument, DocumentChange } from '../../../../src/ui/panel/captureDocument.js';
import { PanelPage } from '../../../../src/ui/panel/panelPage.js';
import type { Log } from '../../../../src/ui/shell/log.js';

vi.mock('vscode', () => ({
  Uri: { joinPath: (_: unknown, ...parts: string[]) => ({ toString: () => parts.join('/') }) },
  env: { language: 'en' },
  l10n: { t: (template: string) => template },
}));

interface Answers {
  readonly 'file/load': { readonly params: Record<string, never>; readonly result: string };
}
interface Tells {
  readonly 'file/changed': { readonly text: string };
}

const silent = (): void => undefined;

/** A panel, a document and a page between them; nothing of the editor's own. */
function openPage(reload: (signal: AbortSignal) => Promise<void>) {
  const on = {
    view: silent,
    change: silent as (change: DocumentChange) => void,
    dispose: silent,
  };
  const posted: unknown[] = [];
  const stale: ShownError[] = [];
  let forgotten = 0;
  let records = 0;
  const nothing = { dispose: () => undefined };
  const panel = {
    visible: true,
    title: '',
    onDidChangeViewState: (listener: () => void) => ((on.view = listener), nothing),
    onDidDispose: (listener: () => void) => ((on.dispose = listener), nothing),
    webview: {
      cspSource: 'self',
      asWebviewUri: (uri: unknown) => uri,
      postMessage: (message: unknown) => posted.push(message),
      onDidReceiveMessage: () => nothing,
    },
  };
  const document = {
    name: 'cpu.pb.gz',
    capture: () => Promise.resolve(undefined),
    deletion: () => new TriageError('file-unreadable', 'gone', { facts: { file: 'cpu.pb.gz' } }),
    onDidChange: (listener: (change: DocumentChange) => void) => ((on.change = listener), nothing),
  };
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const page = new PanelPage<Answers, Tells>({
    panel: panel as unknown as vscode.WebviewPanel,
    document: document as unknown as CaptureDocument,
    extensionUri: undefined as unknown as vscode.Uri,
    log: log as unknown as Log,
    files: { script: 'main.js', styles: [] },
    boot: {} as never,
    guards: { 'file/load': () => ({}) },
    handlers: { 'file/load': () => Promise.resolve('loaded') },
    reload,
    stale: shown => stale.push(shown),
    recordWritten: () => (records += 1),
    forgotten: () => (forgotten += 1),
  });
  return { page, panel, on, posted, stale, counts: () => ({ forgotten, records }) };
}

const load = () => Promise.resolve('loaded');
const never = new AbortController().signal;

it('does not read a changed file for a page that has not asked for it', async () => {
  const reload = vi.fn(() => Promise.resolve());
  const { page, on } = openPage(reload);
  on.change('profile');
  expect(reload).not.toHaveBeenCalled();
  expect(await page.answerLoad(never, load)).toBe('loaded');
  on.change('profile');
  expect(reload).toHaveBeenCalledTimes(1);
});

it('reads once more for all changes of the time of one reading, not once for each', async () => {
  const ends: (() => void)[] = [];
  const reload = vi.fn(() => new Promise<void>(resolve => ends.push(resolve)));
  const { page, on } = openPage(reload);
  await page.answerLoad(never, load);
  for (let at = 0; at < 5; at += 1) on.change('profile');
  expect(reload).toHaveBeenCalledTimes(1);
  ends[0]?.();
  await vi.waitFor(() => expect(reload).toHaveBeenCalledTimes(2));
  ends[1]?.();
  await new Promise(setImmediate);
  expect(reload).toHaveBeenCalledTimes(2);
});

it('keeps what is shown, with the reason, where the file went away or cannot be read', async () => {
  const { page, on, stale, counts } = openPage(() =>
    Promise.reject(new TriageError('file-unreadable', 'no', { facts: { file: 'cpu.pb.gz' } })),
  );
  await page.answerLoad(never, load);
  on.change('deleted');
  expect(stale).toHaveLength(1);
  on.change('profile');
  await vi.waitFor(() => expect(stale).toHaveLength(2));
  on.change('capture');
  expect(counts().records).toBe(1);
});

it('answers a file that cannot be shown, and rejects only where it is cancelled', async () => {
  const { page } = openPage(load as never);
  const failing = () => Promise.reject(new TriageError('file-unreadable', 'no', { facts: { file: 'x' } }));
  expect(await page.answerLoad(never, failing)).toMatchObject({ kind: 'failed' });
  await expect(
    page.answerLoad(never, () => Promise.reject(new TriageError('cancelled', 'stopped'))),
  ).rejects.toMatchObject({ code: 'cancelled' });
});

it('posts to a page as long as it is there, and takes a hidden one for dropped', async () => {
  const reload = vi.fn(() => Promise.resolve());
  const { page, panel, on, posted, counts } = openPage(reload);
  await page.answerLoad(never, load);
  page.notify('file/changed', { text: 'one' });
  expect(posted).toHaveLength(1);
  panel.visible = false;
  on.view();
  expect(counts().forgotten).toBe(1);
  on.change('profile');
  expect(reload).not.toHaveBeenCalled();
  on.dispose();
  expect(page.gone.aborted).toBe(true);
  page.notify('file/changed', { text: 'two' });
  expect(posted).toHaveLength(1);
});
