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

/** Go's longest duration, 292 years, is what a kubelet says that has not seen PLEG at all. */
const NEVER_SECONDS = 9e9;

export interface PlegTrouble {
  readonly times: number;
  /** The longest it was not seen; 0 where the text is cut, or PLEG was not seen since the start. */
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
    longestSeconds: found.reduce((most, { match }) => Math.max(most, unseenSeconds(match[1])), 0),
    text: first.match[0].replace(/ {2,}/gu, ''),
    place: first.place,
  };
}

function unseenSeconds(duration: string | undefined): number {
  const seconds = parseGoDuration(duration?.replaceAll(' ', '')) ?? 0;
  return seconds < NEVER_SECONDS ? seconds : 0;
}

/** Mean of a relist since the kubelet began, in seconds: by today's metric, or by the one before 1.14. */
export function meanRelistSeconds(reading: Reading): number | undefined {
  const mean = reading.metricMean('kubelet_pleg_relist_duration_seconds');
  if (mean !== undefined) return mean;
  const micros = reading.metricMean('kubelet_pleg_relist_latency_microseconds');
  return micros === undefined ? undefined : micros / 1e6;
}
