/**
 * What the rest of the extension may ask of a cluster. Implemented by this folder on @kubernetes/client-node, and by
 * test/support's fakes; both pass the same contract tests. Types only: importing this file loads no client.
 *
 * Every method rejects with TriageError only; an aborted signal rejects with code `cancelled` within a second.
 */
import type { FileProblem } from '../base/fileProblem.js';
import type { PodRunner } from './podPorts.js';

export interface ContextInfo {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  readonly isCurrent: boolean;
  /** URL of the API server, credentials in it removed. */
  readonly server: string;
  /** Absent: TLS shows that the server is the one that is meant, or it is on this machine. */
  readonly serverDoubt?: ServerDoubt | undefined;
}

/**
 * Why a host on the way can answer in the API server's place and read the credentials. `not-verified`:
 * insecure-skip-tls-verify; `not-encrypted`: http to another machine.
 */
export type ServerDoubt = 'not-verified' | 'not-encrypted';

/** A file of the kubeconfig that could not be used; the others still count. */
export interface KubeconfigProblem {
  readonly file: string;
  readonly reason: string;
  /** The reason as a code, where the file could not be read. */
  readonly problem?: FileProblem | undefined;
}

/** Our setting, the variable KUBECONFIG, or neither: then it is ~/.kube/config. */
export type KubeconfigSource = 'setting' | 'environment' | 'home';

export interface KubeconfigContents {
  readonly contexts: readonly ContextInfo[];
  /** What names the files. */
  readonly source: KubeconfigSource;
  /** The files looked at, in order, with those that do not exist. */
  readonly files: readonly string[];
  /** Those of `files` that do not exist. All of them: there is no kubeconfig. */
  readonly missing: readonly string[];
  readonly problems: readonly KubeconfigProblem[];
}

export type NodePressure = 'memory' | 'disk' | 'pid' | 'network-unavailable';

/** A node as the tree shows it. Times are RFC 3339 as the API gives them. */
export interface ClusterNode {
  readonly name: string;
  readonly uid: string;
  readonly readiness: 'ready' | 'not-ready' | 'unknown';
  /** The Ready condition's reason and message where it is not ready. */
  readonly readinessReason: string | undefined;
  readonly pressures: readonly NodePressure[];
  readonly isCordoned: boolean;
  readonly roles: readonly string[];
  readonly kubeletVersion: string;
  readonly kernelVersion: string;
  readonly osImage: string;
  readonly containerRuntimeVersion: string;
  readonly architecture: string;
  readonly operatingSystem: string;
  readonly internalIp: string | undefined;
  readonly createdAt: string | undefined;
  /** CPUs of the node, in cores (capacity). */
  readonly cpuCores: number | undefined;
}

export type NodeWatchEvent =
  /** The whole list: first answer, and after every reconnect. */
  | { readonly kind: 'synced'; readonly nodes: readonly ClusterNode[] }
  | { readonly kind: 'changed'; readonly node: ClusterNode }
  | { readonly kind: 'removed'; readonly name: string }
  /** The connection is down; tried again by itself after retryInMs (undefined: not by itself, call `retryNow`). */
  | {
      readonly kind: 'disconnected';
      readonly error: import('../base/errors.js').TriageError;
      readonly retryInMs: number | undefined;
    };

export interface NodeWatch {
  retryNow(): void;
  /** Ends it; no event follows. */
  close(): void;
}

export interface NodeReader {
  list(signal: AbortSignal): Promise<readonly ClusterNode[]>;
  /** List, then watch, until closed: re-lists on 410, on a lost connection (back-off 1 s to 60 s) and every 5 minutes. */
  watch(listener: (event: NodeWatchEvent) => void): NodeWatch;
}

export type KubeletProfileName =
  'cpu' | 'heap' | 'allocs' | 'goroutine' | 'block' | 'mutex' | 'threadcreate' | 'trace';

export interface KubeletProfileRequest {
  readonly profile: KubeletProfileName;
  /** Length of the window for cpu and trace; ignored for the others, which are of one moment. */
  readonly seconds: number;
}

export interface KubeletProfiler {
  /**
   * Bytes of /api/v1/nodes/NODE/proxy/debug/pprof/…, as sent (gzipped protobuf; a Go execution trace for `trace`).
   * Abort closes the connection at once, which frees the kubelet's profiler (net/http/pprof watches the request).
   */
  fetchProfile(
    node: string,
    request: KubeletProfileRequest,
    signal: AbortSignal,
    onBytes?: (received: number) => void,
  ): Promise<Uint8Array>;
}

/** A histogram of the kubelet's metrics, all its label values added: how often, and seconds in all. */
export interface DurationSum {
  readonly count: number;
  readonly seconds: number;
}

/** How long the kubelet's housekeeping takes, since its start. */
export interface KubeletDelays {
  /** kubelet_pleg_relist_duration_seconds. */
  readonly podRelist: DurationSum | undefined;
  /** kubelet_cgroup_manager_duration_seconds. */
  readonly cgroupManager: DurationSum | undefined;
}

/** One reading of the kubelet's own process metrics. */
export interface KubeletProcessReading {
  /** process_cpu_seconds_total: CPU seconds, user and system, since the process started. */
  readonly cpuSeconds: number;
  /** process_start_time_seconds; changes when the kubelet restarted between two readings. */
  readonly startTimeSeconds: number;
  /** When it was read: our clock, monotonic, milliseconds (performance.now). Only differences mean something. */
  readonly atMs: number;
  /** go_info{version=…}, e.g. `go1.24.1`. */
  readonly goVersion: string | undefined;
  /** kubernetes_build_info{git_version=…}. */
  readonly gitVersion: string | undefined;
  readonly delays?: KubeletDelays | undefined;
}

export interface KubeletMetrics {
  readProcess(node: string, signal: AbortSignal): Promise<KubeletProcessReading>;
}

/** What the API server and a kubelet say of a node without a pod on it: what triage looks at first. */
export const NODE_ANSWERS = [
  // of the API server
  'node',
  'node-events',
  'pod-events',
  'pods',
  // of the kubelet
  'configz',
  'metrics',
  'metrics-cadvisor',
  'stats-summary',
  'goroutines',
  'kubelet-log',
] as const;
export type NodeAnswerName = (typeof NODE_ANSWERS)[number];

export interface NodeAnswers {
  /**
   * The answer as it was sent. Objects may hold secrets (environments of pods, annotations): what is kept of them is the
   * caller's to choose. Rejects with `request-rejected` (status 404) where the kubelet does not serve it, and as every
   * request does.
   */
  read(node: string, answer: NodeAnswerName, signal: AbortSignal): Promise<Uint8Array>;
}

/** What is said about a node on its cluster: `kubectl describe node` shows it. */
export interface NodeNotice {
  /** CamelCase, machine readable: `DroppedCaches`. */
  readonly reason: string;
  /** English, one sentence. */
  readonly message: string;
}

export interface NodeEvents {
  /**
   * Makes an Event about the node, in namespace `default`, as the kubelet does. Resolves with its name; rejects with
   * `forbidden`, and with `connection-lost` or `timed-out` where it is unknown whether it was made.
   */
  record(node: string, notice: NodeNotice, signal: AbortSignal): Promise<string>;
}

/**
 * `now`: a person asked again; all is made anew, once. `if-changed`: a kubeconfig file changed; a plugin is not run where
 * this context's part stayed the same and works. `if-failing`: a person begins something; what does not work is made anew.
 */
export type CredentialRenewal = 'now' | 'if-changed' | 'if-failing';

/** One context, connected. */
export interface ClusterConnection {
  readonly context: ContextInfo;
  readonly nodes: NodeReader;
  readonly profiler: KubeletProfiler;
  readonly metrics: KubeletMetrics;
  readonly answers: NodeAnswers;
  readonly nodeEvents: NodeEvents;
  readonly pods: PodRunner;
  /**
   * The user name by which the API server knows us. Undefined where it does not tell: before Kubernetes 1.27, where we may
   * not ask, and where it knows us by none (`system:anonymous`).
   */
  whoAmI(signal: AbortSignal): Promise<string | undefined>;
  /**
   * The next request reads the kubeconfig anew, without the pause that keeps automatic retries from running a plugin
   * again and again. Requests and watches under way go on.
   */
  renewCredentials(when: CredentialRenewal): void;
  /** Closes watches and idle sockets. */
  dispose(): void;
}

/** Read again whenever the kubeconfig is: an implementation may answer with what holds at that moment. */
export interface KubeconfigLocation {
  /** The setting's path(s), or undefined: KUBECONFIG, else ~/.kube/config. */
  readonly setting: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  /**
   * A workspace's settings name it, not the user's own: what of the user's it would run or read to log in needs a yes
   * ({@link CredentialConsent}).
   */
  readonly isFromWorkspace?: boolean;
}

/** What a kubeconfig that a workspace names would use of the user's to log in. Texts of others, not yet fit to show. */
export interface CredentialUse {
  readonly context: string;
  /** Real path of the kubeconfig. */
  readonly kubeconfig: string;
  /** Where the credential goes: address of the API server. */
  readonly server: string;
  readonly serverDoubt?: ServerDoubt | undefined;
  readonly program:
    | {
        /** Absolute path of what is started, as found on the PATH. */
        readonly path: string;
        readonly args: readonly string[];
        /** Names of the environment variables that it is given. */
        readonly variables: readonly string[];
      }
    | undefined;
  /** Real paths of files outside the kubeconfig's own folder. */
  readonly files: readonly string[];
  /** Changes with all of the above, the variables' values, the server's TLS and the program itself. */
  readonly fingerprint: string;
}

/** `unanswered`: there is no answer about exactly this. */
export type ConsentAnswer = 'yes' | 'no' | 'unanswered';

/** The user's answers, asked for elsewhere and kept; the folder reads them before each use. */
export interface CredentialConsent {
  /** Shows no question, so that no background work can. Called again for every use, also for one that was answered. */
  answerTo(use: CredentialUse): ConsentAnswer;
}

/** The folder's door (src/cluster/connect.ts exports it): loaded on first use, as it weighs 1.5 MB. */
export interface ClusterAccess {
  readKubeconfig(location: KubeconfigLocation): Promise<KubeconfigContents>;
  /** Without `consent`, nothing that needs one is done. */
  connect(
    location: KubeconfigLocation,
    context: string,
    log: ClusterLog,
    consent?: CredentialConsent,
  ): Promise<ClusterConnection>;
}

/** Where the folder reports requests: method, path, status, milliseconds. Never headers. */
export interface ClusterLog {
  debug(message: string): void;
  warn(message: string): void;
}
