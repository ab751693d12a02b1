import { describe, expect, it } from 'vitest';
import { moveFrom, readFlameKey, type Direction } from '../../../../webview/flame/navigate.js';
import type { Viewport } from '../../../../webview/flame/viewport.js';
import { boxOf, subjectOf, textOf } from '../../../support/flameSubject.js';
import { profileFromStacks } from '../../../support/profileFromStacks.js';

const subject = subjectOf(
  profileFromStacks(
    `
    main   main   other  tiny
    big    small  leaf       `,
    { weights: [50, 30, 19.9, 0.1] },
  ),
);
const view: Viewport = {
  width: 400,
  height: 100,
  pixelRatio: 1,
  left: 0,
  right: 1,
  scrollTop: 0,
  orientation: 'icicle',
};
const move = (from: string, direction: Direction): string =>
  textOf(subject, moveFrom(subject.layout, view, boxOf(subject, from), direction));

describe('moveFrom', () => {
  it.each([
    ['big', 'parent', 'main'],
    ['main', 'parent', 'all'],
    ['all', 'parent', 'all'],
    ['main', 'child', 'big'],
    ['big', 'child', 'big'],
    ['all', 'hottest', 'big'],
    ['leaf', 'root', 'all'],
    ['big', 'next', 'small'],
    ['small', 'next', 'leaf'],
    ['leaf', 'previous', 'small'],
    ['main', 'previous', 'main'],
  ] as const)('%s, %s: %s', (from, direction, to) => {
    expect(move(from, direction)).toBe(to);
  });

  it('leaves out what is too thin to see, until it is nearer', () => {
    expect(move('other', 'next')).toBe('other');
    const near = { ...view, left: 0.99 };
    expect(textOf(subject, moveFrom(subject.layout, near, boxOf(subject, 'other'), 'next'))).toBe('tiny');
  });
});

describe('readFlameKey', () => {
  const press = (key: string, orientation: Viewport['orientation'], held: Partial<KeyboardEvent> = {}) =>
    readFlameKey({ key, ctrlKey: false, metaKey: false, altKey: false, ...held }, orientation);

  it('follows the picture: up is towards the root of an icicle and away from it in a flame', () => {
    expect(press('ArrowUp', 'icicle')).toEqual({ kind: 'move', direction: 'parent' });
    expect(press('ArrowUp', 'flame')).toEqual({ kind: 'move', direction: 'child' });
    expect(press('ArrowDown', 'flame')).toEqual({ kind: 'move', direction: 'parent' });
  });

  it('leaves the keys of the editor and the page alone', () => {
    expect(press('p', 'icicle', { ctrlKey: true })).toBeUndefined();
    expect(press('ArrowLeft', 'icicle', { altKey: true })).toBeUndefined();
    expect(press('t', 'icicle')).toBeUndefined();
    expect(press('toString', 'icicle')).toBeUndefined();
    expect(press('c', 'icicle', { ctrlKey: true })).toEqual({ kind: 'copy' });
  });
});
