import { describe, expect, it } from 'vitest';
import { parseLine } from '../../../src/strace/parseLine.js';

/** Calls as `tid syscall(arguments) = result`, for one-line expectations. */
function shown(line: string): string {
  const parsed = parseLine(line);
  const head = `${parsed.kind} ${parsed.tid}`;
  switch (parsed.kind) {
    case 'call':
      return `${head} ${parsed.syscall}(${parsed.argumentText}) = ${parsed.result.text}${parsed.result.isError ? '!' : ''}`;
    case 'start':
      return `${head} ${parsed.syscall}(${parsed.argumentText}${parsed.isDetached ? ' detached' : ''}`;
    case 'end':
      return `${head} ${parsed.syscall} ${parsed.argumentText}= ${parsed.result?.text ?? 'unfinished'}`;
    case 'signal':
      return `${head} ${parsed.signal}`;
    default:
      return 'text' in parsed ? `${head} ${parsed.text}` : head;
  }
}

describe('a line of strace', () => {
  it.each([
    // prefixes: none, -f on a terminal, -f -o, --decode-pids=comm
    ['close(3)                                = 0', 'call 0 close(3) = 0'],
    ['[pid 11612] close(3) = 0', 'call 11612 close(3) = 0'],
    ['[pid  4203] close(3) = 0', 'call 4203 close(3) = 0'],
    ['[pid 12<kubelet>] close(3) = 0', 'call 12 close(3) = 0'],
    ['23127 close(3) = 0', 'call 23127 close(3) = 0'],
    ['23127<kubelet> close(3) = 0', 'call 23127 close(3) = 0'],
    // results: value, address, errno, restart codes, text behind it, decoded descriptor, none
    ['read(3, "", 10) = -1 EAGAIN (Resource temporarily unavailable)', 'call 0 read(3, "", 10) = EAGAIN!'],
    ['mmap(NULL, 8) = 0x7f00', 'call 0 mmap(NULL, 8) = 0x7f00'],
    ['fcntl(1, F_GETFL) = 0x8000 (flags O_RDONLY|O_LARGEFILE)', 'call 0 fcntl(1, F_GETFL) = 0x8000'],
    [
      'openat(AT_FDCWD, "/a b", O_RDONLY) = 5</a b(deleted)>',
      'call 0 openat(AT_FDCWD, "/a b", O_RDONLY) = 5',
    ],
    [
      'futex(0x1, FUTEX_WAIT_PRIVATE, 0, NULL) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)',
      'call 0 futex(0x1, FUTEX_WAIT_PRIVATE, 0, NULL) = ERESTARTSYS!',
    ],
    ['exit_group(0) = ?', 'call 0 exit_group(0) = ?'],
    // a string that holds what ends a call
    ['write(1, ") = 7 <0.1>", 11) = 11 <0.000004>', 'call 0 write(1, ") = 7 <0.1>", 11) = 11'],
    ['write(1, "x) = 1\\n", 7 <unfinished ...>', 'start 0 write(1, "x) = 1\\n", 7'],
    // musl's texts: only the name counts
    [
      'futex(0x1, FUTEX_WAIT, 0, {1, 5}) = -1 ETIMEDOUT (Operation timed out)',
      'call 0 futex(0x1, FUTEX_WAIT, 0, {1, 5}) = ETIMEDOUT!',
    ],
    // halves
    [
      '[pid 7] futex(0x1, FUTEX_WAIT_PRIVATE, 0, NULL <unfinished ...>',
      'start 7 futex(0x1, FUTEX_WAIT_PRIVATE, 0, NULL',
    ],
    [
      '7 futex(0x1, FUTEX_WAKE_PRIVATE, 1 <detached ...>',
      'start 7 futex(0x1, FUTEX_WAKE_PRIVATE, 1 detached',
    ],
    ['7 <... futex resumed>) = 0 <0.000148>', 'end 7 futex = 0'],
    ['7 <... futex resumed> ) = 0', 'end 7 futex = 0'],
    ['7 <... read resumed>"abc", 10) = 3', 'end 7 read "abc", 10= 3'],
    ['7 <... futex resumed> <unfinished ...>) = ?', 'end 7 futex = unfinished'],
    [
      'restart_syscall(<... resuming interrupted futex ...>) = -1 ETIMEDOUT (Connection timed out)',
      'call 0 restart_syscall(<... resuming interrupted futex ...>) = ETIMEDOUT!',
    ],
    // not calls
    ['7 --- SIGURG {si_signo=SIGURG, si_code=SI_TKILL} ---', 'signal 7 SIGURG'],
    ['7 +++ exited with 0 +++', 'exit 7 +++ exited with 0 +++'],
    ['strace: Process 4203 attached', 'message 0 strace: Process 4203 attached'],
    ['/usr/bin/strace: Process 4203 detached', 'message 0 /usr/bin/strace: Process 4203 detached'],
    ['command terminated with exit code 130', 'unparsed 0 command terminated with exit code 130'],
    ['', 'blank 0'],
    ['close(3) = 0\r', 'call 0 close(3) = 0'],
  ])('%s', (line, expected) => {
    expect(shown(line)).toBe(expected);
  });

  it.each([
    ['08:38:02 close(3) = 0', { kind: 'clock', secondsOfDay: 31082 }],
    ['7 08:38:02.500000 close(3) = 0', { kind: 'clock', secondsOfDay: 31082.5 }],
    ['1601546400.250000 close(3) = 0', { kind: 'epoch', seconds: 1601546400.25 }],
    ['     0.000012 close(3) = 0', { kind: 'relative', seconds: 0.000012 }],
    ['08:38:02 (+     0.000012) close(3) = 0', { kind: 'clock', secondsOfDay: 31082 }],
    ['close(3) = 0', undefined],
  ])('time of %s', (line, time) => {
    const parsed = parseLine(line);
    expect(parsed.time).toEqual(time);
    expect(parsed.kind).toBe('call');
  });

  it('reads the duration of -T', () => {
    expect(parseLine('close(3) = 0 <0.000014>')).toMatchObject({ result: { durationSeconds: 0.000014 } });
  });
});
