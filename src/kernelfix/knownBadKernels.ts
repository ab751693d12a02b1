/**
 * Releases with a regression that made nodes slow or hang, each from a public report. A new one is a row here: no code. A
 * row without a report to point to is not added.
 */
import type { Reference } from './fixTable.js';
import { compareNumbers, type IdentifiedKernel, type KernelFamilyId } from './kernelFamily.js';

export interface BadKernel {
  /** Undefined: of any builder. */
  readonly families: readonly KernelFamilyId[] | undefined;
  /** Version and build, from the first bad one; `[5, 4, 217, 126, 408]` is `5.4.217-126.408`. */
  readonly from: readonly number[];
  /** The first good one. */
  readonly before: readonly number[];
  /** Of the flavours of a distribution that number their builds alone. */
  readonly flavour?: RegExp;
  /** What it does, as the end of a sentence. */
  readonly fault: string;
  /** The release to go to. */
  readonly goTo: string;
  /** What logs and Events of such a node say. */
  readonly symptom: RegExp;
  /** Many releases over months, most of whose nodes were well: the symptom alone may have another cause. */
  readonly isLongSeries: boolean;
  readonly reference: Reference;
}

const STUCK_RUNTIME =
  /PLEG is not healthy|context deadline exceeded|DeadlineExceeded|blocked for more than \d+ seconds|runc\b.{0,80}(?:hang|stuck)/iu;
const LOCKED_UP = /soft lockup|rcu_sched self-detected stall/iu;

export const BAD_KERNELS: readonly BadKernel[] = [
  {
    families: ['amazon'],
    from: [5, 4, 217, 126, 408],
    before: [5, 4, 219, 126, 411],
    fault: 'epoll loses a wake-up, runc and shims hang, and with them PLEG',
    goTo: '5.4.219-126.411.amzn2 or newer (EKS AMI v20221104)',
    symptom: STUCK_RUNTIME,
    isLongSeries: false,
    reference: {
      text: 'awslabs/amazon-eks-ami#1071',
      url: 'https://github.com/awslabs/amazon-eks-ami/issues/1071',
    },
  },
  {
    families: ['ubuntu'],
    from: [5, 4, 0, 132],
    before: [5, 4, 0, 135],
    flavour: /-(?:generic|lowlatency)/u,
    fault: 'epoll loses a wake-up, and containerd and runc time out now and then',
    goTo: '5.4.0-135 or newer',
    symptom: STUCK_RUNTIME,
    isLongSeries: false,
    reference: {
      text: 'containerd/containerd#7717',
      url: 'https://github.com/containerd/containerd/issues/7717',
    },
  },
  {
    families: ['azurelinux'],
    from: [6, 6, 141],
    before: [6, 6, 150],
    fault: 'switching the inodes of a deleted pod to another cgroup locks up the CPUs',
    goTo: '6.6.150.1 or newer',
    symptom: /inode_switch_wbs|soft lockup/iu,
    isLongSeries: false,
    reference: {
      text: 'microsoft/azurelinux#18443',
      url: 'https://github.com/microsoft/azurelinux/issues/18443',
    },
  },
  {
    families: ['amazon'],
    from: [4, 14, 165],
    before: [4, 14, 203, 156, 332],
    fault: 'writeback soft-locks up under much disk writing',
    goTo: '4.14.203-156.332.amzn2 or newer',
    symptom: LOCKED_UP,
    isLongSeries: true,
    reference: {
      text: 'awslabs/amazon-eks-ami#454',
      url: 'https://github.com/awslabs/amazon-eks-ami/issues/454',
    },
  },
  {
    families: ['amazon'],
    from: [6, 1, 115],
    before: [6, 1, 119],
    fault: 'io_uring leaves processes (Node.js above all) in uninterruptible sleep',
    goTo: '6.1.119-129.201.amzn2023 or newer',
    symptom: /io_uring|io_ring|blocked for more than \d+ seconds/iu,
    isLongSeries: false,
    reference: {
      text: 'amazonlinux/amazon-linux-2023#840',
      url: 'https://github.com/amazonlinux/amazon-linux-2023/issues/840',
    },
  },
  {
    families: ['flatcar'],
    from: [5, 15, 62],
    before: [5, 15, 86],
    fault: 'ext4 deadlocks under load, and everything that writes hangs',
    goTo: 'Flatcar 3374.2.3 (5.15.86 with the fix) or upstream 5.15.87',
    symptom: /\b(?:ext4|jbd2|mb_cache)_\w+|blocked for more than \d+ seconds/iu,
    isLongSeries: true,
    reference: { text: 'flatcar/Flatcar#847', url: 'https://github.com/flatcar/Flatcar/issues/847' },
  },
  {
    families: ['ubuntu'],
    from: [4, 15, 0],
    before: [4, 15, 0, 1040],
    flavour: /-azure/u,
    fault: 'dockerd locks up in uninterruptible sleep',
    goTo: '4.15.0-1040-azure or newer',
    symptom: /fsnotify_destroy|dockerd:\d+ blocked for more than \d+ seconds/iu,
    isLongSeries: true,
    reference: { text: 'Azure/AKS#838', url: 'https://github.com/Azure/AKS/issues/838' },
  },
];

export function findBadKernel(kernel: IdentifiedKernel): BadKernel | undefined {
  // The third number of `6.6.141.1-1` is followed by another one, which parseKernelRelease passes over.
  const numbers = [...kernel.version, ...kernel.build];
  return BAD_KERNELS.find(
    bad =>
      bad.families?.includes(kernel.id) !== false &&
      bad.flavour?.test(kernel.release) !== false &&
      compareNumbers(numbers, bad.from) >= 0 &&
      compareNumbers(numbers, bad.before) < 0,
  );
}
