/** What dropping caches is, costs and risks, with what was measured right before: the question, and the Event about it. */
import { formatBytes, formatCount } from '../../profile/format.js';
import { estimateSeconds } from '../../remedy/judgeRemedy.js';
import type { RemediedRule, RemedyDrop, RemedyReading } from '../../remedy/model.js';
import type { Translate } from '../translate.js';

/** Of these the kernel needs longer than entries alone tell. */
const MANY_DEAD = 2_000;

export function dropQuestion(
  node: string,
  before: RemedyReading,
  t: Translate,
): { readonly message: string; readonly detail: string } {
  return {
    message: t('Drop the caches of {0} now?', node),
    detail: [...measured(before, t), '', ...costs(before, t)].join('\n'),
  };
}

function measured(
  { readSeconds, dying, dentries, slab, pageCache, kubeletCores }: RemedyReading,
  t: Translate,
): readonly string[] {
  return [
    t('Measured now:'),
    ...(readSeconds === undefined ? [] : [t('One read of memory.stat: {0} ms', milliseconds(readSeconds))]),
    ...(dying === undefined ? [] : [t('Dead memory cgroups: {0}', formatCount(dying))]),
    ...(dentries === undefined ? [] : [t('Directory entries in memory: {0}', formatCount(dentries))]),
    ...(slab === undefined ? [] : [t('Kernel objects (slab): {0}', formatBytes(slab))]),
    ...(pageCache === undefined ? [] : [t('Page cache: {0}', formatBytes(pageCache))]),
    ...(kubeletCores === undefined ? [] : [t('CPU of the kubelet: {0} cores', kubeletCores.toFixed(2))]),
  ];
}

function costs(before: RemedyReading, t: Translate): readonly string[] {
  const seconds = estimateSeconds(before);
  return [
    t(
      'First "2" is written to /proc/sys/vm/drop_caches: directory entries and inodes go. Only where that does not do, "3": page cache as well.',
    ),
    ...(seconds === undefined
      ? [t('How long it takes is not known: tens of millions of entries take minutes.')]
      : [t('By the number of entries about {0} s of system time on one CPU.', seconds)]),
    ...((before.dying ?? 0) >= MANY_DEAD ? [t('With so many dead cgroups it can take minutes.')] : []),
    t(
      'Meanwhile programs that look up files wait. After it, reads come from the disk until the caches are warm.',
    ),
    t('No data is lost: only what is on the disk as well is dropped. It cannot be taken back.'),
    t('It ends by itself after 5 minutes, and when the node is not ready any more.'),
    t('It is written to the log, to the case, and as an Event about the node where you may make one.'),
  ];
}

function milliseconds(seconds: number): string {
  const value = seconds * 1000;
  return value >= 10 ? value.toFixed(0) : value.toFixed(1);
}

/** English: other people's clusters are in no language of ours. */
export function remedyNotice(rule: RemediedRule, drops: readonly RemedyDrop[]): string {
  const done = drops.map(({ value, seconds, outcome }) => {
    const time = seconds === undefined ? '' : ` in ${seconds} s`;
    return `${value} (${outcome}${time})`;
  });
  return `Node Triage wrote ${done.join(', then ')} to /proc/sys/vm/drop_caches for ${rule}, as a person asked.`;
}
