/**
 * strace's own words among the lines of a trace, and within them: on a terminal a message lands in the middle of a call
 * that is printed in two steps. Since 4.9 they begin with the program's name, before that they are bare
 * (src/strace.c of strace: attach, detach and startup_attach; print_debug_info of 4.5 to 4.8).
 */

// By its path, behind the echo of Ctrl-C: `^Cstrace: `. Never behind a call: `wait4(-1strace: ` is two things.
const NAMED = /^[^\s()[\]{}=,"]*strace: /;
const BARE =
  /^Process \d{1,10} (?:attached(?: with \d{1,10} threads?)?(?: - interrupt to quit| \(waiting for parent\))?|detached|suspended|resumed(?: \(parent \d{1,10} ready\))?)$/;
/** Where a process runs in more than one mode, and over each of the tables then. */
const MODE =
  /^(?:\[ Process PID=\d{1,10} runs in \S+ (?:bit )?mode\. \]|System call usage summary for .* mode:)$/;

/** Whether the whole line is a message of strace's. */
export function isOwnMessage(line: string): boolean {
  return NAMED.test(line) || BARE.test(line) || MODE.test(line);
}

/**
 * What stands before a message that ends the line: `futex(0x1, FUTEX_WAIT, 0, NULLstrace: Process 671 attached`.
 * @returns undefined where the line ends in no message, or is nothing else. Time is linear in the line.
 */
export function beforeOwnMessage(line: string): string | undefined {
  const named = line.lastIndexOf('strace: ');
  if (named > 0) return line.slice(0, startOfPath(line, named));
  const bare = line.lastIndexOf('Process ');
  return bare > 0 && BARE.test(line.slice(bare)) ? line.slice(0, bare) : undefined;
}

/** strace calls itself as it was started: `/usr/bin/strace: …`. */
function startOfPath(line: string, end: number): number {
  let start = end;
  for (let at = end; at > 0 && /[\w./-]/.test(line.charAt(at - 1)); at--)
    if (line[at - 1] === '/') start = at - 1;
  return start;
}
