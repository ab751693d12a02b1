/** What stands in place of the picture of an empty profile: the reason, and the sample type that is not empty. */
import type { EmptyReason } from '../model/emptyReason.js';
import { element } from '../ui/dom.js';
import { makeButton } from '../ui/toolkit.js';
import { t } from '../words.js';

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
