/** No more cgroups can be made: a controller has 65,535 identifiers, and a hierarchy may have a limit of its own. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { conclude } from '../../conclude.js';
import { countFrom, saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, open, refuted, skipped, type Judgement, type Rule } from '../../rule.js';

/**
 * Not of inotify watches, nor of cgroup.procs of a cpuset without CPUs: these have the same error. A heading of an issue
 * leaves the mkdir out.
 */
const CANNOT_MAKE =
  /^\/sys\/fs\/cgroup\/[^\n:]{1,400}(?<!procs|tasks): no space left on device|\b(?:mkdir|mkdirat|cgroup_mkdir)\b[^\n]{0,40}\/sys\/fs\/cgroup\/[^\n:]{1,400}: no space left on device|\bfailed to create (?:sub)?cgroup [^\n:]{1,400}: no space left on device/iu;
const NEAR = 60_000;
/** Below it the error has another cause. */
const FAR = 30_000;

export const cgroupCountCeiling: Rule = {
  id: 'cgroup-count-ceiling',
  title: 'The node has as many cgroups as the kernel can have, and makes no more',
  severity: 'high',
  requires: ['events', 'kubelet-log', 'runtime-log', 'systemd-log', 'counts', 'cgroups'],
  mechanism:
    'A memory cgroup has one of 65,535 identifiers while it is online (before Linux 4.8 as long as it is not freed), and cgroup v2 obeys cgroup.max.descendants. Leaked cgroups, most of them empty, use them up, and mkdir fails with "no space left on device".',
  confirm:
    'cat /proc/cgroups; find /sys/fs/cgroup -type d | wc -l; cat /sys/fs/cgroup/cgroup.stat; cat /sys/fs/cgroup/kubepods*/cgroup.max.descendants',
  mitigation: {
    text: 'Remove leaked cgroups that have no process, from the leaves up; rmdir refuses those in use. Or drain the node and reboot it.',
    command: "find /sys/fs/cgroup -depth -type d -path '*/system.slice/run-*' -exec rmdir {} + 2>/dev/null",
    risk: 'medium',
  },
  fix: 'What leaks them: systemd before 237, kernel memory accounting of RHEL 7, or a runtime that does not clean up.',
  references: [
    { text: 'moby/moby#29638', url: 'https://github.com/moby/moby/issues/29638' },
    { text: 'kubernetes/kubernetes#70324', url: 'https://github.com/kubernetes/kubernetes/issues/70324' },
    { text: 'opencontainers/runc#1725', url: 'https://github.com/opencontainers/runc/issues/1725' },
  ],
  rivals: ['kmem-accounting-el7', 'systemd-slice-leak', 'inotify-exhaustion'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const counts = [
    countFrom(reading, 'unpopulated-cgroups', NEAR),
    countFrom(reading, 'memory-cgroups', NEAR),
    countFrom(reading, 'memory-cgroup-directories', NEAR),
    countFrom(reading, 'cgroup-directories', NEAR),
  ];
  const most = mostCounted(reading);
  const failed = saidFrom(reading, CANNOT_MAKE, 1);
  const isFar = most !== undefined && most < FAR;
  const found = conclude({
    decisive: isFar ? [] : [failed],
    hints: [isFar ? failed : undefined, ...counts],
    context: [],
    confidence: counts.some(count => count !== undefined) ? 'high' : 'medium',
    settle: sentence(
      'Try one: mkdir fails below /sys/fs/cgroup with "no space left on device"; and cat /proc/cgroups',
    ),
    rivals: [
      evidence.facts.kernelVersion !== undefined &&
      !/^3\.10\.0-.{0,80}\.el7/u.test(evidence.facts.kernelVersion)
        ? refuted('kmem-accounting-el7', 'Kernel {0} is none of RHEL 7.', evidence.facts.kernelVersion)
        : open(
            'kmem-accounting-el7',
            'On RHEL 7 dead cgroups keep their identifiers: look for SLUB in dmesg.',
          ),
      open('systemd-slice-leak', 'Count run-*.scope in system.slice: they are what leaks.'),
      failed === undefined
        ? open('inotify-exhaustion', 'It has the same error, of inotify_add_watch instead of mkdir.')
        : refuted('inotify-exhaustion', 'The error is of mkdir, not of inotify_add_watch.'),
    ],
  });
  if (found !== undefined) return found;
  return most === undefined
    ? skipped('Needs a count of cgroups: cat /proc/cgroups')
    : clear('{0} cgroups are far from 65,535.', most);
}

function mostCounted(reading: Reading): number | undefined {
  const values = (['memory-cgroups', 'memory-cgroup-directories', 'cgroup-directories'] as const).flatMap(
    thing => reading.counted(thing)?.value ?? [],
  );
  return values.length === 0 ? undefined : Math.max(...values);
}
