/** What is under the pointer, beside it. For sighted mouse users only: the same is in the details and the tree item. */
import { element } from './dom.js';

const GAP = 14;

export class Tooltip {
  readonly element = element('div', { class: 'tooltip', 'aria-hidden': 'true' });

  constructor() {
    this.hide();
  }

  /** Lines of text beside a point of the page; never outside of the window. */
  show(lines: readonly string[], at: { readonly x: number; readonly y: number }): void {
    this.element.replaceChildren(...lines.map(line => element('div', {}, line)));
    this.element.hidden = false;
    const { offsetWidth, offsetHeight } = this.element;
    const right = at.x + GAP;
    const below = at.y + GAP;
    const x = right + offsetWidth > window.innerWidth ? at.x - GAP - offsetWidth : right;
    const y = below + offsetHeight > window.innerHeight ? at.y - GAP - offsetHeight : below;
    this.element.style.transform = `translate(${Math.max(0, x)}px, ${Math.max(0, y)}px)`;
  }

  hide(): void {
    this.element.hidden = true;
  }
}
