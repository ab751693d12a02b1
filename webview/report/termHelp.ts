/**
 * Terms with an explanation: shown on hover and on focus, gone with Escape, reached by the pointer and by Tab, since it
 * holds links (WCAG 1.4.13). One explanation at a time; it lies beside its term, so that Tab leads into it.
 */
import type { ReportLink } from '../../src/protocol/reportMessages.js';
import { element } from '../ui/dom.js';
import type { Explanation } from './terms.js';

/** The pointer may leave the term on its way to the explanation. */
const LEAVE_MS = 200;
const GAP = 4;

const LINKS: readonly (readonly [text: string, link: ReportLink])[] = [
  ['futex(2)', { target: 'manual', call: 'futex', path: '' }],
  ['futex(7)', { target: 'overview', call: 'futex', path: '' }],
];

export class TermHelp {
  readonly #openLink: (link: ReportLink) => void;
  readonly #box = element('span', { class: 'term-help', id: 'term-help', role: 'group' });
  #term: HTMLElement | undefined;
  #leaving: ReturnType<typeof setTimeout> | undefined;

  constructor(openLink: (link: ReportLink) => void) {
    this.#openLink = openLink;
    // It goes with its term: focus itself scrolls a term into sight.
    document.addEventListener('scroll', () => this.#follow(), { capture: true, passive: true });
  }

  /** `text` with its explanation; plain text where there is none. */
  term(text: string, explanation: Explanation | undefined): Node {
    if (explanation === undefined) return document.createTextNode(text);
    const button = element('button', { type: 'button', class: 'term', 'aria-expanded': 'false' }, text);
    const whole = element('span', { class: 'term-place' }, button);
    const show = (): void => this.#show(whole, button, explanation);
    whole.addEventListener('pointerenter', show);
    whole.addEventListener('pointerleave', () => this.#leaveSoon());
    button.addEventListener('focus', show);
    button.addEventListener('click', show);
    whole.addEventListener('focusout', event => {
      if (!(event.relatedTarget instanceof Node) || !whole.contains(event.relatedTarget)) this.#hide();
    });
    whole.addEventListener('keydown', event => {
      if (event.key !== 'Escape' || this.#term !== whole) return;
      event.stopPropagation();
      // What had the focus inside goes: the term keeps it.
      if (document.activeElement !== button && whole.contains(document.activeElement)) button.focus();
      this.#hide();
    });
    return whole;
  }

  #show(whole: HTMLElement, button: HTMLElement, { paragraphs }: Explanation): void {
    clearTimeout(this.#leaving);
    if (this.#term === whole) return;
    this.#hide();
    this.#term = whole;
    const links = LINKS.map(([text, link]) => {
      const made = element('button', { type: 'button', class: 'link' }, text);
      made.addEventListener('click', () => this.#openLink(link));
      return made;
    });
    const texts = paragraphs.map((text, at) =>
      element('span', { class: 'term-text', id: `term-help-${at}` }, text),
    );
    this.#box.replaceChildren(...texts, element('span', { class: 'term-links' }, ...links));
    button.setAttribute('aria-expanded', 'true');
    button.setAttribute('aria-describedby', texts.map(({ id }) => id).join(' '));
    whole.append(this.#box);
    this.#place(button.getBoundingClientRect());
  }

  /** Below its term, or above where there is no room; never outside of the window. */
  #place(term: DOMRect): void {
    const { offsetWidth, offsetHeight, style } = this.#box;
    const below = term.bottom + GAP;
    const top = below + offsetHeight > window.innerHeight ? term.top - GAP - offsetHeight : below;
    style.left = `${Math.max(GAP, Math.min(term.left, window.innerWidth - offsetWidth - GAP))}px`;
    style.top = `${Math.max(GAP, top)}px`;
  }

  #follow(): void {
    const button = this.#term?.querySelector('button.term');
    if (button instanceof HTMLElement) this.#place(button.getBoundingClientRect());
  }

  #leaveSoon(): void {
    clearTimeout(this.#leaving);
    this.#leaving = setTimeout(() => {
      // Who reads by keyboard keeps it.
      if (this.#term?.contains(document.activeElement) !== true) this.#hide();
    }, LEAVE_MS);
  }

  #hide(): void {
    clearTimeout(this.#leaving);
    const button = this.#term?.querySelector('button.term');
    button?.setAttribute('aria-expanded', 'false');
    button?.removeAttribute('aria-describedby');
    this.#term = undefined;
    this.#box.remove();
  }
}
