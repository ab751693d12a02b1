/**
 * The words of the pages. Every English text stands in pageWords.ts or report/reportWords.ts, so that a test can compare
 * the lists with the translations; the host sends those for the editor's language, and what is missing stays English.
 */
import { formatSentence, type Sentence } from '../src/base/sentence.js';
import type { PageWord } from './pageWords.js';
import type { ReportWord } from './report/reportWords.js';

let translations: Readonly<Record<string, string>> = {};

/** Called once, before anything is shown. */
export function setWords(words: Readonly<Record<string, string>>): void {
  translations = words;
}

/** The text in the editor's language, `{0}`, `{1}`… replaced by the values. */
export function t(word: PageWord | ReportWord, ...values: readonly (string | number)[]): string {
  return translate({ template: word, values });
}

/** A name that arrives with the data, as a rule's title; one without a translation stays as it is. */
export function translated(name: string): string {
  return Object.hasOwn(translations, name) ? (translations[name] ?? name) : name;
}

/** The same for a sentence that arrives with the data. */
export function translate({ template, values }: Sentence): string {
  return formatSentence({ template: translated(template), values });
}
