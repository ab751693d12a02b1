/** Where the life of a debug pod stands, as one line under a progress notification. */
import type { DebugPodProgress } from '../../debugpod/debugPodPorts.js';
import type { Translate } from '../translate.js';

export function podProgressText(progress: DebugPodProgress, t: Translate): string {
  switch (progress.phase) {
    case 'checking':
      return t('Checking what the cluster allows…');
    case 'creating':
      return t('Creating pod {0}…', progress.name);
    case 'starting':
      return progress.reason === undefined
        ? t('Waiting for the pod to run ({0} s left)…', progress.secondsLeft)
        : t('Waiting for the pod to run: {0} ({1} s left)…', progress.reason, progress.secondsLeft);
    case 'running':
      return t('The pod runs.');
    case 'removing':
      return t('Removing pod {0}…', progress.name);
  }
}
