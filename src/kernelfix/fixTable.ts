/**
 * Faults of kernels that make nodes slow, each with the releases that have it: data alone, kernelFixes.ts reads it. A new
 * one is a row here, and its id.
 *
 * Upstream versions are those of the tags that first have the commit. What a distribution carried over stands in `builds`,
 * where a source says so; elsewhere the answer is `unknown` rather than a guess.
 */
import type { KernelVersion } from '../sources/kernel/kernelRelease.js';
import type { KernelFamilyId } from './kernelFamily.js';

export const KERNEL_FIX_IDS = [
  'memcg-stat-5.2',
  'rstat-flush',
  'cfs-quota',
  'slab-per-memcg',
  'kmem-accounting',
  'cgroup-writeback-switch',
  'bpf-jit-leak',
  'ipvs-estimation',
  'leaf-cfs-rq',
  'kernfs-lock',
] as const;
export type KernelFixId = (typeof KERNEL_FIX_IDS)[number];

export type KernelFixState = 'fixed' | 'not-fixed' | 'partly' | 'unknown';

export interface Reference {
  readonly text: string;
  readonly url: string;
}

/** `{0}` in a reason is the release, `{1}` whose it is. */
type Reason = string;

export interface UpstreamSpan {
  readonly from: KernelVersion;
  /** The first release that is no more in it. */
  readonly before: KernelVersion;
  readonly state: Exclude<KernelFixState, 'fixed'>;
  readonly because: Reason;
}

export interface BuildSteps {
  /** Of which version these are builds; fewer numbers stand for all that begin so. */
  readonly base: readonly number[];
  /** Oldest first; the last that a build has reached decides. */
  readonly steps: readonly {
    readonly from: readonly number[];
    readonly state: KernelFixState;
    readonly because: Reason;
  }[];
}

export interface FixRow {
  readonly id: KernelFixId;
  /** The commit or the change, with the version that has it. */
  readonly fix: string;
  readonly fixedIn: KernelVersion;
  /** Releases that have the fault. Those outside of all are fixed, or older than what brought it. */
  readonly spans: readonly UpstreamSpan[];
  readonly builds?: Partial<Readonly<Record<KernelFamilyId, readonly BuildSteps[]>>>;
  /** What to go to, where a distribution has the fix in a kernel of an older number. */
  readonly advice?: Partial<Readonly<Record<KernelFamilyId, string>>>;
  readonly reference: Reference;
}

const FIRST: KernelVersion = [0, 0, 0];
/** One answer for all builds of a version. */
const all = (base: readonly number[], state: KernelFixState, because: Reason): BuildSteps => ({
  base,
  steps: [{ from: [], state, because }],
});
const commit = (hash: string): Reference => ({
  text: `torvalds/linux@${hash.slice(0, 12)}`,
  url: `https://github.com/torvalds/linux/commit/${hash}`,
});

export const FIX_TABLE: readonly FixRow[] = [
  {
    id: 'memcg-stat-5.2',
    fix: 'memory.stat without a walk of all cgroups, 42a300353577 of Linux 5.2',
    fixedIn: [5, 2, 0],
    spans: [
      {
        from: FIRST,
        before: [4, 19, 0],
        state: 'not-fixed',
        because: 'Kernel {0} adds up all memory cgroups, dead ones too, for each line of memory.stat',
      },
      {
        from: [4, 19, 0],
        before: [5, 2, 0],
        state: 'partly',
        because:
          'Kernel {0} walks all memory cgroups once a read (8de7ecc6483b of 4.19), no more once a line',
      },
    ],
    builds: {
      rhel7: [all([3, 10, 0], 'not-fixed', 'No build of {1} is known to have the fix of Linux 5.2')],
      rhel8: [
        {
          base: [4, 18, 0],
          steps: [
            { from: [], state: 'not-fixed', because: '{0} is older than 4.18.0-176, which has the fix' },
            {
              from: [147, 0, 1],
              state: 'unknown',
              because: 'Whether updates of RHEL 8.1 have the fix of 4.18.0-176 is not known',
            },
            { from: [148], state: 'not-fixed', because: '{0} is older than 4.18.0-176, which has the fix' },
            { from: [176], state: 'fixed', because: '{0} has the fix, as all from 4.18.0-176 on' },
          ],
        },
      ],
    },
    advice: {
      rhel7: 'RHEL 8.2 or newer (4.18.0-193), or kernel-lt 5.4 of ELRepo',
      rhel8: '4.18.0-193 (RHEL 8.2) or newer',
    },
    reference: commit('42a300353577ccc17ecc627b8570a89fa1678bec'),
  },
  {
    id: 'rstat-flush',
    fix: 'a tree of statistics for each controller, Linux 6.16',
    fixedIn: [6, 16, 0],
    spans: [
      {
        from: [5, 13, 0],
        before: [6, 8, 0],
        state: 'not-fixed',
        because: 'In kernel {0} each reader flushes the statistics of the whole tree under one lock',
      },
      {
        from: [6, 8, 0],
        before: [6, 16, 0],
        state: 'partly',
        because: 'Kernel {0} flushes one subtree a read (Linux 6.8); readers of cpu.stat still flush memory',
      },
    ],
    reference: {
      text: 'mm: memcg: per-memcg flushing',
      url: 'https://patchwork.kernel.org/project/linux-mm/patch/20231010032117.1577496-4-yosryahmed@google.com/mbox/',
    },
  },
  {
    id: 'cfs-quota',
    fix: 'CPU-local slices that do not expire, de53fd7aedb1 of Linux 5.4, 4.19.84 and 4.14.154',
    fixedIn: [5, 4, 0],
    spans: [
      {
        from: [4, 14, 95],
        before: [4, 14, 154],
        state: 'not-fixed',
        because: 'Kernel {0} throttles below the limit: 4.14.95 to 4.14.153 have 512ac999 and lack de53fd7a',
      },
      {
        from: [4, 18, 0],
        before: [4, 19, 84],
        state: 'not-fixed',
        because: 'Kernel {0} throttles below the limit: 4.18 to 4.19.83 have 512ac999 and lack de53fd7a',
      },
      {
        from: [4, 20, 0],
        before: [5, 4, 0],
        state: 'not-fixed',
        because: 'Kernel {0} throttles below the limit: up to 5.3 it has 512ac999 and lacks de53fd7a',
      },
    ],
    builds: {
      // Buster's ABI numbers: -6 is 4.19.67, -8 is 4.19.98.
      debian: [
        {
          base: [4, 19, 0],
          steps: [
            { from: [1], state: 'not-fixed', because: '{0} is older than 4.19.84' },
            { from: [7], state: 'unknown', because: 'Which update of 4.19 {0} is, uname -v tells' },
            { from: [8], state: 'fixed', because: '{0} is 4.19.98 or newer' },
          ],
        },
      ],
      ubuntu: [
        all([4, 15], 'unknown', 'Ubuntu carried both changes over to 4.15: the changelog of {0} tells'),
      ],
    },
    advice: {
      amazon: '4.14.154-128.181.amzn2 or newer',
      rhel7: 'the newest kernel of RHEL 7, and look for de53fd7a in rpm -q --changelog kernel',
    },
    reference: commit('de53fd7aedb100f03e5d2231cfce0e4993282425'),
  },
  {
    id: 'slab-per-memcg',
    fix: 'one set of slab caches for all cgroups, the series of d797b7d05405 of Linux 5.9',
    fixedIn: [5, 9, 0],
    spans: [
      {
        from: FIRST,
        before: [5, 9, 0],
        state: 'not-fixed',
        because: 'Kernel {0} makes slab caches of their own for each memory cgroup',
      },
    ],
    builds: {
      rhel7: [
        all([3, 10, 0], 'not-fixed', 'Kernels of {1} make slab caches of their own for each memory cgroup'),
      ],
    },
    reference: {
      text: 'mm: memcg/slab: use a single set of kmem_caches',
      url: 'https://code.googlesource.com/linux/torvalds/linux/+/d797b7d05405c519f7b62ea69a75cea1883863b2%5E',
    },
  },
  {
    id: 'kmem-accounting',
    fix: 'slab caches of dead cgroups that are let go of, Linux 4.0',
    fixedIn: [4, 0, 0],
    spans: [
      {
        from: FIRST,
        before: [4, 0, 0],
        state: 'not-fixed',
        because: 'Kernel {0} never lets go of the slab caches of a dead memory cgroup',
      },
    ],
    builds: {
      rhel7: [
        {
          base: [3, 10, 0],
          steps: [
            {
              from: [],
              state: 'not-fixed',
              because:
                'Kernel {0} never lets go of the slab caches of a dead memory cgroup, nor heeds nokmem',
            },
            {
              from: [1062, 4, 1],
              state: 'partly',
              because: 'Kernel {0} heeds cgroup.memory=nokmem; without it slab caches of dead cgroups stay',
            },
          ],
        },
      ],
    },
    advice: {
      rhel7:
        '3.10.0-1062.4.1 or newer with cgroup.memory=nokmem on the kernel command line, or RHEL 8 or newer',
    },
    reference: { text: 'docker/for-linux#841', url: 'https://github.com/docker/for-linux/issues/841' },
  },
  {
    id: 'cgroup-writeback-switch',
    fix: 'one worker for each target of a switch, e1b849cfa6b6 of Linux 6.18',
    fixedIn: [6, 18, 0],
    spans: [
      // The line of the stable series that a report tells the numbers of.
      {
        from: [6, 6, 0],
        before: [6, 6, 142],
        state: 'not-fixed',
        because: 'Kernel {0} lacks the fix: on 6.6.141 the fault was reproduced, on 6.6.150 it was not',
      },
      {
        from: [5, 14, 0],
        before: [6, 6, 150],
        state: 'unknown',
        because:
          'Since 5.14 inodes of dead cgroups are switched; whether {0} has the fix of 6.18 is not known',
      },
      {
        from: [6, 7, 0],
        before: [6, 18, 0],
        state: 'unknown',
        because: 'The fix is of Linux 6.18; whether {0} has it is not known',
      },
    ],
    advice: { azurelinux: '6.6.150.1 or newer' },
    reference: {
      text: 'microsoft/azurelinux#18443',
      url: 'https://github.com/microsoft/azurelinux/issues/18443',
    },
  },
  {
    id: 'bpf-jit-leak',
    fix: 'seccomp filters that a failed fork lets go of, a1140cb215fa of Linux 6.2',
    fixedIn: [6, 2, 0],
    spans: [
      {
        from: [5, 10, 165],
        before: [5, 10, 178],
        state: 'not-fixed',
        because:
          'Kernel {0} keeps seccomp filters of forks that failed, as 5.10.165 to 5.10.177 were seen to do',
      },
      {
        from: FIRST,
        before: [5, 10, 165],
        state: 'unknown',
        because: 'Whether {0} keeps seccomp filters of forks that failed, bpf_jit in vmallocinfo tells',
      },
      {
        from: [5, 11, 0],
        before: [6, 2, 0],
        state: 'unknown',
        because: 'Whether {0} keeps seccomp filters of forks that failed, bpf_jit in vmallocinfo tells',
      },
    ],
    advice: { amazon: '5.10.178-162.673.amzn2 or newer' },
    reference: {
      text: 'awslabs/amazon-eks-ami#1219',
      url: 'https://github.com/awslabs/amazon-eks-ami/issues/1219',
    },
  },
  {
    id: 'ipvs-estimation',
    fix: 'estimation in kernel threads, Linux 6.2',
    fixedIn: [6, 2, 0],
    spans: [
      {
        from: FIRST,
        before: [6, 2, 0],
        state: 'not-fixed',
        because: 'Kernel {0} goes through all IPVS entries in one timer softirq, every 2 s',
      },
    ],
    builds: {
      rhel7: [all([3, 10, 0], 'not-fixed', 'Kernel {0} goes through all IPVS entries in one timer softirq')],
    },
    reference: {
      text: 'Alibaba Cloud: IPVS estimation and network jitter',
      url: 'https://alibabacloud.com/help/en/alinux/user-guide/disable-the-estimation-feature-of-ipvs',
    },
  },
  {
    id: 'leaf-cfs-rq',
    fix: 'idle CPU cgroups off the list that load balancing walks, Linux 5.1',
    fixedIn: [5, 1, 0],
    spans: [
      {
        from: FIRST,
        before: [4, 13, 0],
        state: 'not-fixed',
        because: 'Kernel {0} walks all CPU cgroups when it balances load',
      },
      {
        from: [4, 13, 0],
        before: [5, 1, 0],
        state: 'unknown',
        because:
          'The fix of 4.13 was taken back in 4.20 and in updates of the series before: {0} may lack it',
      },
    ],
    reference: {
      text: 'sched/fair: Fix O(nr_cgroups) in load balance path',
      url: 'https://edge.launchpad.net/~mimi0213kimo/+archive/ubuntu/cfs-rq-clean',
    },
  },
  {
    id: 'kernfs-lock',
    fix: 'a lock of kernfs that readers share, Linux 5.15',
    fixedIn: [5, 15, 0],
    spans: [
      {
        from: FIRST,
        before: [5, 15, 0],
        state: 'not-fixed',
        because: 'In kernel {0} all lookups in /sys, cgroups too, take one mutex',
      },
    ],
    reference: {
      text: 'containerd/containerd#11718',
      url: 'https://github.com/containerd/containerd/issues/11718',
    },
  },
];
