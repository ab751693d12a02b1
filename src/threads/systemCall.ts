/**
 * /proc/PID/syscall in words: which call a thread is in, and what of its arguments tells something. Source:
 * Documentation of proc(5); the numbers are base/syscallNumbers.ts's.
 */
import { syscallName, type Architecture } from '../base/syscallNumbers.js';

export interface CallInProgress {
  readonly syscall: string;
  /** `FUTEX_WAIT_PRIVATE val 0`, `fd 12`; may be empty. */
  readonly detail: string;
  /** First argument of calls that take a file descriptor. */
  readonly descriptor: number | undefined;
}

/** Calls whose first argument is a file descriptor, of those a program waits or works in. */
const DESCRIPTOR_CALLS =
  /^(?:p?(?:read|write)(?:v2?|64)?|getdents(?:64)?|fstat|fsync|fdatasync|ftruncate|fallocate|flock|fcntl|lseek|ioctl|close|splice|sendfile|recv(?:from|m?msg)|send(?:to|m?msg)|accept4?|connect|shutdown|epoll_p?wait2?|epoll_ctl|fstatfs|inotify_add_watch)$/;

/** futex(2); uapi/linux/futex.h. */
const FUTEX_OPERATIONS: readonly string[] = [
  'WAIT',
  'WAKE',
  'FD',
  'REQUEUE',
  'CMP_REQUEUE',
  'WAKE_OP',
  'LOCK_PI',
  'UNLOCK_PI',
  'TRYLOCK_PI',
  'WAIT_BITSET',
  'WAKE_BITSET',
  'WAIT_REQUEUE_PI',
  'CMP_REQUEUE_PI',
  'LOCK_PI2',
];
const FUTEX_PRIVATE = 0x80;
const FUTEX_CLOCK_REALTIME = 0x100;

/** `uname -m` → the architecture whose numbers are known. */
export function architectureOf(machine: string | undefined): Architecture | undefined {
  if (machine === 'x86_64' || machine === 'amd64') return 'amd64';
  return machine === 'aarch64' || machine === 'arm64' ? 'arm64' : undefined;
}

/** Undefined for a thread on a CPU, and for one that the kernel stopped outside of a call. */
export function decodeSystemCall(
  text: string | undefined,
  architecture: Architecture | undefined,
): CallInProgress | undefined {
  const [number, ...values] = (text ?? '').split(' ');
  if (number === undefined || !/^\d+$/.test(number)) return undefined;
  const syscall =
    architecture === undefined ? `syscall_${number}` : syscallName(Number(number), architecture);
  const descriptor = DESCRIPTOR_CALLS.test(syscall) ? toDescriptor(values[0]) : undefined;
  return { syscall, detail: describeArguments(syscall, values, descriptor), descriptor };
}

function describeArguments(
  syscall: string,
  values: readonly string[],
  descriptor: number | undefined,
): string {
  if (syscall === 'futex') return describeFutex(Number(values[1]), Number(values[2]));
  if (descriptor !== undefined) return `fd ${descriptor}`;
  return '';
}

function describeFutex(operation: number, value: number): string {
  const number = operation & ~(FUTEX_PRIVATE | FUTEX_CLOCK_REALTIME);
  const name = FUTEX_OPERATIONS[number];
  if (name === undefined) return '';
  const suffix = (operation & FUTEX_PRIVATE) !== 0 ? '_PRIVATE' : '';
  // The kernel takes 32 bits of it.
  return `FUTEX_${name}${suffix} val ${value % 2 ** 32}`;
}

/** The kernel takes the lower 32 bits, signed: AT_FDCWD is -100. */
function toDescriptor(value: string | undefined): number | undefined {
  if (value === undefined || !/^0x[0-9a-f]+$/.test(value)) return undefined;
  return Number(BigInt.asIntN(32, BigInt(value)));
}
