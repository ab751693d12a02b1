/** kworkers that go through the slab caches of all memory cgroups, every two seconds on each CPU. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { conclude } from '../../conclude.js';
import { burnsFrom, functionFrom, kernelFix, lacksFix, processesFrom } from '../../kernelObservations.js';
import { countFrom, percent, saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, open, skipped, type Judgement, type Rule, type RuleEvidence } from '../../rule.js';

const REAP = /^(?:cache_reap|drain_freelist|reap_alien)/u;
const REAP_SHARE = 0.03;
const REAP_SECONDS = 0.01;
/** `kmalloc-64(3141:kubepods)`: a cache of one cgroup. */
const OF_CGROUP = /\(\d+:/u;
const MANY_CACHES = 1000;
const MANY_CGROUPS = 2000;
const KWORKERS = 0.5;

export const slabCacheReap: Rule = {
  id: 'slab-cache-reap',
  title: 'kworkers burn CPU in cache_reap, over the slab caches of dead cgroups',
  severity: 'high',
  requires: ['cpu-profile', 'kernel-functions', 'slabs', 'kernel-log', 'processes'],
  mechanism:
    'Kernels before 5.9 that are built with SLAB make caches for each memory cgroup, and cache_reap goes through all of them every two seconds on each CPU. Many dead cgroups are then system time in kworkers, not in the kubelet.',
  confirm:
    'perf top -g -e cpu-clock | grep cache_reap; ls /sys/kernel/slab | wc -l; grep -c "(" /proc/slabinfo',
  mitigation: {
    text: 'Drop directory entries and inodes, which frees cgroups that only these keep; or drain the node and reboot it.',
    command: 'echo 2 > /proc/sys/vm/drop_caches',
    risk: 'medium',
  },
  fix: 'Linux 5.9 (one set of caches for all cgroups); SLAB is gone in 6.8.',
  references: [
    {
      text: 'mm: memcg/slab: use a single set of kmem_caches',
      url: 'https://code.googlesource.com/linux/torvalds/linux/+/d797b7d05405c519f7b62ea69a75cea1883863b2%5E',
    },
    { text: 'Memory cgroup leaks: an analysis', url: 'https://www.sobyte.net/post/2022-01/memory-cgroup/' },
  ],
  rivals: ['memcg-stat-v1-zombies', 'kmem-accounting-el7', 'cgroup-writeback-switch-storm'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const fix = kernelFix(reading, 'slab-per-memcg');
  const reap = burnsFrom(reading, REAP, REAP_SHARE) ?? functionFrom(evidence, REAP, REAP_SECONDS);
  if (reap === undefined && fix?.state === 'fixed')
    return clear('Kernel {0} has one set of slab caches for all cgroups.', reading.kernel?.release ?? '');
  const caches = cachesOfCgroups(evidence);
  const found = conclude({
    decisive: [reap],
    hints: [saidFrom(reading, /\bcache_reap\b/u, 1), caches],
    context: [
      processesFrom(reading, /^\[?kworker\//u, KWORKERS),
      countFrom(reading, 'memory-cgroups', MANY_CGROUPS),
      lacksFix(fix),
    ],
    settle: sentence('See what the kworkers do: perf top -e cpu-clock | grep cache_reap'),
    rivals: [
      open('memcg-stat-v1-zombies', 'The same dead cgroups make memory.stat slow: time one read.'),
      open('kmem-accounting-el7', 'On RHEL 7 the caches are never freed, and pods fail: look at dmesg.'),
      open('cgroup-writeback-switch-storm', 'There the kworkers run inode_switch_wbs_work_fn.'),
    ],
  });
  if (found !== undefined) return found;
  const share = reading.cpuShare(REAP);
  return share === undefined
    ? skipped('Needs what the kernel spends CPU on: perf top.')
    : clear('cache_reap is {0} % of the CPU profile.', percent(share.share));
}

function cachesOfCgroups({ slabs }: NodeEvidence): RuleEvidence | undefined {
  const caches = slabs.filter(({ cache }) => OF_CGROUP.test(cache));
  const [first] = caches;
  if (first === undefined || caches.length < MANY_CACHES) return undefined;
  return observed(sentence('{0} slab caches are of single cgroups', caches.length), {
    value: caches.length,
    unit: 'count',
    threshold: sentence('from {0} on', MANY_CACHES),
    place: first.at,
  });
}
