/** Buttons for the next step on the node that a report is of. */
import type { NodeStep } from '../../src/protocol/reportMessages.js';
import { element } from '../ui/dom.js';
import { t } from '../words.js';
import type { ViewHost } from './reportView.js';

/** Nothing where the report is of no node that can be reached: the words before it stay. */
export function stepButton(
  step: NodeStep,
  { node, runStep }: Pick<ViewHost, 'node' | 'runStep'>,
): readonly (Node | string)[] {
  if (node === undefined) return [];
  const button = element(
    'button',
    { type: 'button', class: 'action', title: t('On {0}', node) },
    stepName(step),
  );
  button.addEventListener('click', () => runStep(step));
  return [' ', button];
}

/** As the menu of a node has them: an ellipsis where a question comes first. */
function stepName(step: NodeStep): string {
  switch (step) {
    case 'profile':
      return t('Profile Kubelet CPU');
    case 'threads':
      return t('Sample Threads…');
    case 'cgroups':
      return t('Check Cgroup Health…');
    case 'examine':
      return t('Examine Node…');
  }
}
