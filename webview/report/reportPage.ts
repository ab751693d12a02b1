/**
 * The report page: head, list of parts, and the parts below each other in one scrolling column. It shows a payload and
 * keeps where the reader was; what a part shows is in the views.
 */
import type { ShownError } from '../../src/protocol/messages.js';
import type { NodeStep, ReportLink, ReportPayload } from '../../src/protocol/reportMessages.js';
import { element } from '../ui/dom.js';
import { t } from '../words.js';
import { calmNotice } from './calmNotice.js';
import { callsSection, slowestSection } from './callsView.js';
import { cgroupsSections } from './cgroupsView.js';
import { nodeFactsSections } from './nodeFactsView.js';
import { costSection } from './costView.js';
import { futexSections } from './futexView.js';
import { remedySections } from './remedyView.js';
import { ReportHeader } from './reportHeader.js';
import type { ReportStore } from './reportState.js';
import type { Section, ViewHost } from './reportView.js';
import { TermHelp } from './termHelp.js';
import { triageSections } from './triageView.js';
import { threadsSections } from './threadsView.js';
import { callsVerdictSection } from './verdictView.js';

/** Scrolling tells its place many times a second. */
const KEEP_SCROLL_MS = 150;

export interface ReportPageOptions {
  readonly store: ReportStore;
  readonly copy: (text: string) => void;
  readonly openLink: (link: ReportLink) => void;
  readonly openFlameGraph: () => void;
  /** A file beside the one that is shown. */
  readonly openBeside: (file: string, line: number | undefined) => void;
  /** A reference of a cause, by its place in the list. */
  readonly openReference: (cause: string, index: number) => void;
  readonly runStep: (step: NodeStep) => void;
  readonly applyRemedy: (cause: string) => void;
  readonly checkRemedy: () => void;
  readonly exportReport: () => void;
}

export class ReportPage {
  readonly element = element('div', { class: 'page' });
  readonly #options: ReportPageOptions;
  readonly #header: ReportHeader;
  readonly #parts = element('nav', { class: 'parts', 'aria-label': t('Parts of the report') });
  readonly #main = element('main', { class: 'report' });
  readonly #help: TermHelp;
  #keeping: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ReportPageOptions) {
    this.#options = options;
    this.#header = new ReportHeader(options.openFlameGraph);
    this.#help = new TermHelp(options.openLink);
    this.#main.addEventListener('scroll', () => this.#keepScroll(), { passive: true });
  }

  /** Nothing but a status page: while loading, and when loading failed. */
  showOnly(status: HTMLElement): void {
    this.element.replaceChildren(element('main', { class: 'instead' }, status));
  }

  showReport(payload: ReportPayload): void {
    const focused = document.activeElement?.id ?? '';
    const { kernels, node } = payload;
    const sections = sectionsOf(payload, { ...this.#options, help: this.#help, kernels, node });
    this.#header.show(payload);
    this.#header.showNotice(undefined);
    this.#main.replaceChildren(...calmNotice(payload), ...sections.map(sectionElement));
    this.#parts.replaceChildren(...sections.map(section => this.#partButton(section)));
    if (!this.#main.isConnected) this.element.replaceChildren(this.#header.element, this.#parts, this.#main);
    this.#main.scrollTop = this.#options.store.scroll;
    // A file that was replaced must not take the focus away.
    if (focused !== '') document.getElementById(focused)?.focus({ preventScroll: true });
  }

  showStale({ text, nextStep }: ShownError): void {
    this.#header.showNotice(nextStep === undefined ? text : `${text} ${nextStep}`);
  }

  #partButton({ id, title }: Section): HTMLElement {
    const button = element('button', { type: 'button', class: 'link', id: `to-${id}` }, title);
    button.addEventListener('click', () => {
      const heading = document.getElementById(`part-${id}`);
      heading?.scrollIntoView({ block: 'start' });
      // The keyboard goes on from there.
      heading?.focus({ preventScroll: true });
    });
    return button;
  }

  #keepScroll(): void {
    clearTimeout(this.#keeping);
    this.#keeping = setTimeout(() => this.#options.store.setScroll(this.#main.scrollTop), KEEP_SCROLL_MS);
  }
}

function sectionsOf({ report, traceCost }: ReportPayload, host: ViewHost): readonly Section[] {
  switch (report.kind) {
    case 'calls':
      return [
        callsVerdictSection(report, host),
        slowestSection(report, host),
        callsSection(report, host),
        ...futexSections(report, host),
        ...(traceCost === undefined ? [] : [costSection(traceCost)]),
      ].filter(section => section !== undefined);
    case 'threads':
      return threadsSections(report, host);
    case 'cgroups':
      return cgroupsSections(report, host);
    case 'nodeFacts':
      return nodeFactsSections(report, host);
    case 'triage':
      return triageSections(report, host);
    case 'remedy':
      return remedySections(report, host);
  }
}

function sectionElement({ id, title, content }: Section): HTMLElement {
  const heading = `part-${id}`;
  return element(
    'section',
    { class: 'part', 'aria-labelledby': heading },
    element('h2', { id: heading, tabindex: -1 }, title),
    ...content,
  );
}
