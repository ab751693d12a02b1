/**
 * The table by which CPU of a kubelet is told apart: parts of the kubelet and of Go, each with the functions it is known
 * by. Shown to users as it stands. Attributing samples is attribute.ts.
 */

export const SUBSYSTEM_IDS = [
  'gc',
  'cgroup-reads',
  'pleg',
  'cri',
  'volumes',
  'probes',
  'eviction',
  'pod-stats',
  'housekeeping',
  'dbus',
  'client-go',
  'encoding',
  'logging',
  'http-server',
  'pod-workers',
  'control-plane',
  'scheduler',
  'system-calls',
  'other',
] as const;

export type SubsystemId = (typeof SUBSYSTEM_IDS)[number];

export interface Subsystem {
  readonly id: SubsystemId;
  /** For a table of shares. */
  readonly name: string;
  /** What counts as its work, in a sentence. */
  readonly about: string;
  /**
   * `anywhere`: a sample is its where any function on the stack matches. `innermost`: where the matching function is nearer
   * to what ran than any other subsystem's. `fallback`: where no function of any of those is on the stack.
   */
  readonly scope: 'anywhere' | 'innermost' | 'fallback';
  readonly functions: RegExp;
}

/**
 * In the order they are tried. Names of vendored packages end in the package's own path
 * (`k8s.io/kubernetes/vendor/github.com/…` before 1.17 or so), and cAdvisor has a `/lib` in its path since 0.60.
 */
export const SUBSYSTEMS: readonly Subsystem[] = [
  {
    id: 'gc',
    name: 'Garbage collection',
    about:
      'Marking, sweeping and giving memory back, in its own goroutines or as a toll on those that allocate.',
    scope: 'anywhere',
    functions:
      /^runtime\.(?:gcBgMarkWorker|gcAssistAlloc|gcDrain|gcDrainN|gcMarkDone|gcMarkTermination|gcStart|gcSweep|bgsweep|bgscavenge|deductSweepCredit|wbBufFlush|sweepone|freeSomeWbufs)\b|^runtime\.\(\*(?:scavenger|scavenge|gcWork)\w*\)/u,
  },
  {
    id: 'cgroup-reads',
    name: 'Reading cgroups',
    about:
      'Files of cgroups that are read, listed or written, by any caller: cAdvisor, statistics, quality of service.',
    scope: 'innermost',
    functions:
      /(?:^|\/)opencontainers\/(?:runc\/libcontainer\/)?cgroups[/.]|cadvisor(?:\/lib)?\/container\/libcontainer\.|cadvisor(?:\/lib)?\/container\/common\.(?:[gG]etSpec|read|ListDirectories|ListContainers|listDirectories)|kubelet\/cm\.\(\*(?:cgroupManager|cgroupV|qosContainerManager|cgroupCommon)/u,
  },
  {
    id: 'http-server',
    name: 'HTTP server and metrics',
    about:
      'Answering requests to the kubelet: /metrics, /stats, /pods, pprof, and collecting the metrics they ask for.',
    scope: 'innermost',
    functions:
      /^net\/http\.(?:\(\*conn\)|serverHandler|\(\*http2serverConn\)|\(\*ServeMux\)|HandlerFunc)|x\/net\/http2\.\(\*serverConn\)|(?:^|\/)(?:prometheus\/client_golang|component-base\/metrics|emicklei\/go-restful)|cadvisor(?:\/lib)?\/metrics\.|pkg\/kubelet\/(?:server|metrics)[/.](?!stats\.)|grpc\/internal\/transport\.\(\*http2Server\)/u,
  },
  {
    id: 'pleg',
    name: 'PLEG',
    about: 'Relisting pods and comparing them; the calls to the runtime that it makes are counted as those.',
    scope: 'innermost',
    functions: /pkg\/kubelet\/pleg\./u,
  },
  {
    id: 'cri',
    name: 'Calls to the runtime (CRI)',
    about:
      'Calls to containerd, CRI-O or dockershim by gRPC, and what is made of their answers; images as well.',
    scope: 'innermost',
    functions:
      /pkg\/kubelet\/(?:kuberuntime|cri|dockershim|dockertools|remote|images)[/.]|k8s\.io\/cri-(?:client|api)\/|google\.golang\.org\/grpc[/.]|github\.com\/docker\/docker\/client/u,
  },
  {
    id: 'volumes',
    name: 'Volumes',
    about: 'Mounting, unmounting and reconciling volumes; secrets and config maps of pods; the mount table.',
    scope: 'innermost',
    functions:
      /pkg\/kubelet\/(?:volumemanager|configmap|secret|token|util\/manager)[/.]|k8s\.io\/kubernetes\/pkg\/volume[/.]|k8s\.io\/mount-utils|pkg\/util\/mount\.|(?:^|\/)moby\/sys\/mountinfo|docker\/pkg\/mount\./u,
  },
  {
    id: 'probes',
    name: 'Probes',
    about: 'Liveness, readiness and startup probes; of an exec probe what the kubelet itself does.',
    scope: 'innermost',
    functions: /pkg\/kubelet\/prober[/.]|k8s\.io\/kubernetes\/pkg\/probe[/.]/u,
  },
  {
    id: 'eviction',
    name: 'Eviction',
    about: 'Deciding whether memory, disk or process numbers run short.',
    scope: 'innermost',
    functions: /pkg\/kubelet\/eviction[/.]/u,
  },
  {
    id: 'pod-stats',
    name: 'Statistics of pods',
    about: 'Putting the summary together that eviction, metrics-server and /stats/summary ask for.',
    scope: 'innermost',
    functions: /pkg\/kubelet\/(?:stats|server\/stats)[/.]/u,
  },
  {
    id: 'housekeeping',
    name: 'cAdvisor housekeeping',
    about:
      'What cAdvisor does each 10 s for each cgroup besides reading it, and finding new and gone cgroups.',
    scope: 'innermost',
    functions: /google\/cadvisor(?:\/lib)?\/|pkg\/kubelet\/cadvisor\./u,
  },
  {
    id: 'dbus',
    name: 'D-Bus to systemd',
    about: 'Scopes and slices that are made, changed and listed through systemd.',
    scope: 'innermost',
    functions: /(?:^|\/)godbus\/dbus|coreos\/go-systemd/u,
  },
  {
    id: 'encoding',
    name: 'Encoding and decoding',
    about: 'JSON, protobuf, YAML, compression and copies of objects.',
    scope: 'innermost',
    functions:
      /^encoding\/|^compress\/|sigs\.k8s\.io\/(?:json|yaml|structured-merge-diff)|(?:gogo|golang)\/protobuf|google\.golang\.org\/protobuf\/|json-iterator|prometheus\/common\/expfmt|apimachinery\/pkg\/runtime\/serializer|k8s\.io\/api\/[\w/]{1,80}\.\(\*\w{1,120}\)\.(?:Unmarshal|Marshal\w*|DeepCopy\w*|Size)$|klauspost\/compress/u,
  },
  {
    id: 'client-go',
    name: 'Client of the API server (client-go)',
    about: 'Watches, lists, leases and status updates, and the connections below them.',
    scope: 'innermost',
    functions:
      /k8s\.io\/client-go\/|^net\/http\.\(\*(?:Transport|persistConn|Client|http2clientConnReadLoop|http2ClientConn|http2Transport)\)|x\/net\/http2\.\(\*(?:clientConnReadLoop|ClientConn|Transport|clientStream)\)/u,
  },
  {
    id: 'logging',
    name: 'Logging',
    about: 'Formatting and writing lines of the log.',
    scope: 'innermost',
    functions: /k8s\.io\/klog|component-base\/logs|(?:^|\/)go-logr\//u,
  },
  {
    id: 'control-plane',
    name: 'Other daemons in the same process',
    about:
      'k3s, rke2 and MicroK8s run API server, controllers, proxy, kine or containerd in the kubelet’s process.',
    scope: 'innermost',
    functions:
      /k8s\.io\/apiserver\/pkg\/(?:storage|registry|endpoints|admission|server)[/.]|k8s\.io\/kubernetes\/pkg\/(?:controller|scheduler|proxy|registry|controlplane)[/.]|k3s-io\/kine|go\.etcd\.io\/etcd\/server|containerd\/containerd(?:\/v2)?\/(?:services|metadata|plugins|core|snapshots)/u,
  },
  {
    id: 'pod-workers',
    name: 'Pod workers and the rest of the kubelet',
    about:
      'Syncing pods, their status, managers of CPUs, memory and devices, and all of the kubelet that has no row of its own.',
    scope: 'innermost',
    functions: /k8s\.io\/kubernetes\/pkg\/(?:kubelet|util|security)[/.]/u,
  },
  {
    id: 'scheduler',
    name: "Go's scheduler",
    about: 'Finding goroutines to run, parking and waking threads, timers, polling the network.',
    scope: 'fallback',
    functions:
      /^runtime\.(?:mcall|schedule|findRunnable|findrunnable|park_m|goexit0|gosched_m|goschedImpl|sysmon|mstart\d?|netpoll\w*|stealWork|startm|stopm|notewakeup|notesleep|futex\w*|usleep|osyield|runtimer|checkTimers|ready|wakep|exitsyscall\w*|entersyscall\w*|retake|morestack|systemstack_switch|gcController\w*)\b/u,
  },
  {
    id: 'system-calls',
    name: 'System calls of no known part',
    about: 'System calls whose callers are no part of the kubelet that has a row here.',
    scope: 'fallback',
    functions:
      /^(?:syscall|internal\/runtime\/syscall\S*|runtime\/internal\/syscall|golang\.org\/x\/sys\/unix|internal\/poll)\./u,
  },
  {
    id: 'other',
    name: 'Other',
    about: 'What matches no row above.',
    scope: 'fallback',
    functions: /^/u,
  },
];

/** What the process used and no profile shows. */
export const NOT_IN_PROFILE = {
  name: 'Not in the profile',
  about:
    'CPU of the process that its profile does not show, mostly time in the kernel: Go samples by SIGPROF, which a thread takes when it comes back from the kernel, and several that fall due in one long call are one.',
} as const;
