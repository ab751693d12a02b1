/** How long the kubelet has run, from one scrape of its own metrics. */
import type { Reading } from '../../reading.js';

/**
 * Seconds. By the last look of PLEG against the start of the process; else the intervals between relists, added up: both
 * are in every kubelet's /metrics, and a scrape does not say when it was taken. Undefined where neither is there.
 */
export function kubeletUptimeSeconds(reading: Reading): number | undefined {
  const started = reading.metricSum('process_start_time_seconds');
  const seen = reading.metricSum('kubelet_pleg_last_seen_seconds');
  if (started !== undefined && seen !== undefined && seen > started) return seen - started;
  const seconds = reading.metricSum('kubelet_pleg_relist_interval_seconds_sum');
  if (seconds !== undefined && seconds > 0) return seconds;
  const micros = reading.metricSum('kubelet_pleg_relist_interval_microseconds_sum');
  return micros !== undefined && micros > 0 ? micros / 1e6 : undefined;
}
