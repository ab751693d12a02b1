/**
 * The words of the page. Every English text stands in pageWords.ts, so that a test can compare the list with the
 * translations; the host sends those for the editor's language, and what is missing stays English.
 */
import type { PageWord } from './pageWords.js';

let translations: Readonly<Record<string, string>> = {};

/** Called once, before anything is shown. */
export function setWords(words: Readonly<Record<string, string>>): void {
  translations = words;
}

/** The text in the editor's language, `{0}`, `{1}`… replaced by the values. */
export function t(word: PageWord, ...values: readonly (string | number)[]): string {
  const text = Object.hasOwn(translations, word) ? (translations[word] ?? word) : word;
  return text.replace(/\{(\d)\}/gu, (whole: string, index: string) => String(values[Number(index)] ?? whole));
}
