/** `vscode.l10n.t` without a bundle: the English text with its values in place. */
import type { Translate } from '../../../src/words/translate.js';

export const english: Translate = (message, ...values) =>
  message.replace(/\{(\d)\}/g, (whole, index: string) => {
    const value = values[Number(index)];
    return value === undefined ? whole : String(value);
  });
