/**
 * The one door to Markdown in hovers and tooltips. Untrusted, without HTML and icons: a command link would not run, and
 * values are text. The only links are those that {@link MarkdownText.link} makes, to web addresses.
 */
import * as vscode from 'vscode';
import { markdownText } from '../../base/outsideText.js';

export class MarkdownText {
  private value = '';

  /** Words in the paragraph under way. */
  text(words: string): this {
    this.value += markdownText(words);
    return this;
  }

  /** A name in bold, and after a dash what it belongs to. */
  heading(name: string, of: string): this {
    this.value += `**${markdownText(name)}** — ${markdownText(of)}`;
    return this;
  }

  /** A new line in the same paragraph. */
  line(): this {
    this.value += '  \n';
    return this;
  }

  paragraph(): this {
    this.value += '\n\n';
    return this;
  }

  /** Words that lead to `url`; plain words where it is no web address. */
  link(words: string, url: string): this {
    const uri = vscode.Uri.parse(url);
    if (uri.scheme !== 'https' && uri.scheme !== 'http') return this.text(words);
    // What would end a link's target is not left in it (encodeURIComponent leaves parentheses as they are).
    const target = uri.toString().replace(/[()<>\\\s]/gu, character => `%${hexOf(character)}`);
    this.value += `[${markdownText(words)}](${target})`;
    return this;
  }

  /** A table of two columns without headings. */
  table(rows: readonly (readonly [string, string])[]): this {
    const cells = rows.map(([name, value]) => `| ${markdownText(name)} | ${markdownText(value)} |`);
    this.value += ['', '', '| | |', '|:--|:--|', ...cells].join('\n');
    return this;
  }

  build(): vscode.MarkdownString {
    const markdown = new vscode.MarkdownString(this.value);
    markdown.isTrusted = false;
    markdown.supportHtml = false;
    markdown.supportThemeIcons = false;
    return markdown;
  }
}

export interface HoverText {
  readonly text: MarkdownText;
  readonly range: vscode.Range;
}

/** A hover takes strings for Markdown that may do more: this gives it none. */
export function registerHovers(
  selector: vscode.DocumentSelector,
  hoverOf: (document: vscode.TextDocument, position: vscode.Position) => HoverText | undefined,
): vscode.Disposable {
  return vscode.languages.registerHoverProvider(selector, {
    provideHover: (document, position) => {
      const hover = hoverOf(document, position);
      return hover && new vscode.Hover(hover.text.build(), hover.range);
    },
  });
}

function hexOf(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase();
}
