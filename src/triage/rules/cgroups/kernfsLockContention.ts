/** Many readers open files of cgroups at once and queue for the locks of kernfs. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { conclude } from '../../conclude.js';
import { burnsFrom, kernelFix, lacksFix } from '../../kernelObservations.js';
import { percent } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, open, refuted, skipped } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule } from '../../rule.js';
import { findMemoryStatReads, slowReadEvidence } from './memoryStatReads.js';

const KERNFS =
  /^kernfs_(?:iop_lookup|iop_permission|iop_getattr|iop_get_link|dop_revalidate|fop_open|fop_readdir|refresh_inode|find_ns)/u;
/** Threads that wait for a disk take these, too: they count below kernfs, or beside much of it. */
const LOCKS =
  /^(?:osq_lock|rwsem_\w*slowpath|mutex_spin_on_owner|rwsem_spin_on_owner|__mutex_lock|_*native_queued_spin_lock_slowpath)/u;
const OPEN =
  /(?:^|\/)opencontainers\/(?:runc\/libcontainer\/)?cgroups(?:\/fscommon)?\.(?:OpenFile|openFile|ReadFile)$/u;
const KERNFS_SHARE = 0.1;
const LOCK_SHARE = 0.1;
const OPEN_SHARE = 0.2;

export const kernfsLockContention: Rule = {
  id: 'kernfs-lock-contention',
  title: 'Readers of cgroup files queue for the locks of kernfs',
  severity: 'medium',
  requires: ['cpu-profile'],
  mechanism:
    'Each open of a file below /sys/fs/cgroup looks up its path under one lock of kernfs: a mutex before Linux 5.15, since then one that readers share. Kubelet, runtime and several agents on a machine with many CPUs spin on it: CPU goes in open, not in read.',
  confirm:
    'perf record -g -a -- sleep 10 && perf report --no-children --stdio | grep -E "kernfs_|osq_lock|rwsem"',
  mitigation: { text: 'Fewer agents that read cgroups, and longer intervals.', risk: 'low' },
  fix: 'Linux 5.15 or newer; runtimes that do not read all cgroups at once (containerd#11718).',
  references: [
    { text: 'containerd/containerd#11718', url: 'https://github.com/containerd/containerd/issues/11718' },
    { text: 'google/cadvisor#3528', url: 'https://github.com/google/cadvisor/issues/3528' },
  ],
  rivals: ['memcg-stat-v1-zombies', 'cadvisor-housekeeping-density', 'disk-io-throttle', 'lock-contention'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const kernfs = burnsFrom(reading, KERNFS, KERNFS_SHARE);
  const found = conclude({
    decisive: [kernfs],
    hints: [burnsFrom(reading, LOCKS, LOCK_SHARE, KERNFS), burnsFrom(reading, OPEN, OPEN_SHARE)],
    enoughHints: 2,
    // A mutex that spins shows as osq_lock, in a listing without who called it.
    context: [
      kernfs === undefined ? undefined : burnsFrom(reading, LOCKS, LOCK_SHARE),
      lacksFix(kernelFix(reading, 'kernfs-lock')),
    ],
    confidence: burnsFrom(reading, LOCKS, LOCK_SHARE) === undefined ? 'medium' : 'high',
    settle: sentence('Ask the kernel what it waits for: perf record -g -a -- sleep 10'),
    recoverableCores: reading.cpuShare(OPEN)?.cores,
    rivals: rivals(evidence),
  });
  if (found !== undefined) return found;
  const share = reading.cpuShare(KERNFS);
  return share === undefined
    ? skipped('Needs a CPU profile with kernel functions: perf record -g -a')
    : clear('Lookups in kernfs are {0} % of the CPU profile.', percent(share.share));
}

function rivals(evidence: NodeEvidence): readonly RivalJudgement[] {
  const slow = slowReadEvidence(findMemoryStatReads(evidence)[0]);
  return [
    slow === undefined
      ? open('memcg-stat-v1-zombies', 'There the time goes in read, not in open: time one.')
      : open('memcg-stat-v1-zombies', 'A read is slow, too: it holds the CPUs that the others wait for.'),
    open('cadvisor-housekeeping-density', 'Many containers make many opens: count them.'),
    open('disk-io-throttle', 'Threads that wait for a disk sleep in D, those of kernfs burn CPU.'),
    refuted('lock-contention', 'The locks that were seen are of the kernel, not of Go.'),
  ];
}
