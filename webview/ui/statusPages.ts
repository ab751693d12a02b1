/** What stands in place of the picture: loading, an error with its way out, an empty profile with its reason. */
import type { HostEvents, ShownError } from '../../src/protocol/messages.js';
import type { ReportEvents } from '../../src/protocol/reportMessages.js';
import type { EmptyReason } from '../model/emptyReason.js';
import { t } from '../words.js';
import { element, icon } from './dom.js';
import { makeButton, makeProgressRing } from './toolkit.js';

export type LoadPhase = HostEvents['profile/progress']['phase'] | ReportEvents['report/progress']['phase'];

export function loadingPage(phase: LoadPhase | undefined): HTMLElement {
  const text = phaseText(phase);
  return element(
    'div',
    { class: 'status-page', role: 'status' },
    makeProgressRing(t('Loading')),
    element('p', {}, text),
  );
}

function phaseText(phase: LoadPhase | undefined): string {
  switch (phase) {
    case 'reading':
      return t('Reading the file…');
    case 'inflating':
      return t('Unpacking…');
    case 'decoding':
      return t('Decoding the profile…');
    case 'merging':
      return t('Merging stacks…');
    case 'parsing':
      return t('Reading the lines…');
    case 'counting':
      return t('Counting…');
    case undefined:
      return t('Loading the file…');
  }
}

export interface ErrorActions {
  readonly onRetry: () => void;
  readonly onShowLog: () => void;
  /** Shows the file in the other editor, for one that this editor is not for. */
  readonly onOpenOther: () => void;
}

export function errorPage(shown: ShownError, actions: ErrorActions): HTMLElement {
  return element(
    'div',
    { class: 'status-page', role: 'alert' },
    icon('warning'),
    element('h2', {}, t('The file cannot be shown')),
    element('p', {}, shown.text),
    ...(shown.nextStep === undefined ? [] : [element('p', { class: 'next-step' }, shown.nextStep)]),
    element(
      'div',
      { class: 'status-actions' },
      ...errorButtons(shown, actions),
      makeButton(t('Show Log'), 'secondary', actions.onShowLog),
    ),
  );
}

/** A file that another editor shows does not change by trying again. */
function errorButtons({ error }: ShownError, actions: ErrorActions): HTMLElement[] {
  if (error.code !== 'format-other-editor') return [makeButton(t('Retry'), 'primary', actions.onRetry)];
  const label =
    error.facts['editor'] === 'report' ? t('Open in the Report Editor') : t('Open in the Profile Editor');
  return [makeButton(label, 'primary', actions.onOpenOther)];
}

/** `otherType` is the label of the type that an `other-type` reason offers. */
export function emptyPage(
  reason: EmptyReason,
  otherType: string,
  onSwitch: (type: number) => void,
): HTMLElement {
  const { title, text } = emptyText(reason, otherType);
  const actions =
    reason.kind === 'other-type'
      ? [makeButton(t('Show {0}', otherType), 'primary', () => onSwitch(reason.type))]
      : [];
  return element(
    'div',
    { class: 'status-page' },
    element('h2', {}, title),
    element('p', {}, text),
    element('div', { class: 'status-actions' }, ...actions),
  );
}

function emptyText(
  reason: EmptyReason,
  otherType: string,
): { readonly title: string; readonly text: string } {
  const off = t('Contention was not recorded');
  switch (reason.kind) {
    case 'other-type':
      return {
        title: t('Nothing of this sample type'),
        text: t('All samples are zero in this type, but not in {0}.', otherType),
      };
    case 'idle':
      return {
        title: t('The process was idle'),
        text: t(
          'The profile is valid and has no samples: almost no CPU was used while it was taken. Take a longer one, or take it while the problem shows.',
        ),
      };
    case 'block-off':
      return {
        title: off,
        text: t(
          'A block profile has samples only while the kubelet runs with enableContentionProfiling: true in its configuration.',
        ),
      };
    case 'mutex-off':
      return {
        title: off,
        text: t('A mutex profile of a kubelet is always empty: no kubelet sets a mutex profile fraction.'),
      };
    case 'contention-off':
      return {
        title: off,
        text: t(
          'Block profiles need enableContentionProfiling: true in the kubelet configuration; mutex profiles of a kubelet are always empty.',
        ),
      };
    case 'no-samples':
      return { title: t('No samples'), text: t('The profile is valid and has no samples.') };
    case 'all-zero':
      return {
        title: t('Nothing to draw'),
        text: t('The profile has samples, and all their values are zero.'),
      };
  }
}
