/** The head of a report: whose it is, when and how it was taken, and what is missing from it, said plainly. */
import { formatCount } from '../../src/profile/format.js';
import type { CallsReport } from '../../src/report/model.js';
import type { ReportPayload } from '../../src/protocol/reportMessages.js';
import { element, icon } from '../ui/dom.js';
import { formatMoment } from '../ui/moment.js';
import { t } from '../words.js';
import { formatSeconds } from './times.js';

export class ReportHeader {
  readonly element: HTMLElement;
  readonly #title = element('h1');
  readonly #facts = element('div', { class: 'facts' });
  readonly #sums = element('p', { class: 'sums' });
  readonly #missing = element('ul', { class: 'missing-list' });
  readonly #notice = element('p', { class: 'notice', role: 'status' });

  constructor() {
    this.element = element(
      'header',
      { class: 'head' },
      element(
        'div',
        { class: 'head-line' },
        element('div', { class: 'head-title' }, this.#title, this.#facts),
      ),
      this.#sums,
      this.#missing,
      this.#notice,
    );
    this.showNotice(undefined);
  }

  show({ name, report, capture }: ReportPayload): void {
    this.#title.textContent = capture?.node ?? name;
    const facts = [
      ...(capture?.node === undefined ? [] : [name]),
      ...captureTexts(capture),
      engineText(report),
    ];
    this.#facts.replaceChildren(...facts.map(fact => element('span', {}, fact)));
    this.#sums.replaceChildren(...sumsOf(report));
    const missing = [...missingTexts(report), ...(capture?.issues ?? [])];
    this.#missing.replaceChildren(
      ...missing.map(text => element('li', {}, icon('warning'), element('span', {}, text))),
    );
    this.#missing.hidden = missing.length === 0;
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

function engineText({ engine, form }: CallsReport): string {
  if (engine === 'kernel') return t("traced by the kernel's own tracing");
  return form === 'table' ? t('counted by strace -c') : t('traced by strace');
}

function sumsOf(report: CallsReport): (string | Node)[] {
  const { calls, errors, threads, spanSeconds } = report;
  const rest = [
    ...(spanSeconds === undefined ? [] : [t('in {0}', formatSeconds(spanSeconds))]),
    ...(threads === 0 ? [] : [t('{0} threads', formatCount(threads))]),
    t('{0} errors', formatCount(errors)),
  ];
  return [element('strong', {}, t('{0} system calls', formatCount(calls))), ` ${rest.join(' · ')}`];
}

/** What the numbers leave out. Nothing is said of what is not missing. */
function missingTexts(report: CallsReport): string[] {
  const { lost, unfinished, endsWithoutStart, unparsedLines, lines } = report;
  return [
    ...(lost === 0
      ? []
      : [t('Events lost before they were read: {0}. Every count is a lower bound.', formatCount(lost))]),
    ...(unfinished === 0
      ? []
      : [
          t(
            'Calls that had not returned when the trace ended: {0}, in no count of results.',
            formatCount(unfinished),
          ),
        ]),
    ...(endsWithoutStart === 0
      ? []
      : [
          t('Calls that began before the trace did: {0}, without a duration.', formatCount(endsWithoutStart)),
        ]),
    ...(unparsedLines === 0
      ? []
      : [
          t(
            'Lines that are none of a trace: {0} of {1}, left out.',
            formatCount(unparsedLines),
            formatCount(lines),
          ),
        ]),
  ];
}
