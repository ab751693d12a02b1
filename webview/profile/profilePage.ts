/**
 * The profile editor's page: the views, what they show of the session, and what happens when something is done in them.
 * Derived things are never kept; they come from the session's model.
 */
import type { NameIndex } from '../../src/profile/functionNames.js';
import type { CaptureFacts, ProfilePayload, ShownError, ViewAction } from '../../src/protocol/messages.js';
import { describeBox, describeFunction, stackText } from './describe.js';
import { findHeaviestBox } from '../flame/subject.js';
import { GraphPane } from './graphPane.js';
import { findEmptyReason } from '../model/emptyReason.js';
import { PageSession, typeKey, typeLabel, type SelectedBox } from '../model/pageSession.js';
import { describeResult } from '../model/searchResult.js';
import type { ViewState } from '../model/viewState.js';
import { PageFrame } from './pageFrame.js';
import { readPageKey, type PageAction } from './pageKeys.js';
import { buildFunctionRows } from '../table/functionRows.js';
import { FunctionTable } from '../table/functionTable.js';
import type { FlameTheme } from '../theme.js';
import { DetailsPanel } from './detailsPanel.js';
import { Header } from './header.js';
import { KeysDialog } from './keysDialog.js';
import { Legend } from './legend.js';
import { SourceLinks, type SourceLinksHost } from './sourceLinks.js';
import { emptyPage } from './emptyPage.js';
import { Toolbar } from './toolbar.js';

export interface PageOptions extends SourceLinksHost {
  readonly state: ViewState;
  readonly theme: FlameTheme;
  readonly keep: (state: ViewState) => void;
  readonly copy: (text: string) => void;
  readonly stopCapture: () => Promise<void>;
  readonly exportFolded: (sampleType: number) => void;
}

export class ProfilePage {
  readonly frame: PageFrame;
  readonly #options: PageOptions;
  readonly #header: Header;
  readonly #toolbar: Toolbar;
  readonly #graph: GraphPane;
  readonly #table: FunctionTable;
  readonly #details: DetailsPanel;
  readonly #sources: SourceLinks;
  readonly #legend: Legend;
  readonly #keys = new KeysDialog();
  #theme: FlameTheme;
  /** Undefined until the first profile has come. */
  #session: PageSession | undefined;

  constructor(options: PageOptions) {
    this.#options = options;
    this.#theme = options.theme;
    this.#header = new Header({ onStop: options.stopCapture });
    this.#toolbar = this.#makeToolbar();
    this.#graph = this.#makeGraph();
    this.#table = this.#makeTable();
    this.#sources = new SourceLinks(options);
    this.#details = this.#makeDetails();
    this.#legend = new Legend(group => {
      this.#withSession(session => {
        session.group = group;
        this.#showLegend(session);
        this.#graph.setMarks(session.marks);
      });
    });
    this.frame = new PageFrame(
      {
        header: this.#header.element,
        toolbar: this.#toolbar.element,
        graph: this.#graph.element,
        table: this.#table.element,
        details: this.#details.element,
        legend: this.#legend.element,
        dialog: this.#keys.element,
      },
      tableShare => this.#session?.update({ tableShare }),
    );
    document.addEventListener('keydown', event => this.#onKey(event));
  }

  /** Shows a profile, the first or one that replaces it; the view stays what it was as far as the profile has it. */
  showProfile(payload: ProfilePayload): void {
    const state = this.#session?.state ?? this.#options.state;
    this.#session = new PageSession(payload, state, this.#options.keep);
    this.#header.showNotice(undefined);
    this.#showAll(this.#session);
  }

  showCapture(capture: CaptureFacts): void {
    this.#withSession(session => {
      session.setCapture(capture);
      this.#header.showCapture(session.payload);
    });
  }

  showStale(shown: ShownError): void {
    this.#header.showNotice([shown.text, shown.nextStep ?? ''].join(' ').trim());
  }

  setTheme(theme: FlameTheme): void {
    this.#theme = theme;
    this.#graph.setTheme(theme);
    this.#withSession(session => this.#showLegend(session));
  }

  do(action: ViewAction): void {
    switch (action) {
      case 'search':
        this.#toolbar.focusSearch();
        return;
      case 'resetZoom':
        this.#resetZoom();
        return;
      case 'toggleOrientation':
        this.#turnOver();
        return;
      case 'toggleBottomUp':
        this.#turnAround();
        return;
      case 'exportFolded':
        this.#exportFolded();
        return;
      case 'focusTable':
        if (this.#session?.state.tableShown === false) this.#toggleTable();
        this.#table.focus();
        return;
      case 'focusGraph':
        this.#graph.focus();
    }
  }

  /** Selects the heaviest box of a function in the whole graph; nothing where the profile does not have it. */
  showFunction(text: string): void {
    this.#withSession(session => {
      const name = session.findName(text);
      const box = name === undefined ? undefined : findHeaviestBox(session.subject, name);
      if (box === undefined) return;
      if (session.sandwich !== undefined) this.#openSandwich(undefined);
      this.#graph.whole.select(box);
      this.#graph.focus();
    });
  }

  #makeToolbar(): Toolbar {
    return new Toolbar({
      onSampleType: sampleType => this.#switchType(sampleType),
      onSearch: text => {
        this.#withSession(session => {
          session.setSearch(text);
          this.#showSearch(session);
        });
      },
      onMatch: step => this.#goToMatch(step),
      onOrientation: () => this.#turnOver(),
      onBottomUp: () => this.#turnAround(),
      onExport: () => this.#exportFolded(),
      onResetZoom: () => this.#resetZoom(),
      onTable: () => this.#toggleTable(),
      onKeys: () => this.#keys.open(),
      onLeave: () => this.#graph.focus(),
    });
  }

  #makeGraph(): GraphPane {
    return new GraphPane(this.#theme, this.#options.state.orientation, {
      onSelect: selected => this.#selectBox(selected),
      onZoom: box => this.#session?.setZoom(box),
      onSandwich: name => this.#openSandwich(name),
      onCopy: text => this.#options.copy(text),
    });
  }

  #makeTable(): FunctionTable {
    const change = (change: Partial<ViewState>): void => {
      this.#withSession(session => {
        session.update(change);
        this.#showTable(session);
      });
    };
    return new FunctionTable({
      onSelect: name => this.#selectFunction(name),
      onOpen: name => this.#openSandwich(name),
      onSort: sort => change({ sort }),
      onFilter: filterTable => change({ filterTable }),
      onLeave: () => this.#graph.focus(),
    });
  }

  #makeDetails(): DetailsPanel {
    return new DetailsPanel(
      {
        onCopyName: () => {
          this.#withSession(({ selectedName, model }) => {
            if (selectedName !== undefined) this.#options.copy(model.names.text(selectedName));
          });
        },
        onCopyStack: () => {
          const selected = this.#session?.selected;
          if (selected !== undefined) this.#options.copy(stackText(selected.subject, selected.box));
        },
        onSandwich: () => this.#openSandwich(this.#session?.selectedName),
      },
      this.#sources.element,
    );
  }

  #showAll(session: PageSession): void {
    const { model, type, state, payload } = session;
    const { total, extent } = model.totals(type);
    this.#header.show(payload, session.figures, total[0] ?? 0, model.sampleCount);
    this.frame.layOutTable(state.tableShown, state.tableShare);
    if (extent[0] === 0) this.#showEmpty(session);
    else this.frame.showPanes();
    this.#toolbar.showTypes(
      payload.summary.sampleTypes.map(sampleType => ({
        value: typeKey(sampleType),
        label: typeLabel(sampleType),
      })),
      typeKey(model.sampleType(type)),
    );
    this.#toolbar.showState(state);
    if (extent[0] === 0) return;
    this.#showGraph(session);
    this.#showLegend(session);
    this.#showSearch(session);
    this.#showDetails(session);
  }

  #showEmpty({ payload, model }: PageSession): void {
    const reason = findEmptyReason(payload.summary, payload.capture, payload.name);
    const other = reason.kind === 'other-type' ? typeLabel(model.sampleType(reason.type)) : '';
    this.frame.showInstead(
      emptyPage(reason, other, type => this.#switchType(typeKey(model.sampleType(type)))),
    );
  }

  #showGraph(session: PageSession): void {
    this.#graph.showWhole(session, { zoom: session.zoom, selected: session.selected?.box });
    if (session.sandwich !== undefined) this.#graph.showSandwich(session, session.sandwich);
    this.#graph.setMarks(session.marks);
  }

  #showSearch(session: PageSession): void {
    this.#toolbar.showResult(describeResult(session, undefined));
    this.#graph.setMarks(session.marks);
    this.#showTable(session);
  }

  #goToMatch(step: 1 | -1): void {
    this.#withSession(session => {
      if (session.sandwich !== undefined) this.#openSandwich(undefined);
      const { search, subject, selected } = session;
      const place = search.step(subject, selected?.subject === subject ? selected.box : undefined, step);
      const box = place === undefined ? undefined : search.boxes(subject)[place];
      if (box === undefined) return;
      this.#graph.whole.select(box);
      this.#toolbar.showResult(describeResult(session, place));
    });
  }

  #switchType(sampleType: string): void {
    this.#withSession(session => {
      session.update({ sampleType });
      session.restoreSelection();
      this.#showAll(session);
    });
  }

  #selectBox(selected: SelectedBox): void {
    this.#withSession(session => {
      session.selectBox(selected);
      this.#showSelection(session);
    });
  }

  #selectFunction(name: NameIndex): void {
    this.#withSession(session => {
      session.selectFunction(name);
      this.#graph.whole.clearSelection();
      this.#showSelection(session);
    });
  }

  #showSelection(session: PageSession): void {
    this.#table.select(session.selectedName);
    this.#graph.setMarks(session.marks);
    this.#showDetails(session);
  }

  /** Callers and callees of a function, or with undefined the whole graph again. */
  #openSandwich(name: NameIndex | undefined): void {
    this.#withSession(session => {
      session.showSandwich(name);
      if (name !== undefined) this.#selectFunction(name);
      this.#showGraph(session);
      this.#graph.focus();
    });
  }

  #resetZoom(): void {
    if (this.#session?.sandwich !== undefined) this.#openSandwich(undefined);
    this.#graph.whole.zoomTo(0);
  }

  #turnOver(): void {
    this.#withSession(session => {
      const orientation = session.state.orientation === 'icicle' ? 'flame' : 'icicle';
      session.update({ orientation });
      this.#graph.whole.setOrientation(orientation);
      this.#toolbar.showOrientation(orientation);
    });
  }

  /** From the leaves, or from the root again. */
  #turnAround(): void {
    this.#withSession(session => {
      session.turnAround();
      this.#showAll(session);
      this.#graph.focus();
    });
  }

  #exportFolded(): void {
    this.#withSession(({ type }) => this.#options.exportFolded(type));
  }

  #toggleTable(): void {
    this.#withSession(session => {
      session.update({ tableShown: !session.state.tableShown });
      this.#toolbar.showTableState(session.state.tableShown);
      this.frame.layOutTable(session.state.tableShown, session.state.tableShare);
    });
  }

  #showTable(session: PageSession): void {
    const { model, type, state, search } = session;
    this.#table.show({
      rows: buildFunctionRows(
        model.table(type),
        model.names,
        state.sort,
        state.filterTable ? search.matched?.flags : undefined,
      ),
      selected: session.selectedName,
      sort: state.sort,
      figures: session.figures,
      textOf: name => model.names.text(name),
      filter: state.filterTable,
      canFilter: search.matched !== undefined,
    });
  }

  #showLegend({ model, type, figures, group }: PageSession): void {
    this.#legend.show({
      shares: model.groupShares(type),
      groups: model.groups,
      theme: this.#theme,
      picked: group,
      formatShare: value => figures.share(value),
    });
  }

  #showDetails(session: PageSession): void {
    const { selected, selectedName } = session;
    if (selected !== undefined) this.#details.show(describeBox(session, selected.subject, selected.box));
    else if (selectedName !== undefined) this.#details.show(describeFunction(session, selectedName));
    else this.#details.show(describeBox(session, session.subject, 0));
    this.#sources.show(session.functionRef(selectedName));
  }

  #onKey(event: KeyboardEvent): void {
    const typing =
      event.target instanceof Element && event.target.closest('vscode-text-field, dialog') !== null;
    const action = readPageKey(event, typing);
    if (action === undefined || this.#session === undefined) return;
    event.preventDefault();
    const actions: Readonly<Record<PageAction, () => void>> = {
      search: () => this.#toolbar.focusSearch(),
      nextMatch: () => this.#goToMatch(1),
      previousMatch: () => this.#goToMatch(-1),
      table: () => this.#toggleTable(),
      turnOver: () => this.#turnOver(),
      bottomUp: () => this.#turnAround(),
      export: () => this.#exportFolded(),
      keys: () => this.#keys.open(),
      source: () => this.#sources.openBest(),
    };
    actions[action]();
  }

  #withSession(act: (session: PageSession) => void): void {
    if (this.#session !== undefined) act(this.#session);
  }
}
