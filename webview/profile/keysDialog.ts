/** The list of keys. A dialog of the browser's own: focus stays in it, Escape closes it. */
import { t } from '../words.js';
import { element } from '../ui/dom.js';
import { makeButton } from '../ui/toolkit.js';

export class KeysDialog {
  readonly element: HTMLDialogElement;

  constructor() {
    const keys: readonly (readonly [keys: string, meaning: string])[] = [
      ['← → ↑ ↓', t('To the neighbour, the caller, the widest callee')],
      ['Home / End', t('To the root / to the end of the widest path')],
      ['Enter', t('Zoom to the selected box')],
      ['Esc / Backspace', t('Back to the zoom before')],
      ['+ / −', t('Zoom in / out')],
      ['0', t('Reset zoom')],
      ['s', t('Callers and callees of the selected function')],
      ['/ · Ctrl+F', t('Search')],
      ['F3 / Shift+F3', t('Next / previous match')],
      ['t', t('Show or hide the table')],
      ['o', t('Turn the graph over')],
      ['b', t('From the leaves: callers below what they call, or back')],
      ['e', t('Export folded stacks of this sample type')],
      ['g', t('Open the source of the selected function')],
      ['Ctrl+C', t('Copy the name of the selected function')],
      [t('Ctrl + wheel'), t('Zoom at the pointer')],
      [t('Shift + wheel, drag'), t('Move sideways')],
    ];
    const close = makeButton(t('Close'), 'secondary', () => this.element.close());
    this.element = element(
      'dialog',
      { class: 'keys', 'aria-label': t('Keyboard shortcuts') },
      element('h2', {}, t('Keyboard shortcuts')),
      element(
        'dl',
        {},
        ...keys.flatMap(([key, meaning]) => [
          element('dt', {}, element('kbd', {}, key)),
          element('dd', {}, meaning),
        ]),
      ),
      close,
    );
  }

  open(): void {
    if (!this.element.open) this.element.showModal();
  }
}
