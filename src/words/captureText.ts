/** Facts of a capture in words. Sentences only: no tree, no editor. */
import type { CaptureRecord } from '../capture/captureRecord.js';
import { formatNanos } from '../profile/format.js';
import { profileTitle } from './profileNames.js';
import type { Translate } from './translate.js';

/**
 * A moment as a person reads it, by the clock of this machine: `14:05` on the day of `nowMs`, else with its date
 * (`Nov 23, 14:05`), with the year where that is another one. What is no time is shown as it stands.
 */
export function timeText(startedAt: string, nowMs: number, locale?: string): string {
  const time = new Date(startedAt);
  if (Number.isNaN(time.getTime())) return startedAt;
  const now = new Date(nowMs);
  const isThisYear = time.getFullYear() === now.getFullYear();
  const isToday = isThisYear && time.getMonth() === now.getMonth() && time.getDate() === now.getDate();
  return new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(isToday ? {} : { month: 'short', day: 'numeric' }),
    ...(isThisYear ? {} : { year: 'numeric' }),
  }).format(time);
}

/** To the second, with the date, by the clock of this machine. */
function momentText(startedAt: string, locale?: string): string {
  const time = new Date(startedAt);
  if (Number.isNaN(time.getTime())) return startedAt;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long' }).format(time);
}

/** What tells a capture from others of its kind: `1.34 cores`, `60 s`, `slowest read 9.06 s`. */
export function captureShows(record: CaptureRecord, t: Translate): readonly string[] {
  const { secondsCaptured, traceCost, findings } = record;
  const cores =
    traceCost === undefined ? coresText(record, t) : t('{0} cores', traceCost.cpuDuring.toFixed(2));
  const slowest = findings?.slowestReadSeconds;
  const isCheck = slowest !== undefined;
  return [
    cores,
    isCheck ? t('slowest read {0}', formatNanos(slowest * 1e9)) : '',
    secondsCaptured === undefined || isCheck ? '' : t('{0} s', secondsCaptured),
  ].filter(part => part !== '');
}

/** `1.34 cores` of the kubelet's process; empty where it was not measured. */
export function coresText(record: CaptureRecord, t: Translate): string {
  if (record.processCpu === undefined) return '';
  const { cpuSeconds, windowSeconds } = record.processCpu;
  return t('{0} cores', (cpuSeconds / windowSeconds).toFixed(2));
}

/** One of several in a question: the name it was given, its node, what it is, and when it began. */
export function namedCapture(record: CaptureRecord, nowMs: number, t: Translate, locale?: string): string {
  const { title, node, profile, startedAt } = record;
  const parts = [title, node.name === '' ? undefined : node.name, profileTitle(profile, t)];
  return `${parts.filter(part => part !== undefined).join(' · ')}, ${timeText(startedAt, nowMs, locale)}`;
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

/** From which bundle, and when; undefined for a capture of this machine. */
function importedText({ imported }: CaptureRecord, t: Translate, locale?: string): string | undefined {
  if (imported === undefined) return undefined;
  const from = imported.from ?? t('a bundle');
  return imported.at === undefined ? from : t('{0}, {1}', from, momentText(imported.at, locale));
}

/** Name and value of everything known, in the order a person asks. */
export function captureFactLines(
  record: CaptureRecord,
  t: Translate,
  locale?: string,
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
    [t('Started'), momentText(record.startedAt, locale)],
    [t('Captured'), seconds],
    [t('Kubelet CPU'), cpu],
    [t('Kubelet'), node.kubeletVersion],
    [t('Go'), node.goVersion],
    [t('Kernel'), node.kernelVersion],
    [t('System'), node.osImage],
    [t('Runtime'), node.containerRuntimeVersion],
    [t('State'), stateText(record, t) || t('complete')],
    [t('Written by'), record.writtenBy],
    [t('Imported'), importedText(record, t, locale)],
  ];
  return lines.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}
