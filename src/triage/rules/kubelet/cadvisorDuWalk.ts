/**
 * Disk usage is found by walking directories: in the kubelet, or in children (`du`, `find`) that no profile of it shows.
 * That a walk took long is said of slow disks, too: the log line alone does not tell a large directory from a slow disk.
 */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { present, saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { observed, open, refuted } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence } from '../../rule.js';
import { parseGoDuration } from './goDuration.js';
import { lookForBurns, roundedCores } from './kubeletBurn.js';
import { diskRival, memoryStatRival } from './kubeletRivals.js';
import { sumProcesses } from './nodeProcesses.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

const HANDLER = /\bcommon\.\(\*realFsHandler\)\.(?:update|trackUsage)\b/u;
const USAGE = /\bfs\.(?:\(\*RealFsInfo\)\.)?GetDir(?:Disk|Inode)?Usage\b/u;
const VOLUMES = /\bstats\.\(\*volumeStatCalculator\)\.calcAndStoreStats\b/u;
const WALK = /\bfilepath\.(?:Walk|walk|WalkDir|walkDir)\b/u;
/** Also where a profile's names are no more than the walk: a node's own walks are these. */
const WALKERS = /\bkubelet\b|\bcadvisor\b/u;
const CHILD =
  /^(?:\S*\/)?du(?:$| -)|\b(?:nice -n \d+|ionice -c ?\d) du\b|(?:^|\s)find .{0,300}-xdev -printf/u;
const CHILD_CORES = 0.3;
/** At one moment; a healthy walk is over before it is seen. */
const CHILDREN_AT_ONCE = 5;
const TOOK =
  /(?:du and find|du|fs: disk usage and inodes count) on following dirs took ([\dhmsuµn.]{2,60}): ?\[?(\S{0,400})/u;
const KILLED = /\bdu -s\b.{0,300}due to timeout|failed command 'du'.{0,300}timeout/u;
const LONG_WALK_SECONDS = 10;
const VERY_LONG_WALK_SECONDS = 60;
/** So many directories at once are slow for one reason: the disk. */
const MANY_DIRECTORIES = 5;
const SLOW_VOLUME_SECONDS = 0.5;

export const cadvisorDuWalk: Rule = {
  id: 'cadvisor-du-walk',
  title: 'Disk usage is found by walking directories with very many files',
  severity: 'high',
  requires: ['cpu-profile', 'processes', 'kubelet-log', 'metrics'],
  mechanism:
    'cAdvisor walks each container’s writable layer and log directory, the kubelet each emptyDir and like volume, to count bytes and files. A directory with millions of files keeps it in lstat without end; before cAdvisor 0.33 children did it (du, find), whose cost no profile of the kubelet shows.',
  confirm:
    "journalctl -u kubelet --since -1h | grep -E 'on following dirs took'; ps -eo pid,ppid,pcpu,etime,args | grep -E '[ /]du -s|-xdev -printf'",
  mitigation: {
    text: 'Move the data with many files into a volume that is not walked (a claim), or clean it up inside the container; a restart of that pod gives it an empty layer.',
    risk: 'low',
  },
  fix: 'cAdvisor 0.33 (Kubernetes 1.14) walks layers in Go instead of forking du and find; volumes were forked for longer. The walk itself stays: fewer files.',
  references: [
    thread('google/cadvisor', 2171),
    thread('google/cadvisor', 2212),
    thread('kubernetes/kubernetes', 61793),
    thread('kubernetes/kubernetes', 61999),
    thread('kubernetes/kubernetes', 23255),
  ],
  rivals: ['disk-io-throttle', 'memory-thrash-readback', 'memcg-stat-v1-zombies', 'kubelet-cgroup-readdir'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const burn = lookForBurns(reading, [
    { pattern: HANDLER, least: 0.12 },
    { pattern: USAGE, least: 0.1 },
    { pattern: VOLUMES, least: 0.08 },
    { pattern: WALK, least: 0.2, outer: WALKERS },
  ]);
  const children = busyChildren(reading);
  const walks = slowWalks(reading);
  const hints = [
    ...walks.evidence,
    ...present(saidFrom(reading, KILLED, 1, 'kubelet'), listedWalk(reading), slowVolumes(reading)),
  ];
  const isFew = walks.directories > 0 && walks.directories < MANY_DIRECTORIES;
  return judgeSigns(
    { burn, sure: present(children), hints },
    {
      what: 'Walking directories for their size',
      rivals: rivals(evidence, reading, walks.directories),
      settle: sentence(
        'Count the files of the directory that the log names (ionice -c3 find DIR -xdev | wc -l), and look at iostat -x 1 5: over a million files it is the walk, with a slow disk the disk.',
      ),
      isDecisive: burn.kind === 'hot' || children !== undefined,
      hintConfidence: isFew && walks.longestSeconds >= VERY_LONG_WALK_SECONDS ? 'medium' : 'low',
      explains: ['go-gc-bound'],
    },
  );
}

function busyChildren(reading: Reading): RuleEvidence | undefined {
  const { count, cores, rows } = sumProcesses(reading, CHILD);
  const inDisk = rows.filter(({ state }) => state?.startsWith('D') === true).length;
  const [first] = rows;
  const running = rows.filter(({ state }) => state?.startsWith('R') === true).length;
  if (first === undefined || (cores < CHILD_CORES && inDisk < 2 && running < CHILDREN_AT_ONCE))
    return undefined;
  if (cores < CHILD_CORES && inDisk < 2)
    return observed(sentence('{0} processes of du and find run at once', running), {
      value: running,
      unit: 'count',
      threshold: sentence('from {0} on', CHILDREN_AT_ONCE),
      place: first.at,
    });
  return observed(
    sentence(
      '{0} processes of du and find use {1} cores; {2} wait for the disk',
      count,
      roundedCores(cores),
      inDisk,
    ),
    {
      value: cores,
      unit: 'cores',
      threshold: sentence('from {0} cores or two that wait for the disk on', CHILD_CORES),
      place: first.at,
    },
  );
}

function slowWalks(reading: Reading): {
  readonly evidence: readonly RuleEvidence[];
  readonly directories: number;
  readonly longestSeconds: number;
} {
  const said = reading
    .said(TOOK, 'kubelet')
    .map(one => ({ ...one, took: parseGoDuration(one.match[1]) ?? 0, directory: one.match[2] ?? '' }));
  const longest = said.reduce<(typeof said)[number] | undefined>(
    (most, one) => (most !== undefined && most.took >= one.took ? most : one),
    undefined,
  );
  if (longest === undefined || longest.took < LONG_WALK_SECONDS)
    return { evidence: [], directories: 0, longestSeconds: 0 };
  const directories = new Set(said.map(({ directory }) => directory)).size;
  const text = sentence(
    'Walking {0} took {1} s; {2} directories are said to be slow',
    longest.directory.slice(0, 120),
    Number(longest.took.toPrecision(3)),
    directories,
  );
  const threshold = sentence('from {0} s on; the kubelet says it from 1 s on', LONG_WALK_SECONDS);
  return {
    evidence: [observed(text, { value: longest.took, unit: 'seconds', threshold, place: longest.at })],
    directories,
    longestSeconds: longest.took,
  };
}

/** In a listing callers are not known: a walk may be that of another program. */
function listedWalk(reading: Reading): RuleEvidence | undefined {
  const found = reading.cpuShare(WALK);
  if (found === undefined || found.cores !== undefined || found.share < 0.2) return undefined;
  return observed(sentence('{0} has {1} % of the listed CPU', found.name, Math.round(found.share * 100)), {
    value: found.share,
    unit: 'share',
    threshold: sentence('from 20 % on'),
    place: found.place,
  });
}

function slowVolumes(reading: Reading): RuleEvidence | undefined {
  const mean = reading.metricMean('kubelet_volume_metric_collection_duration_seconds', {
    metric_source: 'du',
  });
  if (mean === undefined || mean < SLOW_VOLUME_SECONDS) return undefined;
  return observed(sentence('Walking a volume takes {0} s on average', Number(mean.toPrecision(3))), {
    value: mean,
    unit: 'seconds',
    threshold: sentence('from {0} s on; usual are under 0.001 s', SLOW_VOLUME_SECONDS),
  });
}

function rivals(evidence: NodeEvidence, reading: Reading, directories: number): readonly RivalJudgement[] {
  const disk = diskRival(evidence);
  return [
    disk.state === 'open' && directories >= MANY_DIRECTORIES
      ? open(
          'disk-io-throttle',
          '{0} directories are slow at the same time: that is what a slow disk does.',
          directories,
        )
      : disk,
    open(
      'memory-thrash-readback',
      'Pressure of memory and major faults would show it: cat /proc/pressure/memory.',
    ),
    memoryStatRival(evidence, reading),
    cgroupReaddir(reading),
  ];
}

function cgroupReaddir(reading: Reading): RivalJudgement {
  const usage = reading.cpuShare(USAGE)?.share ?? 0;
  return usage > 0.1
    ? refuted('kubelet-cgroup-readdir', 'The walk is below GetDirUsage, not below a listing of cgroups.')
    : open('kubelet-cgroup-readdir', 'strace -e trace=newfstatat,getdents64 names the directories.');
}
