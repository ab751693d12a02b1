/**
 * A command for a container as data: what is run, and what its output means. Nothing here runs anything; a test needs
 * no node.
 */

export interface PodCommand<T> {
  /**
   * A POSIX shell script is `['sh', '-c', SCRIPT, NAME, ...values]`: values reach the script as $1, $2, …, never as
   * part of its text. NAME is its $0, begins with `node-triage-` and says in logs which command it was.
   */
  readonly argv: readonly string[];
  /** What it reads, all of it (podPorts.ts, ExecRequest.stdin): a script that is too long for an address. */
  readonly stdin?: Uint8Array | undefined;
  /** Of its whole standard output. Throws TriageError where that is not what the command prints. */
  readonly parse: (stdout: string) => T;
}

/**
 * A command that outlives the exec that starts it, and writes files: for everything during which no stream may run
 * through the kubelet (strace). It is started in a session of its own and ends by itself.
 */
export interface PodJob {
  readonly name: string;
  /** As {@link PodCommand}'s. Its working directory is a new empty folder; what it writes there can be fetched. */
  readonly argv: readonly string[];
  /** How long it runs when all goes well, in seconds: nothing is asked of the pod before. */
  readonly seconds: number;
  /** It is killed, with all it started, when it runs longer than this, in seconds. */
  readonly limitSeconds: number;
  /**
   * What the job may leave on the node and not in its folder (a tracing instance), taken back: as {@link PodCommand}'s
   * argv, without its own standard output. It is written down in the pod before the job starts and run by the pod once
   * on every way out: the job's end, its kill, abort, the pod's deletion, silence of the client. It must be safe where
   * there is nothing to take back, may be run while the job's last process dies, and has 3 seconds. Exported
   * environment: the job's; working directory: the job's folder.
   */
  readonly undo?: readonly string[] | undefined;
}

/** How a job ended. */
export interface JobEnd {
  /** Exit status of its command; 137 where the watchdog killed it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Files in its folder, by name. */
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

/** Reads $1 lines of shell from standard input, then runs them with the values behind. 78: not all of them came. */
const RUN_FROM_INPUT = `lines=$1 script=
shift
line_end='
'
while [ "$lines" -gt 0 ]; do
  IFS= read -r line || exit 78
  script=$script$line$line_end
  lines=$((lines - 1))
done
eval "$script"`;

/**
 * argv and stdin of a script that comes over standard input: in the address, as exec has its argv, it would be longer than
 * the 8 KiB of request line that proxies before API servers take. Values reach it as $1, $2, ….
 */
export function scriptOverStdin(
  script: string,
  name: string,
  ...values: readonly string[]
): Required<Pick<PodCommand<unknown>, 'argv' | 'stdin'>> {
  const text = script.endsWith('\n') ? script : `${script}\n`;
  const lines = text.split('\n').length - 1;
  return {
    argv: ['sh', '-c', RUN_FROM_INPUT, name, String(lines), ...values],
    stdin: new TextEncoder().encode(text),
  };
}
