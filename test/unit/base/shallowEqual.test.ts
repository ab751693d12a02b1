import { expect, it } from 'vitest';
import { isShallowEqual } from '../../../src/base/shallowEqual.js';

it.each([
  ['the same fields', { a: 1, b: 'x' }, { b: 'x', a: 1 }, true],
  ['lists of the same items', { a: ['x', 'y'] }, { a: ['x', 'y'] }, true],
  ['another value', { a: 1 }, { a: 2 }, false],
  ['another item', { a: ['x', 'y'] }, { a: ['x', 'z'] }, false],
  ['a longer list', { a: ['x'] }, { a: ['x', 'y'] }, false],
  ['a list and none', { a: ['x'] }, { a: undefined }, false],
  ['one more field', { a: 1, b: undefined }, { a: 1 }, false],
  ['one field less', { a: 1 }, { a: 1, b: undefined }, false],
])('compares %s', (_, a: object, b: object, expected) => {
  expect(isShallowEqual(a, b)).toBe(expected);
});
