/**
 * What a screen reader sees of the canvas: the box the keyboard is on as a tree item, with its level and its place among
 * its siblings. Two elements take turns, because a reader announces a change of `aria-activedescendant`, not of the
 * text below the same one.
 */
import { rowOfBox, type BoxIndex } from '../../src/profile/flameRows.js';
import { element, setAttributes } from '../ui/dom.js';
import type { FlameSubject } from './subject.js';

let views = 0;

export class TreeItems {
  readonly element: HTMLElement;
  readonly #items: readonly [HTMLElement, HTMLElement];
  #current: 0 | 1 = 0;

  constructor() {
    const view = ++views;
    const item = (turn: number): HTMLElement =>
      element('div', {
        role: 'treeitem',
        id: `flame-${view}-item-${turn}`,
        'aria-label': '',
        'aria-selected': 'false',
      });
    this.#items = [item(0), item(1)];
    this.element = element('div', { class: 'visually-hidden', role: 'group' }, this.#items[0]);
  }

  get currentId(): string {
    return this.#items[this.#current].id;
  }

  show(subject: FlameSubject, box: BoxIndex, describe: (box: BoxIndex) => string): void {
    const { rows } = subject.layout;
    this.#current = this.#current === 0 ? 1 : 0;
    const above = box === 0 ? undefined : rows.parent[box]!;
    const firstSibling = above === undefined ? 0 : rows.childStart[above]!;
    const siblings = above === undefined ? 1 : rows.childStart[above + 1]! - firstSibling;
    const hasChildren = rows.childStart[box + 1]! > rows.childStart[box]!;
    const item = this.#items[this.#current];
    setAttributes(item, {
      'aria-label': describe(box),
      'aria-level': rowOfBox(rows, box) + 1,
      'aria-posinset': box - firstSibling + 1,
      'aria-setsize': siblings,
      'aria-expanded': hasChildren ? 'true' : undefined,
      'aria-selected': 'true',
    });
    this.element.replaceChildren(item);
  }
}
