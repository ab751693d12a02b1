/** What stands in place of a page's content: loading, or an error with its way out. */
import type { HostEvents, ShownError } from '../../src/protocol/messages.js';
import type { ReportEvents } from '../../src/protocol/reportMessages.js';
import { t } from '../words.js';
import { element } from './dom.js';
import { icon } from './icons.js';
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
