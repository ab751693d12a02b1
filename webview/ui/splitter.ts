/** The movable line between graph and table: pointer and arrow keys, beside each other or above, as the page is wide. */
import { t } from '../words.js';
import { element, setAttributes } from './dom.js';

/** CSS pixels of width below which the table stands under the graph. */
const STACKED_BELOW = 820;
const SMALLEST = 0.15;
const LARGEST = 0.85;
const KEY_STEP = 0.03;

export class Splitter {
  readonly element: HTMLElement;
  readonly #panes: HTMLElement;
  readonly #onShare: (share: number) => void;
  #share = 0.4;
  #stacked = false;

  /** `panes` is the flex container; `share` is what its second pane gets. */
  constructor(panes: HTMLElement, onShare: (share: number) => void) {
    this.#panes = panes;
    this.#onShare = onShare;
    this.element = element('div', {
      class: 'splitter',
      role: 'separator',
      tabindex: 0,
      'aria-label': t('Width of the table'),
      'aria-valuemin': SMALLEST * 100,
      'aria-valuemax': LARGEST * 100,
    });
    this.element.addEventListener('pointerdown', event => {
      event.preventDefault();
      this.element.setPointerCapture(event.pointerId);
    });
    this.element.addEventListener('pointermove', event => this.#onMove(event));
    this.element.addEventListener('keydown', event => this.#onKey(event));
    new ResizeObserver(() => this.#layOut()).observe(panes);
  }

  setShare(share: number): void {
    this.#share = Math.min(Math.max(share, SMALLEST), LARGEST);
    this.#layOut();
  }

  #layOut(): void {
    this.#stacked = this.#panes.clientWidth < STACKED_BELOW;
    this.#panes.classList.toggle('stacked', this.#stacked);
    this.#panes.style.setProperty('--table-share', `${this.#share * 100}%`);
    setAttributes(this.element, {
      'aria-orientation': this.#stacked ? 'horizontal' : 'vertical',
      'aria-valuenow': Math.round(this.#share * 100),
    });
  }

  #onMove(event: PointerEvent): void {
    if (!this.element.hasPointerCapture(event.pointerId)) return;
    const bounds = this.#panes.getBoundingClientRect();
    const share = this.#stacked
      ? (bounds.bottom - event.clientY) / bounds.height
      : (bounds.right - event.clientX) / bounds.width;
    this.setShare(share);
    this.#onShare(this.#share);
  }

  #onKey(event: KeyboardEvent): void {
    const grow = this.#stacked ? 'ArrowUp' : 'ArrowLeft';
    const shrink = this.#stacked ? 'ArrowDown' : 'ArrowRight';
    if (event.key !== grow && event.key !== shrink) return;
    event.preventDefault();
    this.setShare(this.#share + (event.key === grow ? KEY_STEP : -KEY_STEP));
    this.#onShare(this.#share);
  }
}
