import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JSON_EXPANSION } from '../../../../src/base/limits.js';
import { parseModestJson } from '../../../../src/cluster/http/modestJson.js';

const subject = { what: 'the list of nodes', node: 'n' };
const parse = (text: string): unknown => parseModestJson(text, subject);
const { levels, values } = JSON_EXPANSION;

describe('parseModestJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), text => {
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('leaves what is no JSON to the parser', () => {
    for (const text of ['', '<html>', '{"a":', '"\\', '"a', ']]]]', '{"a":1}}'])
      expect(() => parse(text)).toThrow(SyntaxError);
  });

  it('takes so many levels and not one more', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(parse(nested(levels))).toBeInstanceOf(Array);
    expect(() => parse(nested(levels + 1))).toThrow(
      expect.objectContaining({
        code: 'answer-too-large',
        node: 'n',
        facts: { limit: levels, counted: 'levels' },
      }),
    );
  });

  it('takes so many values and not one more', () => {
    // The list is one, and each comma.
    const list = (commas: number): string => `[0${',0'.repeat(commas)}]`;
    expect(parse(list(values - 1))).toHaveLength(values);
    expect(() => parse(list(values))).toThrow(
      expect.objectContaining({ code: 'answer-too-large', facts: { limit: values, counted: 'values' } }),
    );
  });

  it('counts nothing inside of strings, whatever is escaped there', () => {
    const text = JSON.stringify(['[{'.repeat(levels), '\\"[', '"'.repeat(9), '\\']);
    expect(parse(text)).toEqual(JSON.parse(text));
  });
});
