/**
 * The shape of `vscode.l10n.t`, taken as a parameter by everything that makes sentences and needs no editor: so tests
 * read the English text, and the manifest test finds every sentence by its call `t('…')`.
 */
export type Translate = (message: string, ...args: (string | number | boolean)[]) => string;
