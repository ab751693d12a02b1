/**
 * The one door to `vscode.l10n.t`. Whatever fills a place of a sentence is text of a cluster, a file or a person: it is
 * made one plain line without links and icons, so that a sentence has the lines and links that its template has.
 */
import * as vscode from 'vscode';
import { OUTSIDE_TEXT } from '../../base/limits.js';
import { outsideText } from '../../base/outsideText.js';
import type { Translate } from '../../words/translate.js';

/** The sentence in the user's language. */
export const t: Translate = (message, ...values) =>
  vscode.l10n.t(
    message,
    ...values.map(value => (typeof value === 'string' ? outsideText(value, OUTSIDE_TEXT.value) : value)),
  );
