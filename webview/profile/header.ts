/**
 * The head of the page: what was profiled, how much CPU it used, how much of that the picture shows, and, while it still
 * grows, how far it is and the button that ends it early. No decisions: it shows a payload.
 */
import { formatCores, formatCount, formatNanos, formatShare } from '../../src/profile/format.js';
import type { CaptureFacts, ProfilePayload } from '../../src/protocol/messages.js';
import { accountForProcess } from '../model/accounting.js';
import type { Figures } from '../model/figures.js';
import { t, translate } from '../words.js';
import { element } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import { formatMoment } from '../ui/moment.js';
import { makeButton, type Button } from '../ui/toolkit.js';

export interface HeaderCallbacks {
  /** Resolves when the host has taken the wish; rejects where it could not. */
  readonly onStop: () => Promise<void>;
}

export class Header {
  readonly element: HTMLElement;
  readonly #title = element('h1');
  readonly #facts = element('div', { class: 'facts' });
  readonly #sums = element('p', { class: 'sums' });
  readonly #accounting = element('p', { class: 'accounting' });
  readonly #notice = element('p', { class: 'notice', role: 'status' });
  readonly #notes = element('details', { class: 'notes' });
  readonly #running: HTMLElement;
  readonly #runningText = element('span');
  readonly #bar = element('div', { class: 'bar-done' });
  readonly #progress: HTMLElement;
  readonly #stop: Button;
  #stopping = false;

  constructor(callbacks: HeaderCallbacks) {
    this.#stop = makeButton(t('Stop and keep'), 'secondary', () => void this.#onStop(callbacks));
    this.#progress = element(
      'div',
      { class: 'bar', role: 'progressbar', 'aria-label': t('Capture progress'), 'aria-valuemin': 0 },
      this.#bar,
    );
    this.#running = element('div', { class: 'running' }, this.#runningText, this.#progress, this.#stop);
    this.element = element(
      'header',
      { class: 'head' },
      element(
        'div',
        { class: 'head-line' },
        element('div', { class: 'head-title' }, this.#title, this.#facts),
        this.#running,
      ),
      element('div', { class: 'head-line' }, this.#sums, this.#accounting),
      this.#notice,
      this.#notes,
    );
    this.showNotice(undefined);
  }

  /** `sampleCount`: as the profile counts them, where it does. */
  show(payload: ProfilePayload, figures: Figures, total: number, sampleCount: number): void {
    const { summary } = payload;
    this.#title.textContent = payload.name;
    const main = element('strong', {}, figures.main(total));
    const rest: string[] = [];
    if (figures.hasCores)
      rest.push(t('{0} of CPU in {1}', figures.plain(total), formatNanos(summary.durationNanos)));
    else if (summary.durationNanos > 0) rest.push(t('in {0}', formatNanos(summary.durationNanos)));
    rest.push(t('{0} samples', formatCount(sampleCount)));
    this.#sums.replaceChildren(main, ` ${rest.join(' · ')}`);
    this.showCapture(payload);
  }

  /** The part that changes without a new profile. */
  showCapture(payload: ProfilePayload): void {
    const { summary, capture } = payload;
    this.#showAccounting(payload);
    this.#facts.replaceChildren(...captureFacts(capture).map(fact => element('span', {}, fact)));
    const running = capture?.state === 'running';
    this.#running.hidden = !running;
    if (running) this.#showProgress(capture);
    else this.#stopping = false;
    this.#showNotes([...(capture?.issues ?? []), ...summary.warnings.map(translate)]);
  }

  /** A sentence above the picture that stays valid although its file went away; undefined takes it off. */
  showNotice(text: string | undefined): void {
    this.#notice.hidden = text === undefined;
    this.#notice.replaceChildren(...(text === undefined ? [] : [icon('warning'), text]));
  }

  #showAccounting({ summary, capture }: ProfilePayload): void {
    const account = accountForProcess(summary, capture);
    this.#accounting.hidden = account === undefined;
    if (account === undefined) return;
    const process = formatCores(account.processCores);
    const shown = formatCores(account.shownCores);
    const sentences = {
      missing: t(
        "The kubelet's process used {0} cores, the profile shows {1}: {2} is not in this picture. Time inside the kernel is under-sampled.",
        process,
        shown,
        formatShare(account.missing, 1),
      ),
      complete: t("The profile shows what the kubelet's process used by its own count ({0} cores).", process),
      more: t(
        'The profile shows {1} cores, more than the process counted ({0}): the two were not measured over quite the same time.',
        process,
        shown,
      ),
    };
    this.#accounting.replaceChildren(
      ...(account.kind === 'missing' ? [icon('warning')] : []),
      sentences[account.kind],
    );
    this.#accounting.classList.toggle('missing', account.kind === 'missing');
  }

  #showProgress({ slicesDone, slicesPlanned, secondsLeft }: CaptureFacts): void {
    const parts: string[] = [];
    if (slicesDone !== undefined && slicesPlanned !== undefined) {
      parts.push(t('{0} of {1} slices', slicesDone, slicesPlanned));
      this.#progress.setAttribute('aria-valuemax', String(slicesPlanned));
      this.#progress.setAttribute('aria-valuenow', String(slicesDone));
      this.#bar.style.transform = `scaleX(${slicesPlanned > 0 ? Math.min(1, slicesDone / slicesPlanned) : 0})`;
    }
    if (secondsLeft !== undefined) parts.push(t('{0} s left', Math.ceil(secondsLeft)));
    this.#runningText.textContent = this.#stopping
      ? t('Stopping…')
      : parts.length === 0
        ? t('Capturing…')
        : parts.join(' · ');
    this.#stop.disabled = this.#stopping;
  }

  #showNotes(notes: readonly string[]): void {
    this.#notes.hidden = notes.length === 0;
    if (notes.length === 0) return;
    this.#notes.replaceChildren(
      element(
        'summary',
        {},
        icon('warning'),
        notes.length === 1 ? t('1 note about this profile') : t('{0} notes about this profile', notes.length),
      ),
      element('ul', {}, ...notes.map(note => element('li', {}, note))),
    );
  }

  async #onStop(callbacks: HeaderCallbacks): Promise<void> {
    this.#stopping = true;
    this.#stop.disabled = true;
    this.#runningText.textContent = t('Stopping…');
    try {
      await callbacks.onStop();
    } catch (error) {
      this.#stopping = false;
      this.#stop.disabled = false;
      this.showNotice(t('Not stopped: {0}', error instanceof Error ? error.message : String(error)));
    }
  }
}

function captureFacts(capture: CaptureFacts | undefined): string[] {
  if (capture === undefined) return [];
  const facts: string[] = [];
  if (capture.node !== undefined) facts.push(capture.node);
  if (capture.kubeletVersion !== undefined) facts.push(t('kubelet {0}', capture.kubeletVersion));
  if (capture.kernelVersion !== undefined) facts.push(t('kernel {0}', capture.kernelVersion));
  if (capture.startedAt !== undefined) facts.push(formatMoment(capture.startedAt));
  if (capture.state === 'stopped' && capture.slicesDone !== undefined && capture.slicesPlanned !== undefined)
    facts.push(t('stopped after {0} of {1} slices', capture.slicesDone, capture.slicesPlanned));
  if (capture.state === 'failed') facts.push(t('ended early by an error'));
  return facts;
}
