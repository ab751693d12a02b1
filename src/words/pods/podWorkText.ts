/** Where work in a debug pod stands, as one line under a progress notification. */
import { assertNever } from '../../base/assertNever.js';
import type { Translate } from '../translate.js';

export interface PodWorkProgress {
  readonly phase: 'uploading' | 'finding' | 'tracing' | 'measuring' | 'fetching' | 'checking' | 'saving';
  /** Of recording, whole seconds. */
  readonly secondsLeft: number;
  /** Uploaded or fetched so far. */
  readonly bytes: number;
}

export function podWorkText({ phase, secondsLeft, bytes }: PodWorkProgress, t: Translate): string {
  switch (phase) {
    case 'uploading':
      return t('Uploading strace, {0} kB', Math.ceil(bytes / 1024));
    case 'finding':
      return t('Finding the kubelet…');
    case 'tracing':
      return t('Tracing, {0} s left', secondsLeft);
    case 'measuring':
      return t('Measuring, {0} s left', secondsLeft);
    case 'fetching':
      return bytes === 0
        ? t('Fetching the result…')
        : t('Fetching the result, {0} kB', Math.ceil(bytes / 1024));
    case 'checking':
      return t('Making sure that nothing holds the kubelet…');
    case 'saving':
      return t('Saving…');
    default:
      return assertNever(phase);
  }
}
