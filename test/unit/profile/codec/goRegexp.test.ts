import { describe, expect, it } from 'vitest';
import { compileGoRegexp } from '../../../../src/profile/codec/goRegexp.js';

const matches = (pattern: string, text: string) => compileGoRegexp(pattern)?.matches(text, { left: 1e6 });

describe("Go's patterns", () => {
  it.each([
    ['^(?:ab|cd){2}$', 'abcd', true],
    ['^a{2,3}$', 'aaaa', false],
    ['^a{,3}$', 'a{,3}', true],
    ['b', 'abc', true],
    [String.raw`^\Qa.b\E$`, 'axb', false],
    [String.raw`^[\d\-x]+\z`, '1-x', true],
    ['^[]a]+$', ']a', true],
    ['(?i)^KUBE(?-i:Let)$', 'kubeLet', true],
    ['(?i)^KUBE(?-i:Let)$', 'kubelet', false],
    ['^(?P<name>a)(?s:.)$', 'a\n', true],
    ['^a.$', 'a\n', false],
    [String.raw`\bfoo\b`, 'a foo b', true],
    [String.raw`^\x{1F600}\pL$`, '\u{1F600}ß', true],
  ])('%s on %j is %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it.each([
    '(',
    'a**',
    '[z-a]',
    String.raw`\8`,
    '(?<=a)b',
    String.raw`(a)\1`,
    'a{1001}',
    '*',
    'a)',
    String.raw`\p{Nope}`,
  ])('%s is none that Go compiles', pattern => {
    expect(compileGoRegexp(pattern)).toBeUndefined();
  });

  it.each([
    '((((a{999}){999}){999}){999})',
    `${'('.repeat(5000)}a`,
    '(((){999}){999}){999}',
    'a'.repeat(70_000),
  ])('a pattern that would take all memory is refused (%#)', pattern => {
    expect(compileGoRegexp(pattern)).toBeUndefined();
  });

  it('end where their steps are used up', () => {
    const budget = { left: 100_000 };
    const pattern = compileGoRegexp('^(a|a|a*)*(b|b*)*$')!;
    expect(pattern.matches(`${'a'.repeat(1_000_000)}c`, budget)).toBeUndefined();
    expect(budget.left).toBeGreaterThan(-1000);
  });
});
