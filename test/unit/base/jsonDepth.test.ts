import { describe, expect, it } from 'vitest';
import { isDeeperThan } from '../../../src/base/jsonDepth.js';

describe('isDeeperThan', () => {
  it.each([
    ['[]', 0, true],
    ['[]', 1, false],
    ['{"a":[{"b":1}]}', 3, false],
    ['{"a":[{"b":1}]}', 2, true],
    ['["[[[[", "\\"[[["]', 1, false],
    ['[[],[],[[]]]', 2, true],
    ['1', 0, false],
    ['['.repeat(400_000), 100, true],
  ] as const)('%.40s, %i: %s', (text, most, isDeeper) => {
    expect(isDeeperThan(text, most)).toBe(isDeeper);
  });
});
