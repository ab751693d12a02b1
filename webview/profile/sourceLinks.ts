/** Links from the selected function to its sources. The host makes and opens them; answers for another selection are dropped. */
import type { ShownSources, SourceTarget } from '../../src/protocol/messages.js';
import { t } from '../words.js';
import { element } from '../ui/dom.js';

export interface FunctionRef {
  readonly name: string;
  readonly file: string;
}

export interface SourceLinksHost {
  /** Rejects where the host cannot tell; there are no links then. */
  readonly listSources: (ref: FunctionRef) => Promise<ShownSources>;
  readonly openSource: (ref: FunctionRef, target: SourceTarget) => void;
}

export class SourceLinks {
  readonly element = element('div', { class: 'sources', role: 'group', 'aria-label': t('Sources') });
  readonly #host: SourceLinksHost;
  #ref: FunctionRef | undefined;

  constructor(host: SourceLinksHost) {
    this.#host = host;
  }

  /** Asks again for the same function, too: a profile that grows may have changed it. */
  show(ref: FunctionRef | undefined): void {
    if (this.#ref?.name !== ref?.name || this.#ref?.file !== ref?.file) this.element.replaceChildren();
    this.#ref = ref;
    if (ref === undefined) return;
    this.#host.listSources(ref).then(
      sources => {
        if (this.#ref === ref) this.#render(ref, sources);
      },
      () => undefined, // the host has logged why
    );
  }

  /** Opens the nearest source of the function that is shown. */
  openBest(): void {
    if (this.#ref !== undefined) this.#host.openSource(this.#ref, 'best');
  }

  #render(ref: FunctionRef, { links, reason }: ShownSources): void {
    const buttons = links.map(({ target, label, detail }) => {
      const button = element('button', { type: 'button', class: 'source-link', title: detail }, label);
      button.addEventListener('click', () => this.#host.openSource(ref, target));
      return button;
    });
    const why = reason === '' ? [] : [element('span', { class: 'no-source' }, t('No source: {0}', reason))];
    this.element.replaceChildren(...why, ...buttons);
  }
}
