/**
 * Reports of sampled threads and of cgroup health, made up: a kubelet whose memory.stat reads are slow; and of the facts
 * of a node whose disk is.
 */
import { finding, observe } from '../../src/base/finding.js';
import { sentence } from '../../src/base/sentence.js';
import type { CgroupsReport, NodeFactsReport, ThreadsReport } from '../../src/report/model.js';
import {
  THREAD_CONFIRM_TEXTS,
  THREAD_DOUBT_TEXTS,
  THREAD_EVIDENCE_TEXTS,
  THREAD_FINDING_TEXTS,
  THREAD_WARNING_TEXTS,
} from '../../src/threads/threadSentences.js';
import { reportCgroups, reportNodeFacts } from '../support/readText.js';

const places = { kernel: 0, user: 0, cpu: 0, waiting: 0, disk: 0, stopped: 0, other: 0 };
const stat = '/sys/fs/cgroup/memory/memory.stat';

export const slowThreads: ThreadsReport = {
  kind: 'threads',
  facts: {
    pid: 4711,
    command: 'kubelet',
    kernelRelease: '4.4.227-1.el7.elrepo.x86_64',
    machine: 'x86_64',
    cpus: 8,
    rounds: 50,
    seconds: 10,
    secondsAsked: 10,
    roundsAsked: 50,
    hasStacks: false,
    samplerCpuSeconds: 0.18,
    isWhole: true,
  },
  total: {
    userSeconds: 0.4,
    systemSeconds: 9.1,
    cores: 0.95,
    places: { ...places, kernel: 47, waiting: 100, disk: 3 },
    samples: 150,
  },
  node: { seconds: 10, user: 0.4, system: 1.1, idle: 6.4, ioWait: 0.05, irq: 0.01, steal: 0.02 },
  memoryStat: {
    looks: 50,
    open: 46,
    cgroups: 2,
    paths: [{ path: '/sys/fs/cgroup/memory/memory.stat', looks: 3 }],
    longestSeconds: 9,
    burningRounds: 45,
  },
  verdict: [
    finding({
      id: 'slow-memory-stat',
      weight: 'look',
      sentence: sentence(THREAD_FINDING_TEXTS['slow-memory-stat'], '92 %'),
      evidence: [
        observe(sentence(THREAD_EVIDENCE_TEXTS.statOpen, 46, 50, '92 %', 2, '81 %'), {
          value: 0.92,
          unit: 'share',
        }),
      ],
      doubt: [sentence(THREAD_DOUBT_TEXTS.noReadSeen)],
      confirm: [{ kind: 'capture', capture: 'cgroups', sentence: sentence(THREAD_CONFIRM_TEXTS.cgroups) }],
      isInferred: true,
    }),
  ],
  warnings: [sentence(THREAD_WARNING_TEXTS.noStacks)],
  threads: {
    rows: [
      {
        tid: 4720,
        command: 'kubelet',
        samples: 50,
        places: { ...places, kernel: 47, disk: 3 },
        calls: [{ syscall: 'read', detail: 'fd 16', file: stat, waitsIn: 'memcg_stat_show', samples: 3 }],
        userSeconds: 0.1,
        systemSeconds: 9.1,
        cores: 0.92,
        runDelaySeconds: 0.2,
        isNew: false,
        isGone: false,
      },
      {
        tid: 4711,
        command: 'kubelet',
        samples: 100,
        places: { ...places, waiting: 100 },
        calls: [
          {
            syscall: 'futex',
            detail: 'FUTEX_WAIT_PRIVATE val 0',
            file: undefined,
            waitsIn: 'futex_wait_queue_me',
            samples: 100,
          },
        ],
        userSeconds: 0.3,
        systemSeconds: 0,
        cores: 0.03,
        runDelaySeconds: undefined,
        isNew: false,
        isGone: false,
      },
    ],
    total: 2,
  },
  calls: {
    rows: [
      {
        syscall: 'futex',
        detail: 'FUTEX_WAIT_PRIVATE val 0',
        file: undefined,
        waitsIn: 'futex_wait_queue_me',
        samples: 100,
      },
      { syscall: 'read', detail: 'fd 16', file: stat, waitsIn: 'memcg_stat_show', samples: 3 },
    ],
    total: 2,
  },
  files: {
    rows: [
      { path: stat, rounds: 46, waitedRounds: 3, burningRounds: 45, isAlwaysOpen: false },
      { path: '/dev/kmsg', rounds: 50, waitedRounds: 0, burningRounds: 45, isAlwaysOpen: true },
    ],
    total: 2,
  },
  processes: {
    rows: [
      {
        pid: 4711,
        command: 'kubelet',
        userCores: 0.04,
        systemCores: 0.91,
        waitCores: 0.02,
        diskWaitSeconds: 0,
        isNew: false,
      },
      {
        pid: 812,
        command: 'containerd',
        userCores: 0.02,
        systemCores: 0.01,
        waitCores: undefined,
        diskWaitSeconds: 0,
        isNew: false,
      },
    ],
    total: 2,
  },
};

/** As the check writes it: microseconds of rounds, then one read of each cgroup. */
const slowHealth = [
  '# node-triage cgroup health 1',
  '# kernel: 4.4.227-1.el7.elrepo.x86_64',
  '# machine: x86_64',
  '# cpus: 8',
  '# uptime: 254232.32',
  '# layout: v1',
  '# root: /host/sys/fs/cgroup/memory',
  '# clock: shell',
  '# overhead: 2',
  'os: PRETTY_NAME="CentOS Linux 7 (Core)"',
  'cgroups: memory\t4\t38121\t1',
  'meminfo: MemTotal:       24683656 kB',
  'meminfo: MemAvailable:   12222560 kB',
  'meminfo: Cached:          1886544 kB',
  'meminfo: Slab:            700716 kB',
  'meminfo: SReclaimable:     383136 kB',
  'meminfo: SUnreclaim:       317580 kB',
  'meminfo: Percpu:          1182680 kB',
  'dentries: 403079\t401087\t45\t0\t90424\t0',
  '# directories: 121',
  '# pods: 30',
  'read: root 1 906 1 9065000 /',
  'read: kubepods 1 41 0 412000,409000,420000 /kubepods',
  'scan: 9063000 /',
  'scan: 411000 /kubepods',
  'scan: 59 /system.slice',
  '# scanned: 3',
  '# cost: 950',
  '# took: 11191581',
  '# end: complete',
  '',
].join('\n');

export const slowCgroups: CgroupsReport = reportCgroups(slowHealth);

/** The same beside what its case says of the kubelet's CPU. */
export const explainedCgroups = (cores: number): CgroupsReport =>
  reportCgroups(slowHealth, { cores, seconds: 15, file: 'capture.json' });

/** Threads of a kubelet that does next to nothing. */
export const coldThreads: ThreadsReport = {
  ...slowThreads,
  total: { ...slowThreads.total, userSeconds: 0.2, systemSeconds: 0.1, cores: 0.03 },
};

/** As the script writes it: a disk that takes long, tasks that wait for it, inotify instances used up. */
export const sickNodeFacts: NodeFactsReport = reportNodeFacts(
  [
    '# node-triage node facts 1',
    '# kernel: 6.1.0-18-amd64',
    '# machine: x86_64',
    '# pid: 9',
    '# section: cpu 100.00',
    'cpu  0 0 0 0 0 0 0 0',
    '',
    '# section: disks 100.00',
    '   8       0 sda 0 0 0 0 0 0 0 0 8 0 0',
    '',
    '# section: blocked 100.00',
    'looked threads',
    'task 77 77 5 100 io_schedule io_schedule,jbd2_log_wait_commit,kthread jbd2/sda1-8',
    '',
    '# section: filesystems 101.00',
    '8:0 ext4 /dev/sda /var/lib/kubelet',
    '',
    '# section: load 101.00',
    'loadavg:7.50 6.00 5.00 3/400 900',
    'cpus:4',
    '',
    '# section: inotify 101.00',
    'sys/fs/inotify/max_user_instances:128',
    'sys/fs/inotify/max_user_watches:65536',
    'user 0 127 900',
    'process 55 0 100 700 <b>leaky</b>',
    '',
    '# missing: journal right',
    '# section: cpu 106.00',
    'cpu  100 0 100 1000 900 0 4 0',
    '',
    '# section: disks 106.00',
    '   8       0 sda 0 0 0 0 120 0 960 60000 8 6000 48000',
    '',
    '# section: blocked 106.00',
    'looked threads',
    'task 77 77 5 100 io_schedule io_schedule,jbd2_log_wait_commit,kthread jbd2/sda1-8',
    '',
    '# section: processes 106.00',
    'processes 90 400',
    'row 42 1 S 20 500 60 30 12 25600 kubelet',
    '',
    '# cost: 31',
    '# end: complete',
    '',
  ].join('\n'),
);
