/**
 * Text on its way into the editor's own surfaces: notifications, progress, dialogs, rows, lenses. VS Code reads markup
 * in some of them; what is made here shows as what it is, and nothing in it can be clicked or becomes an icon.
 *
 * - Notifications and progress: `[x](command:…)`, `[x](https:…)` and `[x](file:…)` are links, and a command runs on a
 *   click (parseLinkedText in VS Code's src/vs/base/common/linkedText.ts, called by src/vs/workbench/common/
 *   notifications.ts). Between the brackets and the parenthesis nothing may stand, so that a blank there breaks it.
 * - Status bar, quick picks, code lenses: `$(name)` is an icon (src/vs/base/browser/ui/iconLabel/iconLabels.ts).
 */
import { OUTSIDE_TEXT } from './limits.js';
import { plainLine } from './plainLine.js';

/** A blank where a link or an icon would begin: `[x] (command:…)`, `$ (flame)`. Linear. */
export function breakMarkup(text: string): string {
  return text.replaceAll('](', '] (').replaceAll('$(', '$ (');
}

/** One line as {@link plainLine} makes it, without links and icons. Applied twice it changes nothing more. */
export function outsideText(text: string, maxCharacters: number = OUTSIDE_TEXT.line): string {
  // Cut again: the blanks make it longer.
  return plainLine(breakMarkup(plainLine(text, maxCharacters)), maxCharacters);
}

/**
 * A text of several lines, each as {@link outsideText} makes it; indents stay. What passes `maxCharacters` in all is
 * left out, and "…" stands for it. Not for values: a value that brings line ends of its own goes through
 * {@link outsideText} first, so that only our own sentences have lines.
 */
export function outsideLines(text: string, maxCharacters: number = OUTSIDE_TEXT.dialog): string {
  const isCut = text.length > maxCharacters;
  const lines = text
    .slice(0, maxCharacters)
    .split('\n')
    .map(line => {
      const indent = /^ {0,8}/u.exec(line)?.[0] ?? '';
      return indent + outsideText(line, maxCharacters);
    });
  return isCut ? [...lines, '…'].join('\n') : lines.join('\n');
}

/**
 * As text in Markdown: every ASCII punctuation character is escaped, which Markdown allows for all of them (CommonMark,
 * "Backslash escapes"), so that neither formatting, HTML, a table's cell end nor the automatic links of `https://` and
 * `www.` come about. One line.
 */
export function markdownText(text: string, maxCharacters: number = OUTSIDE_TEXT.line): string {
  return plainLine(text, maxCharacters).replace(/[!-/:-@[-`{-~]/gu, '\\$&');
}
