/** The way from the root to the zoomed box, each step a button. The middle of a long way is folded into one. */
import type { BoxIndex } from '../../src/profile/flameRows.js';
import { shortenFrameName } from '../../src/profile/frameName.js';
import { nameOfBox, type FlameSubject } from '../flame/subject.js';
import { t } from '../words.js';
import { element } from '../ui/dom.js';

/** Steps shown before the zoomed box, besides the root. */
const SHOWN = 3;

export class Breadcrumb {
  readonly element = element('nav', { class: 'breadcrumb', 'aria-label': t('Zoom path') });
  readonly #onStep: (box: BoxIndex) => void;

  constructor(onStep: (box: BoxIndex) => void) {
    this.#onStep = onStep;
  }

  show(subject: FlameSubject, zoom: BoxIndex): void {
    const { parent } = subject.layout.rows;
    const steps: BoxIndex[] = [];
    let at = zoom;
    for (; at > 0 && steps.length <= SHOWN; at = parent[at] ?? 0) steps.push(at);
    const parts: HTMLElement[] = [this.#step(t('all'), 0, zoom === 0)];
    if (at > 0) parts.push(this.#step('…', at, false, this.#textOf(subject, at)));
    for (const box of steps.reverse()) {
      const text = this.#textOf(subject, box);
      const forms = shortenFrameName(text);
      parts.push(this.#step(forms[1] ?? text, box, box === zoom, text));
    }
    this.element.replaceChildren(...parts);
  }

  #step(label: string, box: BoxIndex, current: boolean, title = label): HTMLElement {
    const step = element(
      'button',
      {
        type: 'button',
        title,
        'aria-current': current ? 'location' : undefined,
        'aria-label': label === '…' ? title : undefined,
      },
      label,
    );
    step.addEventListener('click', () => this.#onStep(box));
    return step;
  }

  #textOf(subject: FlameSubject, box: BoxIndex): string {
    const name = nameOfBox(subject, box);
    return name === undefined ? t('all') : subject.names.text(name);
  }
}
