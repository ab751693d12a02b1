/** A capture's progress in words, for the notification. */
import type { CaptureProgress } from '../capture/captureProfile.js';
import type { KubeletProfileName } from '../cluster/clusterPorts.js';
import type { Translate } from './translate.js';

/** `Slice 2 of 6, 43 s left`: the phase, and the seconds left where they mean something. */
export function captureProgressText(
  progress: CaptureProgress,
  profile: KubeletProfileName,
  t: Translate,
): string {
  const { phase, slice, slicesPlanned, secondsLeft } = progress;
  switch (phase) {
    case 'preparing':
      return t('Reading the kubelet’s own CPU…');
    case 'waiting':
      return t('Another client is profiling this kubelet; waiting until it is free…');
    case 'saving':
      return slicesPlanned > 1 ? t('Saving slice {0} of {1}…', slice, slicesPlanned) : t('Saving…');
    case 'finishing':
      return profile === 'cpu' ? t('Reading the kubelet’s own CPU…') : t('Saving…');
    case 'profiling':
      if (profile !== 'cpu' && profile !== 'trace') return t('Fetching the profile…');
      // The kubelet answers when the last second is over, plus the time it takes to send.
      if (secondsLeft === 0) return t('Receiving…');
      return slicesPlanned > 1
        ? t('Slice {0} of {1}, {2} s left', slice, slicesPlanned, secondsLeft)
        : t('{0} s left', secondsLeft);
  }
}
