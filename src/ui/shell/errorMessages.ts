/** Errors in the user's language: errorTexts.ts bound to the editor's translations. Shows nothing. */
import { type ErrorAction, type ErrorText, writeErrorText } from '../../words/errors/errorTexts.js';
import { t } from './l10n.js';

export type { ErrorAction, ErrorText };

/** What failed, on which node, why, what to do next, and the buttons for it; for anything thrown. */
export function describeForUser(error: unknown): ErrorText {
  return writeErrorText(error, t);
}
