/**
 * What the rest of the extension may ask of pods: implemented by this folder, by test/support's fake and by the replay
 * cluster; all pass the same contract tests. Types only. Every method rejects with TriageError only; an aborted signal
 * rejects with code `cancelled` within a second.
 */

/** A Pod object of API v1, as it is sent. */
export type PodManifest = Readonly<Record<string, unknown>>;

export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

/** A pod as far as a debug pod's life needs it. Times are RFC 3339 as the API gives them. */
export interface PodState extends PodName {
  readonly uid: string;
  readonly node: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly createdAt: string | undefined;
  /** Set once its deletion was asked for. */
  readonly deletionAt: string | undefined;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** status.reason and status.message: why the kubelet refused or ended it (`OutOfpods`, `Evicted`, …). */
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly hostPid: boolean;
  readonly isPrivileged: boolean;
  readonly images: readonly string[];
  /** Of the first container. */
  readonly container:
    | { readonly state: 'running' }
    | { readonly state: 'waiting'; readonly reason: string; readonly message: string | undefined }
    | {
        readonly state: 'terminated';
        readonly exitCode: number;
        readonly reason: string | undefined;
        /** Of the container's own making, 4 KiB at most: its termination log. */
        readonly message?: string | undefined;
      }
    | undefined;
}

export interface PodSelection {
  /** Undefined: of all namespaces. */
  readonly namespace: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /**
   * What the API server holds in memory will do, as old as its watch is (mostly milliseconds): etcd is not read. Counts
   * only beside a selector, as such an answer comes whole, without pages.
   */
  readonly mayBeCached?: boolean | undefined;
}

/** A question to SelfSubjectAccessReview; always in its subresource form, as `nodes/proxy` as a resource is answered wrongly. */
export interface AccessQuestion {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

export interface AccessAnswer {
  readonly isAllowed: boolean;
  readonly reason: string | undefined;
}

/** The Ready condition of a node. Times are RFC 3339. */
export interface NodeReady {
  /**
   * `Unknown`: the control plane has heard nothing of the kubelet for its grace period (40 or 50 s), neither its lease
   * nor its status. `False`: the kubelet itself says that it is not ready.
   */
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string | undefined;
  readonly message: string | undefined;
  /** The last status that the kubelet sent; without news one comes each five minutes. */
  readonly heartbeatAt: string | undefined;
}

/** What decides whether and how a debug pod can run on a node. */
export interface NodeDetails {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly {
    readonly key: string;
    readonly value: string | undefined;
    readonly effect: string;
  }[];
  /** status.images, all names of each; the kubelet reports 50 at most, the largest first. */
  readonly images: readonly { readonly names: readonly string[]; readonly bytes: number }[];
  /** status.allocatable.pods. */
  readonly podSlots: number | undefined;
  /** Undefined: the node has not reported yet. */
  readonly ready?: NodeReady | undefined;
}

export interface ExecRequest {
  readonly container: string;
  readonly argv: readonly string[];
  /** Ends with `file-too-large` beyond it; stderr is cut at 64 KiB, and ends with `answer-too-large` far beyond that. */
  readonly maxBytes: number;
  /** The longest time in which no byte goes either way; ends with `timed-out`, as all does after EXEC.seconds. */
  readonly idleSeconds: number;
  /**
   * The command's standard input; undefined: it has none. Its end is told to servers that speak v5.channel.k8s.io only:
   * a command for every server reads a known number of bytes. It must read all of them: where more is left than the
   * pipes on the way hold, containerd 1.6 tells no exit status, and the exec ends with `timed-out`.
   */
  readonly stdin?: Uint8Array | undefined;
  /** Bytes of stdin that have left this machine, as they go; those on the way are not in the command yet. */
  readonly onSent?: ((sent: number) => void) | undefined;
}

export interface ExecResult {
  readonly stdout: Uint8Array;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface PodRunner {
  /** Name of the context it works in: errors say it, for who asks what is missing there. */
  readonly context: string;
  /** Answers in order of the questions. */
  mayI(questions: readonly AccessQuestion[], signal: AbortSignal): Promise<readonly AccessAnswer[]>;
  nodeDetails(node: string, signal: AbortSignal): Promise<NodeDetails>;
  /**
   * The very POST with dryRun=All: admission runs, nothing is made. Resolves with the API server's warnings. Rejects
   * with `pod-refused` whose facts.reason is the server's text word for word, or `forbidden`.
   */
  dryRun(manifest: PodManifest, signal: AbortSignal): Promise<readonly string[]>;
  /** Rejects as dryRun; with `connection-lost` or `timed-out` it is unknown whether the pod was made. */
  create(manifest: PodManifest, signal: AbortSignal): Promise<PodState>;
  /** Undefined where there is none. */
  read(pod: PodName, signal: AbortSignal): Promise<PodState | undefined>;
  list(selection: PodSelection, signal: AbortSignal): Promise<readonly PodState[]>;
  /**
   * Asks for its deletion, with the uid as precondition. `gone`: there was none, or one of another uid. Resolves when the
   * API server has taken it: the object may live on for its grace period.
   */
  remove(
    pod: PodName & { readonly uid: string },
    graceSeconds: number,
    signal: AbortSignal,
  ): Promise<'removed' | 'gone'>;
  /**
   * Runs a command and waits for its end, without a tty. Rejects with `exec-lost` where the connection ended
   * without an exit status (the command may still run), `exec-refused` where it was not started (facts.reason),
   * `forbidden`, `timed-out`, `file-too-large`, `answer-too-large`. Bytes are told as they arrive.
   */
  exec(
    pod: PodName,
    request: ExecRequest,
    signal: AbortSignal,
    onBytes?: (received: number) => void,
  ): Promise<ExecResult>;
}
