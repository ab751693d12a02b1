/**
 * Errors in the user's language. Without `vscode` of its own: binds errorTexts.ts to the editor's translations, which
 * only this room has.
 */
import { type ErrorAction, type ErrorText, writeErrorText } from '../../words/errors/errorTexts.js';
import { t } from './l10n.js';

export type { ErrorAction, ErrorText };

/** What failed, on which node, why, what to do next, and the buttons for it; for anything thrown. */
export function describeForUser(error: unknown): ErrorText {
  return writeErrorText(error, t);
}
