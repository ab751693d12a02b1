/** Tens of millions of directory entries: lookups walk long chains, reclaim takes long, dead cgroups are kept. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { conclude } from '../../conclude.js';
import { burnsFrom, functionFrom } from '../../kernelObservations.js';
import { countFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, open, skipped, type Judgement, type Rule, type RuleEvidence } from '../../rule.js';

const LOOKUP =
  /^(?:__d_lookup|d_lookup|d_alloc(?:_parallel)?$|shrink_dentry_list|shrink_dcache|prune_dcache|dentry_lru)/u;
const LOOKUP_SHARE = 0.05;
const SHRINK = /^(?:prune_dcache_sb|shrink_dcache_sb|shrink_dentry_list|super_cache_scan)/u;
const SHRINK_SECONDS = 0.5;
const MANY = 5_000_000;

export const dcacheNegativeBloat: Rule = {
  id: 'dcache-negative-bloat',
  title: 'The cache of directory entries has grown to many millions',
  severity: 'medium',
  requires: ['cpu-profile', 'slabs', 'counts', 'cgroups', 'kernel-functions'],
  mechanism:
    'Containers that come and go, and tools that ask for files that do not exist, leave directory entries until memory is short: __d_lookup then walks long chains and reclaim takes seconds. Each entry is charged to the cgroup that made it and keeps that alive, too.',
  confirm: "cat /proc/sys/fs/dentry-state; awk '/^dentry/{print $2,$3,$4}' /proc/slabinfo",
  mitigation: {
    text: 'Drop directory entries and inodes: with tens of millions it takes minutes of system time.',
    command: 'echo 2 > /proc/sys/vm/drop_caches',
    risk: 'medium',
  },
  fix: 'The program that asks for missing files (strace -c -e trace=%file shows ENOENT); vm.vfs_cache_pressure=200 makes the cache smaller.',
  references: [
    { text: 'google/cadvisor#1774', url: 'https://github.com/google/cadvisor/issues/1774' },
    { text: 'apache/druid#7508', url: 'https://github.com/apache/druid/issues/7508' },
  ],
  rivals: ['memcg-stat-v1-zombies', 'memory-thrash-readback', 'kernfs-lock-contention'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const many = countFrom(reading, 'dentries', MANY) ?? ofSlabs(evidence) ?? ofCheck(evidence);
  const costs = burnsFrom(reading, LOOKUP, LOOKUP_SHARE) ?? functionFrom(evidence, SHRINK, SHRINK_SECONDS);
  const found = conclude({
    // Either alone is usual: a cache fills free memory, and lookups are what busy nodes do.
    decisive: many === undefined ? [] : [costs],
    hints: [many, ...(many === undefined ? [costs] : [])],
    settle: sentence(
      'Ask what lookups cost: perf top -e cpu-clock | grep d_lookup, and cat /proc/sys/fs/dentry-state',
    ),
    rivals: [
      open('memcg-stat-v1-zombies', 'Entries keep dead cgroups alive: time one read of memory.stat.'),
      open('memory-thrash-readback', 'Memory that is short has pressure: cat /proc/pressure/memory.'),
      open('kernfs-lock-contention', 'Lookups in /sys/fs/cgroup have kernfs_* below them.'),
    ],
  });
  if (found !== undefined) return found;
  const counted = reading.counted('dentries');
  if (counted !== undefined) return clear('{0} directory entries are not many.', counted.value);
  return reading.has('cpu-profile')
    ? clear('Lookups of directory entries have little of the CPU profile.')
    : skipped('Needs a count of directory entries: cat /proc/sys/fs/dentry-state');
}

function ofSlabs({ slabs }: NodeEvidence): RuleEvidence | undefined {
  const rows = slabs.filter(({ cache }) => /^dentry\b/u.test(cache));
  const objects = rows.reduce((sum, row) => sum + row.objects, 0);
  const [first] = rows;
  return first === undefined || objects < MANY ? undefined : manyEntries(objects, first.at);
}

function ofCheck({ cgroups }: NodeEvidence): RuleEvidence | undefined {
  for (const { assessment, at } of cgroups) {
    const count = assessment.health.dentries?.count ?? 0;
    if (count >= MANY) return manyEntries(count, at);
  }
  return undefined;
}

function manyEntries(count: number, place: RuleEvidence['place']): RuleEvidence {
  return observed(sentence('The kernel keeps {0} directory entries', count), {
    value: count,
    unit: 'count',
    threshold: sentence('from {0} on', MANY),
    place,
  });
}
