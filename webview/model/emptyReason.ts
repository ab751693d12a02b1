/** Why there is nothing to draw. An empty profile is an answer, and the person must learn which. */
import type { ProfileSummary } from '../../src/profile/model.js';
import type { CaptureFacts } from '../../src/protocol/messages.js';

export type EmptyReason =
  /** Another sample type has a value: offer it. */
  | { readonly kind: 'other-type'; readonly type: number }
  /** A CPU profile without samples: nothing ran. */
  | { readonly kind: 'idle' }
  /** Block profile: contention profiling is off. */
  | { readonly kind: 'block-off' }
  /** Mutex profile: the kubelet never switches it on. */
  | { readonly kind: 'mutex-off' }
  /** A contention profile that does not say which of both it is. */
  | { readonly kind: 'contention-off' }
  | { readonly kind: 'no-samples' }
  /** Samples, but all of them zero. */
  | { readonly kind: 'all-zero' };

/** For a sample type that sums up to nothing. `name` is the file's, which may tell block from mutex. */
export function findEmptyReason(
  summary: ProfileSummary,
  capture: CaptureFacts | undefined,
  name: string,
): EmptyReason {
  const other = summary.totals.findIndex(total => total !== 0);
  if (other !== -1) return { kind: 'other-type', type: other };
  if (summary.sampleCount > 0) return { kind: 'all-zero' };
  if (summary.sampleTypes.some(({ type }) => type === 'cpu')) return { kind: 'idle' };
  if (!summary.sampleTypes.some(({ type }) => type === 'contentions')) return { kind: 'no-samples' };
  const about = `${capture?.profile ?? ''} ${name}`;
  if (/mutex/iu.test(about)) return { kind: 'mutex-off' };
  return { kind: /block/iu.test(about) ? 'block-off' : 'contention-off' };
}
