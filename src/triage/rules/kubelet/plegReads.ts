/** What logs, Events, conditions and metrics say of PLEG: how long it has not been seen, and how long a relist takes. */
import type { NodeEvidence, Place } from '../../../material/model.js';
import type { Reading } from '../../reading.js';
import { parseGoDuration } from './goDuration.js';

/**
 * "PLEG is not healthy: pleg was last seen active 3m5.3s ago; threshold is 3m0s", with blanks where a terminal broke the
 * line, or cut. Not at start: "pleg has yet to be successful".
 */
const UNHEALTHY =
  /PLEG is not healthy(?!: pleg has yet)(?:: pleg was last seen active ([\d.hmsuµn][\d.hmsuµn ]{0,60})ago)?/u;

export interface PlegTrouble {
  readonly times: number;
  /** The longest it was not seen; 0 where the text is cut. */
  readonly longestSeconds: number;
  /** As it stands there. */
  readonly text: string;
  readonly place: Place;
}

/** Undefined where nothing says that PLEG is unhealthy. */
export function findPlegTrouble(evidence: NodeEvidence, reading: Reading): PlegTrouble | undefined {
  const lines = reading
    .said(UNHEALTHY, 'kubelet')
    .map(({ match, times, at }) => ({ match, times, place: at }));
  const conditions = evidence.conditions.flatMap(({ message, at }) => {
    const match = UNHEALTHY.exec(message ?? '');
    return match === null ? [] : [{ match, times: 1, place: at }];
  });
  const found = [...lines, ...conditions];
  const [first] = found;
  if (first === undefined) return undefined;
  return {
    times: found.reduce((sum, { times }) => sum + times, 0),
    longestSeconds: found.reduce(
      (most, { match }) => Math.max(most, parseGoDuration(match[1]?.replaceAll(' ', '')) ?? 0),
      0,
    ),
    text: first.match[0].replace(/ {2,}/gu, ''),
    place: first.place,
  };
}

/** Mean of a relist since the kubelet began, in seconds: by today's metric, or by the one before 1.14. */
export function meanRelistSeconds(reading: Reading): number | undefined {
  const mean = reading.metricMean('kubelet_pleg_relist_duration_seconds');
  if (mean !== undefined) return mean;
  const micros = reading.metricMean('kubelet_pleg_relist_latency_microseconds');
  return micros === undefined ? undefined : micros / 1e6;
}
