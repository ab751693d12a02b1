/**
 * The graph's side of the page: the whole graph, or callers and callees of one function, with breadcrumb, tooltip and
 * legend around it. It turns the page's state into what the flame views show, and tells the page what was done in them.
 */
import type { BoxIndex } from '../../src/profile/flameRows.js';
import type { NameIndex } from '../../src/profile/functionNames.js';
import { tellBox, tellHit, type Telling } from './describe.js';
import { FlameView, type FlameCallbacks, type FlamePosition } from '../flame/flameView.js';
import { nameOfBox, type FlameMarks, type FlameSubject } from '../flame/subject.js';
import type { Orientation } from '../flame/viewport.js';
import type { SelectedBox } from '../model/pageSession.js';
import type { FlameTheme } from '../theme.js';
import { Breadcrumb } from './breadcrumb.js';
import { element } from '../ui/dom.js';
import { makeButton } from '../ui/toolkit.js';
import { Tooltip } from '../ui/tooltip.js';
import { t } from '../words.js';

export interface GraphPaneCallbacks {
  readonly onSelect: (selected: SelectedBox) => void;
  readonly onZoom: (box: BoxIndex) => void;
  readonly onSandwich: (name: NameIndex | undefined) => void;
  readonly onCopy: (text: string) => void;
}

/** What is told, and the whole graph that it is told of. */
type Shown = Telling & { readonly subject: FlameSubject };

interface Half {
  readonly view: FlameView;
  readonly subject: FlameSubject;
}

export class GraphPane {
  readonly element: HTMLElement;
  readonly #breadcrumb: Breadcrumb;
  readonly #tooltip = new Tooltip();
  readonly #stage = element('div', { class: 'stage' });
  readonly #whole: FlameView;
  readonly #callbacks: GraphPaneCallbacks;
  #halves: readonly Half[] = [];
  #subject: FlameSubject | undefined;
  #telling: Telling | undefined;
  #theme: FlameTheme;
  #marks: FlameMarks | undefined;

  constructor(theme: FlameTheme, orientation: Orientation, callbacks: GraphPaneCallbacks) {
    this.#theme = theme;
    this.#callbacks = callbacks;
    this.#breadcrumb = new Breadcrumb(box => {
      this.#whole.zoomTo(box);
    });
    this.#whole = new FlameView(
      { label: t('Flame graph'), rootLabel: () => this.#rootLabel(), theme, orientation },
      this.#viewCallbacks(
        () => this.#subject,
        box => this.#onZoom(box),
        () => undefined,
      ),
    );
    this.#stage.append(this.#whole.element);
    this.element = element(
      'div',
      { class: 'graph' },
      this.#breadcrumb.element,
      this.#stage,
      this.#tooltip.element,
    );
  }

  get whole(): FlameView {
    return this.#whole;
  }

  /** Shows the whole graph at a position. */
  showWhole(telling: Shown, position: FlamePosition): void {
    this.#telling = telling;
    this.#subject = telling.subject;
    this.#closeHalves();
    this.#stage.replaceChildren(this.#whole.element);
    this.#breadcrumb.element.hidden = false;
    this.#whole.show(this.#subject, position);
    this.#breadcrumb.show(this.#subject, position.zoom);
  }

  /** Shows the callers above and the callees below of all occurrences of a function. */
  showSandwich(telling: Shown, name: NameIndex): void {
    this.#telling = telling;
    this.#subject = telling.subject;
    this.#closeHalves();
    this.#breadcrumb.element.hidden = true;
    const { callers, callees } = telling.model.sandwich(telling.type, name);
    const whole = telling.model.figures(telling.type, name).cum;
    const half = (subject: FlameSubject, label: string, orientation: Orientation): Half => {
      const view = new FlameView(
        { label, rootLabel: () => '', theme: this.#theme, orientation },
        this.#viewCallbacks(
          () => subject,
          () => undefined,
          () => this.#callbacks.onSandwich(undefined),
        ),
      );
      view.show(subject);
      return { view, subject };
    };
    const above = half(callers, t('Callers'), 'flame');
    const below = half(callees, t('Callees'), 'icicle');
    this.#halves = [above, below];
    if (this.#marks !== undefined) this.setMarks(this.#marks);
    const title = element(
      'div',
      { class: 'sandwich-title' },
      element(
        'span',
        { class: 'sandwich-name', title: telling.model.names.text(name) },
        telling.model.names.text(name),
      ),
      element('span', { class: 'sandwich-value' }, telling.figures.short(whole)),
      makeButton(t('Whole graph (Esc)'), 'secondary', () => this.#callbacks.onSandwich(undefined)),
    );
    const labelled = (label: string, view: FlameView): HTMLElement =>
      element(
        'div',
        { class: 'half' },
        element('div', { class: 'half-label' }, label),
        element('div', { class: 'half-body' }, view.element),
      );
    this.#stage.replaceChildren(
      element(
        'div',
        { class: 'sandwich' },
        title,
        labelled(t('Callers'), above.view),
        labelled(t('Callees'), below.view),
      ),
    );
  }

  setMarks(marks: FlameMarks): void {
    this.#marks = marks;
    this.#whole.setMarks(marks);
    for (const { view } of this.#halves) view.setMarks(marks);
  }

  setTheme(theme: FlameTheme): void {
    this.#theme = theme;
    this.#whole.setTheme(theme);
    for (const { view } of this.#halves) view.setTheme(theme);
  }

  focus(): void {
    (this.#halves[1]?.view ?? this.#whole).focus();
  }

  #rootLabel(): string {
    const { figures } = this.#telling ?? {};
    const total = this.#subject?.totals.total[0] ?? 0;
    const all = this.#subject?.isBottomUp === true ? t('all, from the leaves') : t('all');
    return figures === undefined ? all : `${all} · ${figures.main(total)}`;
  }

  #onZoom(box: BoxIndex): void {
    if (this.#subject !== undefined) this.#breadcrumb.show(this.#subject, box);
    this.#callbacks.onZoom(box);
  }

  #viewCallbacks(
    subjectOf: () => FlameSubject | undefined,
    onZoom: (box: BoxIndex) => void,
    onLeave: () => void,
  ): FlameCallbacks {
    const withBox = (act: (selected: SelectedBox, telling: Telling) => void) => (box: BoxIndex) => {
      const subject = subjectOf();
      if (subject !== undefined && this.#telling !== undefined) act({ subject, box }, this.#telling);
    };
    return {
      onSelect: withBox(selected => this.#callbacks.onSelect(selected)),
      onZoom,
      onHover: (hit, point) => {
        const subject = subjectOf();
        if (hit === undefined || subject === undefined || this.#telling === undefined) this.#tooltip.hide();
        else this.#tooltip.show(tellHit(this.#telling, subject, hit), point);
      },
      onSandwich: withBox(({ subject, box }) => {
        const name = nameOfBox(subject, box);
        if (name !== undefined) this.#callbacks.onSandwich(name);
      }),
      onCopy: withBox(({ subject, box }) => {
        const name = nameOfBox(subject, box);
        if (name !== undefined) this.#callbacks.onCopy(subject.names.text(name));
      }),
      onLeave,
      describe: box => {
        const subject = subjectOf();
        return subject === undefined || this.#telling === undefined
          ? ''
          : tellBox(this.#telling, subject, box);
      },
    };
  }

  #closeHalves(): void {
    for (const { view } of this.#halves) view.dispose();
    this.#halves = [];
    this.#tooltip.hide();
  }
}
