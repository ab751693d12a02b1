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
