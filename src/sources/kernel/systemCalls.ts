/**
 * System calls by name, as strace prints them: the kernel's entry, the function that does the work, the manual page.
 */
import { entryOf } from '../../base/jsonFields.js';
import type { KernelLink, SourceFacts } from '../frame/frame.js';
import { fillTemplate, type SourceTemplates } from '../frame/frameUrl.js';
import { buildKernelLink } from './kernelLink.js';
import { isAtLeast, parseKernelRelease, type KernelVersion } from './kernelRelease.js';

/** Where the work is done, for the calls a kubelet makes most; for all others the entry is what there is to show. */
const WORKERS: Readonly<Record<string, string>> = {
  clone: 'copy_process',
  clone3: 'copy_process',
  clock_nanosleep: 'hrtimer_nanosleep',
  epoll_pwait: 'ep_poll',
  epoll_wait: 'ep_poll',
  exit: 'do_exit',
  exit_group: 'do_exit',
  fork: 'copy_process',
  futex: 'do_futex',
  getdents: 'iterate_dir',
  getdents64: 'iterate_dir',
  inotify_add_watch: 'inotify_update_watch',
  madvise: 'do_madvise',
  nanosleep: 'hrtimer_nanosleep',
  openat2: 'do_sys_openat2',
  pread64: 'vfs_read',
  pwrite64: 'vfs_write',
  read: 'vfs_read',
  statx: 'vfs_statx',
  vfork: 'copy_process',
  write: 'vfs_write',
};

/** Calls whose worker was renamed: the first version with the new name, the new name, the old one. */
const RENAMED: Readonly<
  Record<string, readonly [major: number, minor: number, now: string, before: string]>
> = {
  open: [5, 6, 'do_sys_openat2', 'do_sys_open'],
  openat: [5, 6, 'do_sys_openat2', 'do_sys_open'],
  stat: [4, 11, 'vfs_statx', 'vfs_fstatat'],
  lstat: [4, 11, 'vfs_statx', 'vfs_fstatat'],
  newfstatat: [4, 11, 'vfs_statx', 'vfs_fstatat'],
};

/** Pages whose name differs from the call's. */
const PAGES: Readonly<Record<string, string>> = {
  exit: '_exit',
  epoll_pwait: 'epoll_wait',
  fstat: 'stat',
  getdents64: 'getdents',
  lstat: 'stat',
  newfstatat: 'stat',
  pread64: 'pread',
  prlimit64: 'prlimit',
  pwrite64: 'pwrite',
  rt_sigaction: 'sigaction',
  rt_sigprocmask: 'sigprocmask',
  rt_sigreturn: 'sigreturn',
  openat: 'open',
};

/** The function that does the work of a call; undefined `version` stands for a kernel newer than all moves. */
export function findSystemCallWorker(call: string, version: KernelVersion | undefined): string {
  const renamed = entryOf(RENAMED, call);
  if (renamed) {
    const [major, minor, now, before] = renamed;
    return version === undefined || isAtLeast(version, major, minor) ? now : before;
  }
  return entryOf(WORKERS, call) ?? `sys_${call}`;
}

export interface SystemCallLinks {
  readonly manual: string;
  /** `sys_futex`: where the call comes in. */
  readonly entry: KernelLink;
  /** Where it does its work; the same as `entry` where nothing nearer is known. */
  readonly worker: KernelLink;
}

/** Links of one system call of a trace. */
export function buildSystemCallLinks(
  call: string,
  facts: SourceFacts,
  templates: SourceTemplates,
): SystemCallLinks {
  const kernel = facts.kernelVersion === undefined ? undefined : parseKernelRelease(facts.kernelVersion);
  const worker = findSystemCallWorker(call, kernel?.version);
  return {
    manual: fillTemplate(templates.manual, { page: entryOf(PAGES, call) ?? call }),
    entry: buildKernelLink(`sys_${call}`, facts, templates),
    worker: buildKernelLink(worker, facts, templates),
  };
}
