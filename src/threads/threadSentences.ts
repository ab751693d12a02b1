/**
 * Every sentence about sampled threads (verdict.ts, analyse.ts, kernelfix/threadVerdict.ts), in English, by what it says. A
 * test finds one without a translation. Counts stand behind a colon: no number needs another form of a word.
 */
import type { FindingId } from '../base/finding.js';
import { WHOLE_PROGRAM_TEXT } from '../kubelet/wholeProgram.js';

export const THREAD_FINDING_TEXTS = {
  'slow-memory-stat':
    'The process reads memory.stat of cgroups, and the kernel takes long to make it: one is open {0} of the time.',
  'kernel-cpu':
    'Most of its CPU is spent inside the kernel, in system calls. A CPU profile shows such time less than it was, and strace shows it as waiting.',
  'too-little': 'Too few samples to say anything.',
  idle: 'Nothing here is unusual: the threads wait for work, and the process uses little CPU.',
  'user-cpu': 'Most of its CPU is spent in its own code.',
  'waits-for-disk':
    'Threads are in uninterruptible sleep (state D): they wait for a disk, a network file system or a lock of the kernel.',
  'waits-for-cpu': 'Its threads wait for a CPU {0} of the time that they want one.',
  'cpu-limited':
    'Its threads wait for a CPU {0} of the time that they want one, although the node has idle ones: a CPU limit throttles it, or it may use some CPUs only.',
  'node-cpu-short':
    'Its threads wait for a CPU {0} of the time that they want one: the node is short of CPUs.',
  stopped:
    'Threads were stopped: something traces the process (strace, a debugger) or sent SIGSTOP. While it lasts, the process does no work.',
  'other-process': 'Other processes of the node use more CPU than this one.',
} as const satisfies Readonly<Partial<Record<FindingId, string>>>;

export const THREAD_EVIDENCE_TEXTS = {
  rounds: 'rounds of samples: {0}',
  cpu: '{0} cores: {1} in the kernel, {2} in the program',
  statOpen:
    'looks that found a memory.stat open: {0} of {1} ({2} of the time, with 95 % certainty {4} at least; where reads are quick, below 1 %); cgroups: {3}',
  statStaysOpen: 'the same one stayed open for {0} ms or more',
  statMostOpen: 'most often {0}; looks: {1}',
  statBurning: 'rounds with one open and a thread in the kernel on a CPU: {0}',
  statReads: 'samples inside a read of it: {0}',
  statFunction: 'samples with {0} on the kernel stack: {1}',
  statMadeBy: 'Linux {0} makes the file in {1}',
  statMadeByBoth: 'Linux {0} makes the file in {1}, and in it {2}',
  systemTime: 'most time in the kernel, by thread: {0}',
  fileBurning: '{0} was open with a thread in the kernel on a CPU; rounds: {1}',
  diskSamples:
    'samples in state D: {0}; threads: {1}; rounds: {2} ({3} of the time, with 95 % certainty {4} at least)',
  diskCall: 'most often in {0}',
  diskCallIn: 'most often in {0} ({1})',
  diskCallOn: 'most often in {0} on {1}',
  diskCallOnIn: 'most often in {0} on {1} ({2})',
  runDelay: '{0} s of waiting for a CPU in {1} s, all threads together',
  nodeIdle: 'CPU of the node that was idle: {0} of {1} cores',
  nodeIdleAlone: 'CPU of the node that was idle: {0} cores',
  whoHas: 'who has the CPUs: {0}',
  unnamed:
    'CPU of no process that was there at both looks: {0} cores, of programs that started and ended in between (probes, runc) or of interrupts',
  steal: 'CPU that the hypervisor gave to other machines: {0} cores',
  stopped: 'samples in state T or t: {0}; threads: {1}',
  otherProcess: '{0} ({1}): {2} cores, {3} user and {4} system',
} as const;

export const THREAD_DOUBT_TEXTS = {
  notWho: 'Who has the CPUs this sample does not know: its second look at the processes is missing.',
  noReadSeen: 'No sample shows a thread inside such a read: it is concluded from the files that were open.',
  noCallNamed:
    'The kernel names no call of a thread that is on a CPU: where the time goes is concluded from open files and CPU ticks.',
} as const;

/** What to measure next. */
export const THREAD_CONFIRM_TEXTS = {
  cgroups: 'Check cgroup health: it times reads of memory.stat.',
  profile: 'Take a CPU profile: it shows the functions.',
  calls: 'Trace its system calls: they show which ones the time goes to.',
  triage: 'Triage the node: it says what of this is the cause.',
} as const;

export const THREAD_WARNING_TEXTS = {
  cut: 'The file is cut off: its last round and the CPU of the processes are missing.',
  gone: 'Process {0} ended while it was sampled.',
  limit: 'The samples reached their size limit and end early.',
  fewer: 'Rounds taken: {0} of {1}, so that sampling costs little.',
  noStacks:
    'Kernel stacks could not be read (that takes CAP_SYS_ADMIN): the function a thread sleeps in stands for them.',
  wholeProgram: WHOLE_PROGRAM_TEXT,
  files:
    'Files that are open were listed up to a limit: of {0} open ones the others are in no table, and no call is shown with them.',
  processes: 'Only {0} processes of the node were counted; the others are in no table.',
  unparsed: 'Lines that are no thread samples: {0}.',
} as const;
