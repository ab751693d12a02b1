/**
 * Calls that were slow although they should be quick: what is left when all that waits by its nature is taken off. Knows
 * which calls and which files wait; what the rest means is slowVerdict.ts.
 *
 * A read waits or works depending on its file. Where the trace names the file, its kind tells. Where it has a number only,
 * a read counts if the same descriptor came to its end right after: files end, and streams of events (inotify, sockets,
 * pipes that are held open) do not. A read that moved no bytes waited for the other end to close.
 */
import type { CallRecord } from './callRecord.js';

/** A call that takes longer than this holds a thread visibly: sysmon hands off its P after 10 ms (runtime/proc.go). */
export const SLOW_CALL_SECONDS = 1e-3;

/**
 * Wait by design, each by its man page in section 2: for events, time, other processes (clone: CLONE_VFORK, with which Go
 * starts programs, waits for their execve), locks and the network. sched_yield waits for its turn on the CPU.
 */
const WAITING_CALLS = new Set(
  [
    'futex futex_time64 futex_wait futex_waitv futex_requeue futex_wake',
    'epoll_wait epoll_pwait epoll_pwait2 poll ppoll select pselect6 io_getevents io_pgetevents io_uring_enter',
    'nanosleep clock_nanosleep sched_yield pause restart_syscall',
    'wait4 waitid clone clone3 vfork ptrace rt_sigtimedwait rt_sigsuspend',
    'flock semop semtimedop msgrcv msgsnd mq_timedreceive mq_timedsend',
    'accept accept4 connect recvfrom recvmsg recvmmsg sendto sendmsg sendmmsg splice tee',
  ].flatMap(names => names.split(' ')),
);

/** Reads at the file's own offset; pread64 and preadv fail on what has none. */
const STREAM_READS = new Set(['read', 'readv']);

/** First argument is a descriptor of a stream. */
const STREAM_CALLS = new Set(
  [
    'inotify_add_watch inotify_rm_watch fanotify_mark timerfd_settime timerfd_gettime',
    'bind listen accept accept4 connect shutdown getsockname getpeername setsockopt getsockopt',
    'recvfrom recvmsg recvmmsg sendto sendmsg sendmmsg',
  ].flatMap(names => names.split(' ')),
);

/** What strace -y calls files without a path, and paths that block until there is something: devices, logs of the kernel. */
const WAITING_FILE =
  /^(?:[A-Za-z_-]+\d*:|\/dev\/(?!shm\/)|\/proc\/kmsg$|\/sys\/kernel\/(?:debug\/)?tracing\/.*_pipe)/;

const NAMES_DESCRIPTOR = new Set([
  ...STREAM_READS,
  ...STREAM_CALLS,
  'pread64',
  'preadv',
  'getdents64',
  'fstat',
  'close',
]);

/** The first argument is a file descriptor worth keeping. */
export function takesDescriptor(syscall: string): boolean {
  return NAMES_DESCRIPTOR.has(syscall);
}

/** Finished calls of {@link SLOW_CALL_SECONDS} or more that do not wait by nature, in the order given. One pass. */
export function findSlowCalls(calls: readonly CallRecord[]): readonly CallRecord[] {
  const streams = new Set(
    calls.filter(({ syscall }) => STREAM_CALLS.has(syscall)).map(({ descriptor }) => descriptor),
  );
  const slow = new Set<CallRecord>();
  const reads = new UnnamedReads(slow);
  for (const call of calls) {
    const { syscall, descriptor, file } = call;
    if (syscall === 'close') reads.forget(descriptor);
    if (STREAM_READS.has(syscall) && file === undefined) {
      if (descriptor !== undefined && !streams.has(descriptor)) reads.add(descriptor, call);
    } else if (isSlow(call) && !waits(call)) slow.add(call);
  }
  return calls.filter(call => slow.has(call));
}

/**
 * Reads whose file is not known, until the next result of their descriptor tells what it is. Of whichever thread: a
 * goroutine often goes on in another one after a long call.
 */
class UnnamedReads {
  private readonly undecided = new Map<number, CallRecord[]>();

  constructor(private readonly slow: Set<CallRecord>) {}

  add(descriptor: number, call: CallRecord): void {
    const before = this.undecided.get(descriptor) ?? [];
    this.undecided.delete(descriptor);
    if (call.result === '0') for (const read of before) this.slow.add(read);
    else if (movedBytes(call)) this.undecided.set(descriptor, isSlow(call) ? [...before, call] : before);
  }

  forget(descriptor: number | undefined): void {
    if (descriptor !== undefined) this.undecided.delete(descriptor);
  }
}

function isSlow({ durationSeconds }: CallRecord): boolean {
  return (durationSeconds ?? 0) >= SLOW_CALL_SECONDS;
}

function movedBytes({ result, isError }: CallRecord): boolean {
  return !isError && Number(result) > 0;
}

function waits({ syscall, file }: CallRecord): boolean {
  if (WAITING_CALLS.has(syscall)) return true;
  return STREAM_READS.has(syscall) && file !== undefined && WAITING_FILE.test(file.path);
}
