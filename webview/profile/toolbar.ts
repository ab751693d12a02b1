/** The row of controls above the graph. It shows what the page tells it and says what was pressed. */
import type { Orientation } from '../flame/viewport.js';
import type { SearchResult } from '../model/searchResult.js';
import { stackStart, type ViewState } from '../model/viewState.js';
import { t } from '../words.js';
import { element } from '../ui/dom.js';
import {
  makeDropdown,
  makeIconButton,
  makeTextField,
  setChoices,
  setPressed,
  type Button,
  type Choice,
  type Dropdown,
  type TextField,
} from '../ui/toolkit.js';

export interface ToolbarCallbacks {
  readonly onSampleType: (type: string) => void;
  readonly onSearch: (text: string) => void;
  readonly onMatch: (step: 1 | -1) => void;
  readonly onOrientation: () => void;
  readonly onBottomUp: () => void;
  readonly onExport: () => void;
  readonly onResetZoom: () => void;
  readonly onTable: () => void;
  readonly onKeys: () => void;
  /** Escape in the search field with nothing in it. */
  readonly onLeave: () => void;
}

export class Toolbar {
  readonly element: HTMLElement;
  readonly #types: Dropdown;
  readonly #field: TextField;
  readonly #result = element('output', { class: 'search-result' });
  readonly #previous: Button;
  readonly #next: Button;
  readonly #clear: Button;
  readonly #flip: Button;
  readonly #bottomUp: Button;
  readonly #table: Button;
  readonly #callbacks: ToolbarCallbacks;

  constructor(callbacks: ToolbarCallbacks) {
    this.#callbacks = callbacks;
    this.#types = makeDropdown(t('Sample type'), callbacks.onSampleType);
    this.#field = makeTextField(t('Search functions'), t('Search: text or /regex/'), callbacks.onSearch);
    this.#field.addEventListener('keydown', event => this.#onKey(event));
    this.#previous = makeIconButton('up', t('Previous match (Shift+Enter)'), () => callbacks.onMatch(-1));
    this.#next = makeIconButton('down', t('Next match (Enter)'), () => callbacks.onMatch(1));
    this.#clear = makeIconButton('close', t('Clear search'), () => this.#clearSearch());
    this.#flip = makeIconButton('flip', t('Turn the graph over (o)'), callbacks.onOrientation);
    this.#bottomUp = makeIconButton('bottomUp', t('From the leaves (b)'), callbacks.onBottomUp);
    this.#table = makeIconButton('table', t('Table of functions (t)'), callbacks.onTable);
    this.element = element(
      'div',
      { class: 'toolbar', role: 'toolbar', 'aria-label': t('Profile tools') },
      this.#types,
      element(
        'div',
        { class: 'search', role: 'search' },
        this.#field,
        this.#result,
        this.#previous,
        this.#next,
        this.#clear,
      ),
      element(
        'div',
        { class: 'tools' },
        makeIconButton('reset', t('Reset zoom (0)'), callbacks.onResetZoom),
        this.#flip,
        this.#bottomUp,
        this.#table,
        makeIconButton('export', t('Export folded stacks (e)'), callbacks.onExport),
        makeIconButton('help', t('Keyboard shortcuts (?)'), callbacks.onKeys),
      ),
    );
    this.showResult({ kind: 'none' });
  }

  showTypes(choices: readonly Choice[], chosen: string): void {
    this.#types.hidden = choices.length < 2;
    setChoices(this.#types, choices, chosen);
  }

  /** What of the kept state shows here; the toolbar is on the page by then. */
  showState({ search, orientation, view, tableShown }: ViewState): void {
    if (this.#field.value !== search) this.#field.value = search;
    this.showOrientation(orientation);
    setPressed(this.#bottomUp, stackStart(view) === 'leaves');
    this.showTableState(tableShown);
  }

  showResult(result: SearchResult): void {
    this.#result.textContent =
      result.kind === 'found'
        ? result.text
        : result.kind === 'invalid'
          ? t('Not a regular expression: {0}', result.reason)
          : '';
    this.#result.classList.toggle('invalid', result.kind === 'invalid');
    this.#previous.disabled = this.#next.disabled = !(result.kind === 'found' && result.any);
    this.#clear.hidden = result.kind === 'none';
  }

  showOrientation(orientation: Orientation): void {
    this.#flip.classList.toggle('turned', orientation === 'flame');
  }

  showTableState(shown: boolean): void {
    setPressed(this.#table, shown);
  }

  focusSearch(): void {
    this.#field.focus();
    this.#field.shadowRoot?.querySelector('input')?.select();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') this.#callbacks.onMatch(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') {
      if (this.#field.value === '') this.#callbacks.onLeave();
      else this.#clearSearch();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #clearSearch(): void {
    this.#field.value = '';
    this.#callbacks.onSearch('');
    this.#field.focus();
  }
}
