/**
 * The one door for notifications, dialogs, progress and the status bar's texts (a lint rule keeps it the only one). All
 * text is taken for outside text: no link and no icon in it survives, whatever its origin, so that a click on a message of
 * ours can do nothing but press a button. Messages of ours have buttons and no links.
 */
import * as vscode from 'vscode';
import { OUTSIDE_TEXT } from '../../base/limits.js';
import { outsideLines, outsideText } from '../../base/outsideText.js';

/** As it is shown in a notification. */
const notification = (text: string): string => outsideText(text, OUTSIDE_TEXT.notification);

/** Resolves with the button that was pressed. */
export function showError(text: string, ...buttons: readonly string[]): Thenable<string | undefined> {
  return vscode.window.showErrorMessage(notification(text), ...buttons);
}

/** Resolves with the button that was pressed. */
export function showWarning(text: string, ...buttons: readonly string[]): Thenable<string | undefined> {
  return vscode.window.showWarningMessage(notification(text), ...buttons);
}

/** Resolves with the button that was pressed. */
export function showInformation(text: string, ...buttons: readonly string[]): Thenable<string | undefined> {
  return vscode.window.showInformationMessage(notification(text), ...buttons);
}

export interface ModalText {
  readonly message: string;
  /** May have lines. */
  readonly detail: string;
}

/** Asks in a modal dialog; resolves with the button that was pressed, undefined for Cancel. */
export function askModal<T extends vscode.MessageItem>(
  { message, detail }: ModalText,
  ...buttons: readonly T[]
): Thenable<T | undefined> {
  return vscode.window.showWarningMessage(
    notification(message),
    { modal: true, detail: outsideLines(detail) },
    ...buttons,
  );
}

/** In the status bar for `milliseconds`. */
export function showStatus(text: string, milliseconds: number): void {
  vscode.window.setStatusBarMessage(outsideText(text), milliseconds);
}

export interface ProgressText {
  readonly title: string;
  readonly location: 'notification' | 'window';
  readonly cancellable: boolean;
}

/** `message` replaces the one shown; `incrementPercent` adds to the bar. */
export type Report = (message: string, incrementPercent?: number) => void;

/** Shows progress while `body` runs; its signal is aborted by the Cancel button. */
export function showProgress<T>(
  { title, location, cancellable }: ProgressText,
  body: (signal: AbortSignal, report: Report) => Promise<T>,
): Thenable<T> {
  const place =
    location === 'notification' ? vscode.ProgressLocation.Notification : vscode.ProgressLocation.Window;
  const controller = new AbortController();
  return vscode.window.withProgress(
    { location: place, title: outsideText(title), cancellable },
    async (progress, token) => {
      const subscription = token.onCancellationRequested(() => controller.abort());
      try {
        return await body(controller.signal, (text, increment) => {
          const message = outsideText(text);
          progress.report(increment === undefined ? { message } : { message, increment });
        });
      } finally {
        subscription.dispose();
      }
    },
  );
}

/** On the left; its text is set by {@link setStatusText}. */
export function createStatusItem(id: string, priority: number): vscode.StatusBarItem {
  return vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Left, priority);
}

/** What the pointer on a status bar item is told, one line each. */
export function setStatusTooltip(item: vscode.StatusBarItem, lines: readonly string[]): void {
  item.tooltip = lines.map(line => outsideText(line)).join('\n');
}

/** The words on an editor's tab. */
export function setTabTitle(panel: vscode.WebviewPanel, title: string): void {
  panel.title = outsideText(title);
}

/** Icon and words of a status bar item; the words are text. */
export function setStatusText(item: vscode.StatusBarItem, icon: string, words: string): void {
  item.text = `$(${icon}) ${outsideText(words)}`;
}
