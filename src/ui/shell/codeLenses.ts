/**
 * The one door to code lenses, whose words come from profiles: titles and tooltips are text, and `$(name)` is no icon.
 */
import * as vscode from 'vscode';
import { OUTSIDE_TEXT } from '../../base/limits.js';
import { outsideText } from '../../base/outsideText.js';
import type { CommandId } from '../../words/ids.js';

export interface LensText {
  readonly title: string;
  readonly tooltip?: string;
  /** Undefined for words that cannot be clicked. */
  readonly command?: CommandId;
  readonly arguments?: readonly unknown[];
}

export interface Lens {
  /** Above this line, counted from 0. */
  readonly line: number;
  /** A function is asked when the lens comes into sight. */
  readonly text: LensText | (() => Promise<LensText>);
}

export interface LensSource {
  readonly onDidChange: vscode.Event<void>;
  readonly lensesOf: (document: vscode.TextDocument) => readonly Lens[] | Promise<readonly Lens[]>;
}

export function registerLenses(selector: vscode.DocumentSelector, source: LensSource): vscode.Disposable {
  return vscode.languages.registerCodeLensProvider(selector, {
    onDidChangeCodeLenses: source.onDidChange,
    provideCodeLenses: async document => (await source.lensesOf(document)).map(lens => new TextLens(lens)),
    resolveCodeLens: async lens => {
      if (lens instanceof TextLens && typeof lens.text === 'function')
        lens.command = commandOf(await lens.text());
      return lens;
    },
  });
}

class TextLens extends vscode.CodeLens {
  readonly text: Lens['text'];

  constructor({ line, text }: Lens) {
    super(new vscode.Range(line, 0, line, 0), typeof text === 'function' ? undefined : commandOf(text));
    this.text = text;
  }
}

function commandOf({ title, tooltip, command, arguments: values }: LensText): vscode.Command {
  return {
    command: command ?? '',
    title: outsideText(title),
    ...(tooltip === undefined ? {} : { tooltip: outsideText(tooltip, OUTSIDE_TEXT.paragraph) }),
    ...(values === undefined ? {} : { arguments: [...values] }),
  };
}
