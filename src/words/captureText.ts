/** Facts of a capture in words. Sentences only: no tree, no editor. */
import type { CaptureRecord } from '../capture/captureRecord.js';
import type { Translate } from './translate.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `just now`, `5 min ago`, `3 h ago`, `12 d ago`. A future time (another machine's clock) is `just now`. */
export function formatAge(ageMs: number, t: Translate): string {
  if (ageMs >= DAY_MS) return t('{0} d ago', Math.floor(ageMs / DAY_MS));
  if (ageMs >= HOUR_MS) return t('{0} h ago', Math.floor(ageMs / HOUR_MS));
  if (ageMs >= MINUTE_MS) return t('{0} min ago', Math.floor(ageMs / MINUTE_MS));
  return t('just now');
}

/** `1.34 cores` of the kubelet's process; empty where it was not measured. */
export function coresText(record: CaptureRecord, t: Translate): string {
  if (record.processCpu === undefined) return '';
  const { cpuSeconds, windowSeconds } = record.processCpu;
  return t('{0} cores', (cpuSeconds / windowSeconds).toFixed(2));
}

/** Nothing for a complete capture: it is what one expects. */
export function stateText(record: CaptureRecord, t: Translate): string {
  switch (record.state) {
    case 'running':
      return t('capturing');
    case 'stopped':
      return t('stopped early');
    case 'failed':
      return t('ended by a fault');
    case 'complete':
      return '';
  }
}

/** Name and value of everything known, in the order a person asks. */
export function captureFactLines(
  record: CaptureRecord,
  t: Translate,
): readonly (readonly [name: string, value: string])[] {
  const { node, secondsCaptured, secondsPlanned, processCpu } = record;
  const seconds =
    secondsCaptured === undefined
      ? undefined
      : t('{0} of {1} s', secondsCaptured, secondsPlanned ?? secondsCaptured);
  const cpu =
    processCpu === undefined
      ? undefined
      : t('{0} ({1} s in {2} s)', coresText(record, t), processCpu.cpuSeconds, processCpu.windowSeconds);
  const lines: readonly (readonly [string, string | undefined])[] = [
    [t('Context'), record.context],
    [t('Node'), node.name === '' ? undefined : node.name],
    [t('Started'), record.startedAt],
    [t('Captured'), seconds],
    [t('Kubelet CPU'), cpu],
    [t('Kubelet'), node.kubeletVersion],
    [t('Go'), node.goVersion],
    [t('Kernel'), node.kernelVersion],
    [t('System'), node.osImage],
    [t('Runtime'), node.containerRuntimeVersion],
    [t('State'), stateText(record, t) || t('complete')],
    [t('Written by'), record.writtenBy],
  ];
  return lines.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}
