/**
 * What the page is about at a moment: the profile, the kept state, the search, the selection, and the questions asked of
 * them everywhere. Draws nothing, sends nothing; every change of kept state is handed to `keep`.
 */
import type { NameIndex } from '../../src/profile/functionNames.js';
import type { BoxIndex } from '../../src/profile/flameRows.js';
import type { ProfilePayload } from '../../src/protocol/messages.js';
import { nameOfBox, type FlameMarks, type FlameSubject } from '../flame/subject.js';
import { Figures } from './figures.js';
import { findBox, pathOfBox } from './framePath.js';
import { ProfileModel } from './profileModel.js';
import { SearchState } from './searchState.js';
import { LONGEST_PATH, stackStart, type ViewState } from './viewState.js';

/** A box and the graph it is in: the whole, or one half of a sandwich. */
export interface SelectedBox {
  readonly subject: FlameSubject;
  readonly box: BoxIndex;
}

export class PageSession {
  readonly model: ProfileModel;
  readonly #keep: (state: ViewState) => void;
  #payload: ProfilePayload;
  #state: ViewState;
  #search: SearchState;
  #selected: SelectedBox | undefined;
  /** The one group of code the legend picks out. */
  group: number | undefined;

  constructor(payload: ProfilePayload, state: ViewState, keep: (state: ViewState) => void) {
    this.#payload = payload;
    this.#state = state;
    this.#keep = keep;
    this.model = new ProfileModel(payload);
    this.#search = new SearchState(this.model, state.search);
    this.restoreSelection();
  }

  get payload(): ProfilePayload {
    return this.#payload;
  }

  get state(): ViewState {
    return this.#state;
  }

  get search(): SearchState {
    return this.#search;
  }

  get selected(): SelectedBox | undefined {
    return this.#selected;
  }

  /** Facts about the capture changed; the profile did not. */
  setCapture(capture: ProfilePayload['capture']): void {
    this.#payload = { ...this.#payload, capture };
  }

  update(change: Partial<ViewState>): void {
    this.#state = { ...this.#state, ...change };
    this.#keep(this.#state);
  }

  /** Index of the sample type shown: the kept one where the profile has it. */
  get type(): number {
    const { sampleTypes, defaultSampleType } = this.#payload.summary;
    const kept = sampleTypes.findIndex(sampleType => typeKey(sampleType) === this.#state.sampleType);
    return kept === -1 ? defaultSampleType : kept;
  }

  get figures(): Figures {
    const whole = this.model.totals(this.type).extent[0] ?? 0;
    return new Figures(this.model.sampleType(this.type), this.#payload.summary.durationNanos, whole);
  }

  /** The whole graph, from the root or from the leaves. */
  get subject(): FlameSubject {
    return stackStart(this.#state.view) === 'leaves'
      ? this.model.bottomUp(this.type)
      : this.model.subject(this.type);
  }

  /** The box kept as zoomed, found by its names; the root where the profile has no such stack. */
  get zoom(): BoxIndex {
    return findBox(this.subject, this.#state.zoom) ?? 0;
  }

  /** The function whose callers and callees are shown; undefined where the whole graph is, or the profile lacks it. */
  get sandwich(): NameIndex | undefined {
    const { view } = this.#state;
    return view.kind === 'sandwich' ? this.findName(view.of) : undefined;
  }

  /** Function of the selected box, or the one selected in the table. */
  get selectedName(): NameIndex | undefined {
    if (this.#selected !== undefined) return nameOfBox(this.#selected.subject, this.#selected.box);
    return this.findName(this.#state.selectedFunction);
  }

  get marks(): FlameMarks {
    return { matches: this.#search.matched?.flags, group: this.group, highlighted: this.selectedName };
  }

  setSearch(text: string): void {
    this.update({ search: text });
    this.#search = new SearchState(this.model, text);
  }

  setZoom(box: BoxIndex): void {
    this.update({ zoom: shortPath(pathOfBox(this.subject, box)) ?? [] });
  }

  selectBox(selected: SelectedBox): void {
    this.#selected = selected;
    const inWhole = selected.subject === this.subject;
    this.update({
      selected: inWhole ? shortPath(pathOfBox(selected.subject, selected.box)) : undefined,
      selectedFunction: undefined,
    });
  }

  /** Turns stacks around: no path is one in the other graph, the function selected stays. */
  turnAround(): void {
    const { selectedName } = this;
    const start = stackStart(this.#state.view) === 'root' ? 'leaves' : 'root';
    this.#selected = undefined;
    this.update({
      view: { kind: 'stacks', start },
      zoom: [],
      selected: undefined,
      selectedFunction: selectedName === undefined ? undefined : this.model.names.text(selectedName),
    });
  }

  /** Callers and callees of a function; with undefined the graph behind them. */
  showSandwich(name: NameIndex | undefined): void {
    const behind = stackStart(this.#state.view);
    this.update({
      view:
        name === undefined
          ? { kind: 'stacks', start: behind }
          : { kind: 'sandwich', of: this.model.names.text(name), behind },
    });
  }

  selectFunction(name: NameIndex): void {
    this.#selected = undefined;
    this.update({ selected: undefined, selectedFunction: this.model.names.text(name) });
  }

  /** Finds the kept selection in the whole graph of the type shown. */
  restoreSelection(): void {
    const { selected } = this.#state;
    const box = selected === undefined ? undefined : findBox(this.subject, selected);
    this.#selected = box === undefined ? undefined : { subject: this.subject, box };
  }

  /** How the host knows a function; undefined for no function. */
  functionRef(name: NameIndex | undefined): { readonly name: string; readonly file: string } | undefined {
    const { names } = this.model;
    const func = name === undefined ? undefined : names.anyFunction(name);
    return name === undefined || func === undefined
      ? undefined
      : { name: names.text(name), file: names.file(func) };
  }

  findName(text: string | undefined): NameIndex | undefined {
    const { names } = this.model;
    return text === undefined ? undefined : names.distinct.find(name => names.text(name) === text);
  }
}

/** How a sample type is kept: by words, not by its place. */
export function typeKey({ type, unit }: { readonly type: string; readonly unit: string }): string {
  return `${type}/${unit}`;
}

/** How a sample type is said. */
export function typeLabel({ type, unit }: { readonly type: string; readonly unit: string }): string {
  return unit === '' || unit === type ? type : `${type} (${unit})`;
}

function shortPath(path: readonly string[]): readonly string[] | undefined {
  return path.length <= LONGEST_PATH ? path : undefined;
}
