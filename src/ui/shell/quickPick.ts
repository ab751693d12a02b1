/**
 * The one door to quick picks and input boxes. VS Code makes icons of `$(name)` in rows and reads a row's description as
 * Markdown in its hover: icons are ours alone, all words of a row are text.
 *
 * What stays: that hover (src/vs/platform/quickinput/browser/quickInputTree.ts, neither trusted nor with HTML) makes a
 * link of a bare web address. It shows the address that it leads to, and VS Code asks before it opens one that is not
 * trusted; to break it would spoil the addresses of servers in our rows.
 */
import * as vscode from 'vscode';
import { outsideText } from '../../base/outsideText.js';

/** The words of a row; what a row is for comes beside it. */
export interface RowWords {
  /** Codicon before the label. */
  readonly icon?: string;
  readonly label: string;
  readonly description?: string | undefined;
  readonly detail?: string | undefined;
}

/** `row` with its words made safe to show. */
export function pickRow<T extends object>({ icon, label, description, detail }: RowWords, row: T) {
  const words = outsideText(label);
  return {
    ...row,
    label: icon === undefined ? words : `$(${icon}) ${words}`,
    ...(description === undefined ? {} : { description: outsideText(description) }),
    ...(detail === undefined ? {} : { detail: outsideText(detail) }),
  };
}

/** A heading between rows. */
export function pickHeading(label: string) {
  return { label: outsideText(label), kind: vscode.QuickPickItemKind.Separator };
}

/** A quick pick that is filled while it is open; its rows are made by {@link pickRow}. */
export function openPick<T extends vscode.QuickPickItem>(placeHolder: string): vscode.QuickPick<T> {
  const pick = vscode.window.createQuickPick<T>();
  pick.placeholder = outsideText(placeHolder);
  return pick;
}

/** One row of rows made by {@link pickRow}. */
export function showPick<T extends vscode.QuickPickItem>(
  rows: readonly T[],
  placeHolder: string,
): Thenable<T | undefined> {
  return vscode.window.showQuickPick(rows, { placeHolder: outsideText(placeHolder) });
}

/** Any number of rows made by {@link pickRow}; undefined where the person left. */
export function showPickMany<T extends vscode.QuickPickItem>(
  rows: readonly T[],
  { title, placeHolder }: { readonly title: string; readonly placeHolder: string },
): Thenable<readonly T[] | undefined> {
  return vscode.window.showQuickPick(rows, {
    title: outsideText(title),
    placeHolder: outsideText(placeHolder),
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
}

/**
 * `prompt` is read for links by VS Code; `value` is what the person edits, and stays as it is. Enter does nothing but show
 * `refusal` on what is not accepted.
 */
export function askText(ask: {
  readonly title: string;
  readonly prompt: string;
  readonly value: string;
  readonly accepts?: (value: string) => boolean;
  readonly refusal?: string;
}): Thenable<string | undefined> {
  const { accepts, refusal = '' } = ask;
  return vscode.window.showInputBox({
    title: outsideText(ask.title),
    prompt: outsideText(ask.prompt),
    value: ask.value,
    ...(accepts === undefined
      ? {}
      : {
          ignoreFocusOut: true,
          validateInput: value => (value === '' || accepts(value) ? undefined : outsideText(refusal)),
        }),
  });
}

/** An input box that acts while one types. */
export function openInput(ask: {
  readonly title: string;
  readonly placeholder: string;
  readonly prompt: string;
}): vscode.InputBox {
  const input = vscode.window.createInputBox();
  input.title = outsideText(ask.title);
  input.placeholder = outsideText(ask.placeholder);
  input.prompt = outsideText(ask.prompt);
  return input;
}

export interface FilterBox {
  readonly title: string;
  readonly placeholder: string;
  readonly prompt: string;
}

/** Filters while one types: Enter keeps it, Escape brings back what was there `before`. */
export function askFilter(ask: FilterBox, before: string, filter: (text: string) => void): void {
  let isKept = false;
  const input = openInput(ask);
  input.value = before;
  input.onDidChangeValue(filter);
  input.onDidAccept(() => {
    isKept = true;
    input.hide();
  });
  input.onDidHide(() => {
    if (!isKept) filter(before);
    input.dispose();
  });
  input.show();
}
