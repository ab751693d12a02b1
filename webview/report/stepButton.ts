/** Buttons for the next step on the node that a report is of, or why there are none. */
import type { NodeStep, ReportNode } from '../../src/protocol/reportMessages.js';
import { element } from '../ui/dom.js';
import { t } from '../words.js';
import type { ViewHost } from './reportView.js';

type StepHost = Pick<ViewHost, 'node' | 'runStep'>;

/** Nothing where the report is of no node that can be reached: the words before it stay. */
export function stepButton(step: NodeStep, { node, runStep }: StepHost): readonly (Node | string)[] {
  if (node.kind !== 'known') return [];
  const button = element(
    'button',
    { type: 'button', class: 'action', title: t('On {0}', node.name) },
    stepName(step),
  );
  button.addEventListener('click', () => runStep(step));
  return [' ', button];
}

/** All that may follow, as buttons; where no step can be taken, their names and the reason. */
export function nextSteps(steps: readonly NodeStep[], host: StepHost): HTMLElement {
  const { node } = host;
  if (node.kind === 'known')
    return element(
      'p',
      { class: 'next' },
      t('Next on {0}:', node.name),
      ...steps.flatMap(step => stepButton(step, host)),
    );
  const names = steps.map(stepName).join(', ');
  return element('p', { class: 'next quiet' }, t('Next: {0}.', names), ' ', reasonText(node.kind));
}

function reasonText(kind: Exclude<ReportNode['kind'], 'known'>): string {
  switch (kind) {
    case 'file':
      return t(
        'No button, as this file is in no capture: which node it is of is not known. Choose it in the Nodes view.',
      );
    case 'imported':
      return t(
        'No button, as this capture was imported: a context of the same name may be another cluster here. Choose the node in the Nodes view.',
      );
    case 'unnamed':
      return t(
        'No button, as this capture does not name its context and node. Choose the node in the Nodes view.',
      );
  }
}

/** As the menu of a node has them: an ellipsis where a question comes first. */
function stepName(step: NodeStep): string {
  switch (step) {
    case 'triage':
      return t('Triage Node');
    case 'calls':
      return t('Trace System Calls (futex)…');
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
