/**
 * What is unusual in the facts of a node, the most telling first. Bounds are those from which on a healthy node does not
 * show it; causes, and what excludes them, are for the rules of src/triage, which join this with other evidence.
 */
import { atLine, byWeight, finding, observe, type Finding, type Observation } from '../base/finding.js';
import { sentence } from '../base/sentence.js';
import {
  FACT_DOUBT_TEXTS as DOUBT,
  FACT_EVIDENCE_TEXTS as SAY,
  FACT_FINDING_TEXTS as FOUND,
} from './factSentences.js';
import type { BlockedTask, Counter, DiskFact, NodeFactsReading, PressureFact } from './model.js';

const FULL_PRESSURE = 0.1;
const CPU_PRESSURE = 0.5;
const SLOW_SECONDS = 0.1;
const LEAST_REQUESTS_PER_SECOND = 1;
const LITTLE_IDLE = 0.05;
const MUCH_STEAL = 0.1;
/** Less is not who has the CPUs: that lies in another PID namespace, or ended meanwhile. */
const LEAST_CORES = 0.1;
const LITTLE_MEMORY = 0.05;
/** Of a limit. */
const NEAR = 0.9;
const NEAR_BPF = 0.8;
const MANY_MOUNTS = 3_000;
const CHANGES_PER_SECOND = 5;
/** A task that writes a page back sleeps some milliseconds. */
const BLOCKED_SECONDS = 2;
const NAMED = 3;

/** One finding that says so where nothing is. */
export function assessFacts(facts: NodeFactsReading): readonly Finding[] {
  const found = [
    ...blockedTasks(facts),
    ...diskStill(facts),
    ...diskSlow(facts),
    ...pressures(facts),
    ...cpusFull(facts),
    ...memoryShort(facts),
    ...inotifyFull(facts),
    ...conntrackFull(facts),
    ...mountTable(facts),
    ...numbers(facts),
    ...bpfFull(facts),
  ];
  return byWeight(
    found.length > 0
      ? found
      : [
          finding({
            id: 'nothing-unusual',
            weight: 'usual',
            sentence: sentence(FOUND['nothing-unusual']),
            doubt:
              facts.seconds === undefined
                ? []
                : [sentence(DOUBT.shortLook, Number(facts.seconds.toPrecision(2)))],
          }),
        ],
  );
}

type UnusualId = Exclude<keyof typeof FOUND, 'nothing-unusual'>;

function unusual(
  id: UnusualId,
  evidence: readonly Observation[],
  command: string,
  more: Partial<Finding> = {},
): readonly Finding[] {
  const confirm = [{ kind: 'command', command } as const];
  return [finding({ id, weight: 'look', sentence: sentence(FOUND[id]), evidence, confirm, ...more })];
}

const percent = (share: number): number => Number((share * 100).toPrecision(3));
const short = (value: number): number => Number(value.toPrecision(3));

function blockedTasks({ blocked = [] }: NodeFactsReading): readonly Finding[] {
  const long = blocked.filter(({ seconds }) => seconds >= BLOCKED_SECONDS);
  if (long.length === 0) return [];
  const rest = long.length - NAMED;
  return unusual(
    'tasks-blocked',
    [
      ...long.slice(0, NAMED).map(sayBlocked),
      ...(rest > 0 ? [observe(sentence(SAY.blockedMore, long.length))] : []),
    ],
    "ps -eLo state,pid,tid,wchan:32,etimes,comm | grep '^D'",
  );
}

function sayBlocked({ name, tid, seconds, frames, waitsIn, line }: BlockedTask): Observation {
  return observe(
    sentence(SAY.blocked, name, tid, Math.floor(seconds), frames[0] ?? waitsIn ?? '?'),
    { value: seconds, unit: 'seconds', threshold: BLOCKED_SECONDS },
    atLine(line),
  );
}

function diskStill({ disks }: NodeFactsReading): readonly Finding[] {
  const still = disks.filter(
    disk => disk.inFlight > 0 && disk.readsPerSecond + disk.writesPerSecond === 0 && disk.busyShare >= NEAR,
  );
  return still.flatMap(disk =>
    unusual(
      'disk-still',
      [
        observe(
          sentence(SAY.still, disk.device, disk.inFlight),
          { value: disk.inFlight, unit: 'count', threshold: 1 },
          atLine(disk.line),
        ),
        ...mountsOf(disk),
      ],
      'iostat -xdz 2 3; dmesg | tail -50',
    ),
  );
}

function waitOf({ readWaitSeconds = 0, writeWaitSeconds = 0 }: DiskFact): number {
  return Math.max(readWaitSeconds, writeWaitSeconds);
}

function diskSlow({ disks }: NodeFactsReading): readonly Finding[] {
  const slow = disks.filter(
    disk =>
      waitOf(disk) >= SLOW_SECONDS && disk.readsPerSecond + disk.writesPerSecond >= LEAST_REQUESTS_PER_SECOND,
  );
  const [first] = slow;
  if (first === undefined) return [];
  const said = slow.map(disk =>
    observe(
      sentence(SAY.wait, disk.device, short(waitOf(disk) * 1000), percent(disk.busyShare)),
      { value: waitOf(disk), unit: 'seconds', threshold: SLOW_SECONDS },
      atLine(disk.line),
    ),
  );
  return unusual('disk-slow', [...said.slice(0, NAMED), ...mountsOf(first)], 'iostat -xdz 5 3');
}

function mountsOf({ device, mounts }: DiskFact): readonly Observation[] {
  return mounts.length === 0 ? [] : [observe(sentence(SAY.mountedAt, device, mounts.join(', ')))];
}

function pressures({ pressure }: NodeFactsReading): readonly Finding[] {
  const kinds = [
    ['io', 'full', FULL_PRESSURE, 'io-pressure'],
    ['memory', 'full', FULL_PRESSURE, 'memory-pressure'],
    ['cpu', 'some', CPU_PRESSURE, 'cpu-pressure'],
  ] as const;
  return kinds.flatMap(([resource, kind, bound, id]) => {
    const [row] = pressure.filter(
      one => one.cgroup === undefined && one.resource === resource && one.kind === kind,
    );
    if (row === undefined || Math.max(row.avg10, row.avg60) < bound) return [];
    return unusual(id, [sayPressure(row, bound)], `cat /proc/pressure/${resource}`);
  });
}

function sayPressure({ kind, avg10, avg60, resource, line }: PressureFact, threshold: number): Observation {
  return observe(
    sentence(SAY[kind], percent(avg10), resource, percent(avg60)),
    { value: Math.max(avg10, avg60), unit: 'share', threshold },
    atLine(line),
  );
}

function cpusFull({ cpu, processes }: NodeFactsReading): readonly Finding[] {
  if (cpu === undefined) return [];
  const isFull = cpu.idle + cpu.ioWait <= LITTLE_IDLE;
  if (!isFull && cpu.steal < MUCH_STEAL) return [];
  const [top] = [...processes].sort((a, b) => coresOf(b) - coresOf(a));
  return unusual(
    'cpus-full',
    [
      observe(
        sentence(SAY.idle, percent(cpu.idle), percent(cpu.ioWait)),
        { value: cpu.idle, unit: 'share' },
        atLine(cpu.line),
      ),
      ...(cpu.steal < MUCH_STEAL
        ? []
        : [
            observe(sentence(SAY.steal, percent(cpu.steal)), {
              value: cpu.steal,
              unit: 'share',
              threshold: MUCH_STEAL,
            }),
          ]),
      ...(top === undefined || coresOf(top) < LEAST_CORES
        ? []
        : [observe(sentence(SAY.top, top.name, top.pid, short(coresOf(top))), undefined, atLine(top.line))]),
    ],
    'top -b -n 1 | head -20',
  );
}

function coresOf({ userCores, systemCores }: NodeFactsReading['processes'][number]): number {
  return userCores + systemCores;
}

const MIB = 1024 * 1024;

function memoryShort({ memory }: NodeFactsReading): readonly Finding[] {
  const total = memory.get('MemTotal');
  const available = memory.get('MemAvailable');
  if (total === undefined || available === undefined || available.value > total.value * LITTLE_MEMORY)
    return [];
  return unusual(
    'memory-short',
    [
      observe(
        sentence(SAY.available, Math.round(available.value / MIB), Math.round(total.value / MIB)),
        { value: available.value, unit: 'bytes', threshold: total.value * LITTLE_MEMORY },
        atLine(available.line),
      ),
    ],
    'free -m; cat /proc/pressure/memory',
  );
}

function inotifyFull({ inotify }: NodeFactsReading): readonly Finding[] {
  if (inotify === undefined) return [];
  const { maxInstances, maxWatches, users, processes } = inotify;
  const said = users.flatMap(({ uid, instances, watches, line }) => [
    ...near(sentence(SAY.instances, uid, instances, maxInstances?.value ?? 0), instances, maxInstances, line),
    ...near(sentence(SAY.watches, uid, watches, maxWatches?.value ?? 0), watches, maxWatches, line),
  ]);
  if (said.length === 0) return [];
  const [most] = processes;
  return unusual(
    'inotify-full',
    [
      ...said,
      ...(most === undefined
        ? []
        : [observe(sentence(SAY.most, most.name, most.pid, most.instances, most.watches))]),
    ],
    'sysctl fs.inotify; find /proc/*/fd -lname anon_inode:inotify 2>/dev/null | wc -l',
  );
}

/** One observation where `value` is near the limit. */
function near(
  said: ReturnType<typeof sentence>,
  value: number | undefined,
  limit: Counter | undefined,
  line: number,
  share = NEAR,
): readonly Observation[] {
  if (value === undefined || limit === undefined || limit.value <= 0 || value < limit.value * share)
    return [];
  return [observe(said, { value, unit: 'count', threshold: limit.value * share }, atLine(line))];
}

function conntrackFull({ network }: NodeFactsReading): readonly Finding[] {
  const entries = network.get('conntrack-entries');
  const limit = network.get('conntrack-limit');
  if (entries === undefined || limit === undefined) return [];
  const said = near(
    sentence(SAY.connections, entries.value, limit.value),
    entries.value,
    limit,
    entries.line,
  );
  return said.length === 0
    ? []
    : unusual(
        'conntrack-full',
        said,
        'sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max',
      );
}

function mountTable({ mounts }: NodeFactsReading): readonly Finding[] {
  if (mounts === undefined) return [];
  const { total, types, changesPerSecond, added = 0, removed = 0, examples } = mounts;
  const isLong = total.value >= MANY_MOUNTS;
  const isChanging = changesPerSecond !== undefined && changesPerSecond.value >= CHANGES_PER_SECOND;
  return [
    ...(isLong
      ? unusual(
          'many-mounts',
          [
            observe(
              sentence(SAY.mounts, total.value),
              { value: total.value, unit: 'count', threshold: MANY_MOUNTS },
              atLine(total.line),
            ),
            ...types.slice(0, NAMED).map(({ type, count }) => observe(sentence(SAY.mountType, type, count))),
          ],
          'wc -l /proc/1/mountinfo',
        )
      : []),
    ...(isChanging
      ? unusual(
          'mounts-change',
          [
            observe(
              sentence(SAY.mountChanges, short(changesPerSecond.value), added, removed),
              { value: changesPerSecond.value, unit: 'perSecond', threshold: CHANGES_PER_SECOND },
              atLine(changesPerSecond.line),
            ),
            ...examples.slice(0, NAMED).map(path => observe(sentence(SAY.newMount, path))),
          ],
          'timeout 10 findmnt --poll | head -50',
        )
      : []),
  ];
}

function numbers({ tasks, pidMax, openFiles, openFilesMax }: NodeFactsReading): readonly Finding[] {
  const ofTasks = near(sentence(SAY.tasks, tasks ?? 0, pidMax?.value ?? 0), tasks, pidMax, pidMax?.line ?? 0);
  const ofFiles =
    openFiles === undefined || openFilesMax === undefined
      ? []
      : near(
          sentence(SAY.files, openFiles.value, openFilesMax),
          openFiles.value,
          { value: openFilesMax, line: openFiles.line },
          openFiles.line,
        );
  return [
    ...(ofTasks.length === 0
      ? []
      : unusual('task-numbers', ofTasks, 'sysctl kernel.pid_max; cat /proc/loadavg')),
    ...(ofFiles.length === 0 ? [] : unusual('files-full', ofFiles, 'cat /proc/sys/fs/file-nr')),
  ];
}

function bpfFull({ bpfLimit, bpfUsed }: NodeFactsReading): readonly Finding[] {
  if (bpfLimit === undefined || bpfUsed === undefined) return [];
  const said = near(
    sentence(SAY.bpf, bpfUsed.value, bpfLimit.value),
    bpfUsed.value,
    bpfLimit,
    bpfUsed.line,
    NEAR_BPF,
  );
  return said.length === 0
    ? []
    : unusual(
        'bpf-full',
        said,
        "sysctl net.core.bpf_jit_limit; awk '/bpf_jit/ { sum += $2 } END { print sum }' /proc/vmallocinfo",
        { doubt: [sentence(DOUBT.byVmalloc)] },
      );
}
