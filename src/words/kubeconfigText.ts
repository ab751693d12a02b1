/** A kubeconfig file that is named and not there, in words. */
import type { KubeconfigSource } from '../cluster/clusterPorts.js';
import { SETTINGS, SETTINGS_SECTION } from './ids.js';
import type { Translate } from './translate.js';

export interface MissingKubeconfigText {
  readonly label: string;
  readonly tooltip: string;
}

/** What is wrong, in a row of its own: behind a long path it would not be seen. */
export function namedByText(source: KubeconfigSource | undefined, t: Translate): string {
  return source === 'setting'
    ? t('The setting "{0}" is what is wrong', `${SETTINGS_SECTION}.${SETTINGS.kubeconfig}`)
    : t('KUBECONFIG is what is wrong');
}

/** Names the path, and what is wrong: the setting, or the variable. */
export function missingKubeconfigText(
  file: string,
  source: KubeconfigSource | undefined,
  t: Translate,
): MissingKubeconfigText {
  const setting = `${SETTINGS_SECTION}.${SETTINGS.kubeconfig}`;
  if (source === 'setting')
    return {
      label: t('There is no {0}: the setting "{1}" names it', file, setting),
      tooltip: t(
        'There is no file {0}. The setting "{1}" names it, and goes before KUBECONFIG and ~/.kube/config: correct the setting, or empty it.',
        file,
        setting,
      ),
    };
  return {
    label: t('There is no {0}: KUBECONFIG names it', file),
    tooltip: t(
      'There is no file {0}. The variable KUBECONFIG, as the editor was started with it, names it.',
      file,
    ),
  };
}
