import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { PAGE_WORDS } from '../../../webview/pageWords.js';
import { REPORT_WORDS } from '../../../webview/report/reportWords.js';
import { setWords, t } from '../../../webview/words.js';

const root = path.resolve(import.meta.dirname, '../../..');
const translations = JSON.parse(
  readFileSync(path.join(root, 'media/l10n/bundle.l10n.zh-cn.json'), 'utf8'),
) as Readonly<Record<string, string>>;

const placeholders = (text: string): string[] => [...text.matchAll(/\{\d\}/g)].map(([each]) => each).sort();

const WORDS: readonly string[] = [...PAGE_WORDS, ...REPORT_WORDS];

describe('words of the pages', () => {
  it('stand in one list each', () => {
    expect(WORDS.filter((word, at) => WORDS.indexOf(word) !== at)).toEqual([]);
  });

  it('all have a translation with the same places for values', () => {
    expect(WORDS.filter(word => translations[word] === undefined)).toEqual([]);
    for (const word of WORDS) expect(placeholders(translations[word]!)).toEqual(placeholders(word));
  });

  it('are all used', () => {
    const sources = readdirSync(path.join(root, 'webview'), { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts') && !/Words\.ts$/.test(file))
      .map(file => readFileSync(path.join(root, 'webview', file), 'utf8'))
      .join('\n');
    const quoted = (word: string): boolean =>
      [`'${word}'`, `'${word.replaceAll("'", "\\'")}'`, `"${word}"`].some(each => sources.includes(each));
    expect(WORDS.filter(word => !quoted(word))).toEqual([]);
  });
});

describe('t', () => {
  afterEach(() => setWords({}));

  it('puts values into their places', () => {
    expect(t('{0} of {1} slices', 3, 6)).toBe('3 of 6 slices');
  });

  it('takes the translation where there is one, and English else', () => {
    setWords({ '{0} of {1} slices': '第 {0} 段，共 {1} 段' });
    expect(t('{0} of {1} slices', 3, 6)).toBe('第 3 段，共 6 段');
    expect(t('Close')).toBe('Close');
  });
});
