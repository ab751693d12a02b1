/** The head of a report: whose it is, when and how it was taken, and what is missing from it, said plainly. */
import type { ReportPayload } from '../../src/protocol/reportMessages.js';
import { element } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import { formatMoment } from '../ui/moment.js';
import { makeButton } from '../ui/toolkit.js';
import { t } from '../words.js';
import { summaryOf } from './reportSummary.js';

export class ReportHeader {
  readonly element: HTMLElement;
  readonly #title = element('h1');
  readonly #facts = element('div', { class: 'facts' });
  readonly #sums = element('p', { class: 'sums' });
  readonly #missing = element('ul', { class: 'missing-list' });
  readonly #actions = element('div', { class: 'head-actions' });
  readonly #notice = element('p', { class: 'notice', role: 'status' });

  constructor(onOpenFlameGraph: () => void) {
    this.#actions.append(makeButton(t('Open Flame Graph'), 'secondary', onOpenFlameGraph));
    this.element = element(
      'header',
      { class: 'head' },
      element(
        'div',
        { class: 'head-line' },
        element('div', { class: 'head-title' }, this.#title, this.#facts),
        this.#actions,
      ),
      this.#sums,
      this.#missing,
      this.#notice,
    );
    this.showNotice(undefined);
  }

  show({ name, report, capture, hasFlameGraph }: ReportPayload): void {
    const { how, main, rest, missing } = summaryOf(report);
    this.#title.textContent = capture?.node ?? name;
    // Samples and health files name their kernel, as the capture does.
    const facts = new Set([...(capture?.node === undefined ? [] : [name]), ...captureTexts(capture), ...how]);
    this.#facts.replaceChildren(...[...facts].map(fact => element('span', {}, fact)));
    this.#sums.replaceChildren(element('strong', {}, main), ` ${rest.join(' · ')}`);
    // What a reading warns of was written into the capture as well.
    const notes = [...new Set([...missing, ...(capture?.issues ?? [])])];
    this.#missing.replaceChildren(
      ...notes.map(text => element('li', {}, icon('warning'), element('span', {}, text))),
    );
    this.#missing.hidden = notes.length === 0;
    this.#actions.hidden = !hasFlameGraph;
  }

  /** A sentence above a report that stays valid although its file went away; undefined takes it off. */
  showNotice(text: string | undefined): void {
    this.#notice.hidden = text === undefined;
    this.#notice.replaceChildren(...(text === undefined ? [] : [icon('warning'), text]));
  }
}

function captureTexts(capture: ReportPayload['capture']): string[] {
  if (capture === undefined) return [];
  const { kubeletVersion, kernelVersion, startedAt } = capture;
  return [
    ...(kubeletVersion === undefined ? [] : [t('kubelet {0}', kubeletVersion)]),
    ...(kernelVersion === undefined ? [] : [t('kernel {0}', kernelVersion)]),
    ...(startedAt === undefined ? [] : [formatMoment(startedAt)]),
  ];
}
