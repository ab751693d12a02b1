import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSentence, sentence, valuesIn } from '../../../src/base/sentence.js';

describe('valuesIn', () => {
  it.each<[template: string, text: string, values: string[] | undefined]>([
    ['no place', 'no place', []],
    ['no place', 'no place.', undefined],
    ['{0}', '', ['']],
    ['Slice {0} of {1}: {2}', 'Slice 3 of 6: cut\noff', ['3', '6', 'cut\noff']],
    ['{1} holds {0}', 'a holds b', ['b', 'a']],
    ['a{0}a', 'a', undefined],
    ['a{0}bc{1}c', 'abc', undefined],
    ['ab{0}bc{1}', 'abc', undefined],
    ['{0} {1}', 'a b c', ['a b', 'c']],
  ])('%j of %j', (template, text, values) => {
    expect(valuesIn(text, template)).toEqual(values);
  });

  it('finds what formatSentence makes the same text of', () => {
    const part = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 4 });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), fc.array(part), (parts, values) => {
        const template = parts.reduce((before, next, index) => `${before}{${index - 1}}${next}`);
        const text = formatSentence(
          sentence(template, ...parts.slice(1).map((_, index) => values[index] ?? '')),
        );
        const found = valuesIn(text, template);
        expect(found).toBeDefined();
        expect(formatSentence(sentence(template, ...(found ?? [])))).toBe(text);
      }),
    );
  });

  it('divides a text as an expression with a place for each value would', () => {
    const part = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 3 });
    const anyText = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), anyText, (parts, text) => {
        const template = parts.reduce((before, next, index) => `${before}{${index - 1}}${next}`);
        const match = new RegExp(`^${parts.join('(.*)')}$`).exec(text);
        expect(valuesIn(text, template)).toEqual(match?.slice(1));
      }),
    );
  });
});
