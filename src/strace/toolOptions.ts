/**
 * Which options a version of strace knows. Source: NEWS of strace; the version named is the first that has the option.
 * Nothing here runs anything.
 */

export interface StraceVersion {
  readonly major: number;
  readonly minor: number;
}

/** `strace -- version 6.1`, `strace -- version 4.24`, `strace -- version 5.5-dirty`; undefined for other text. */
export function parseStraceVersion(text: string): StraceVersion | undefined {
  const found = /^strace -- version (\d+)\.(\d+)/m.exec(text);
  return found === null ? undefined : { major: Number(found[1]), minor: Number(found[2]) };
}

/**
 * 4.8 attaches by PTRACE_SEIZE. Before, it stopped every thread by SIGSTOP, which outlives a strace that was killed:
 * no kubelet is traced by such a one.
 */
export const OLDEST_STRACE: StraceVersion = { major: 4, minor: 8 };

export function isAtLeast(version: StraceVersion, { major, minor }: StraceVersion): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}

interface VersionedOption {
  readonly since: StraceVersion;
  readonly words: readonly string[];
}

const since = (major: number, minor: number, ...words: readonly string[]): VersionedOption => ({
  since: { major, minor },
  words,
});

/** For every trace: what the kubelet starts (mount, du, CSI helpers) is let go when it runs a program of its own. */
const ALWAYS: readonly VersionedOption[] = [since(4, 8, '-f'), since(4, 8, '-b', 'execve')];

/** -c counts system time, which says nothing of waiting; -w counts wall time. */
const SUMMARY: readonly VersionedOption[] = [
  since(4, 8, '-c'),
  since(4, 9, '-w'),
  since(5, 6, '-U', 'time,total-time,max-time,avg-time,calls,errors,name'),
];

/** -tt microseconds of the day, -T time in the call; no strings, as the calls have none. */
const LOG: readonly VersionedOption[] = [since(4, 8, '-tt', '-T')];

/** The newer calls (Linux 5.16, 6.7) stand behind `?`, which forgives a strace that does not know them. */
const FUTEX_CALLS: readonly VersionedOption[] = [
  since(4, 8, 'futex'),
  since(4, 17, '?futex_waitv', '?futex_wait', '?futex_wake', '?futex_requeue'),
];

/** A fuse beside time and size: at strace's own pace (110 µs a call) no trace of a minute comes here. */
const CALL_LIMIT = 1_000_000;
const FUSE: readonly VersionedOption[] = [since(6, 3, `--syscall-limit=${CALL_LIMIT}`)];

function wordsFor(version: StraceVersion, options: readonly VersionedOption[]): readonly string[] {
  return options.filter(option => isAtLeast(version, option.since)).flatMap(option => option.words);
}

/** Options for the table of all system calls; without output file and process. */
export function summaryOptions(version: StraceVersion): readonly string[] {
  return wordsFor(version, [...ALWAYS, ...SUMMARY, ...FUSE]);
}

/** Options for the log of futex calls; without output file and process. */
export function futexOptions(version: StraceVersion): readonly string[] {
  const calls = wordsFor(version, FUTEX_CALLS).join(',');
  return [...wordsFor(version, [...ALWAYS, ...LOG, ...FUSE]), '-e', `trace=${calls}`];
}

/** Whether the table's `seconds` are wall time: the table does not say so itself. */
export function summaryIsWallTime(version: StraceVersion): boolean {
  return isAtLeast(version, { major: 4, minor: 9 });
}
