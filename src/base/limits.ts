/**
 * How much of what comes from outside is taken: by nodes, pods, files, colleagues and API servers. One table, so that a
 * reader can check that every input has an end; docs/security.md says what each limit is for. A limit that only one
 * algorithm knows (a queue, a cache) stays where it is used.
 */

/** Text of others, in UTF-16 code units, after the cut in {@link plainLine}. */
export const OUTSIDE_TEXT = {
  /** A reason, a title, a name: one line of a message, a tooltip or the log. */
  line: 500,
  /** Words of an API server that an administrator needs whole: what admission says of a pod. */
  paragraph: 4000,
  /** A sentence of a capture's record, which may quote an error of another machine. */
  sentence: 2_000,
  /** A value in a sentence, which may itself be a sentence with values. */
  value: 1000,
  /** A notification or a progress text: VS Code cuts at as many (notifications.ts, MAX_MESSAGE_LENGTH). */
  notification: 1000,
  /** All lines of a modal dialog: the longest consent of ours has about 2500. */
  dialog: 8000,
  /** A line of the log: room for a stack. */
  logLine: 4000,
} as const;

/** What an API server says of us. */
export const OWN_REVIEW = {
  /** Of an access review or a review of ourselves: some hundred bytes, and the groups we are in. */
  bytes: 1024 * 1024,
  /** Of a user name, in characters: names of certificates and tokens are mail addresses or shorter. */
  nameCharacters: 1000,
} as const;

/** Files of a workspace or a colleague, in bytes. */
export const FILE_BYTES = {
  /** capture.json and other records of ours: they are a few KB. */
  record: 1024 * 1024,
  /** A source file: generated code of Go has some MB. */
  source: 8 * 1024 * 1024,
  /** packed-refs, go.mod, VERSION, Makefile of a checkout; a line of packed-refs is one tag. */
  checkoutRecord: 4 * 1024 * 1024,
  /** strace with all its decoders, static and not stripped, has 6 MB; the pod's memory holds this and the trace. */
  straceProgram: 32 * 1024 * 1024,
} as const;

/** What of a folder of captures is looked at, in entries. */
export const CAPTURE_ENTRIES = {
  /** Names in the folder of all captures: some MB of memory. */
  root: 10_000,
  /** Captures that are read and listed, the newest by name: a view of more is no view. */
  captures: 1_000,
  /** Names in one capture's folder: ours have four at most. */
  folder: 1_000,
  /** Files and sentences that one capture.json may list. */
  listed: 200,
  /** Captures that are read at the same time: each may have a record of the largest size in memory. */
  atOnce: 8,
  /** Debug pods that are written down on this machine: one a node and window at most. */
  intents: 1_000,
} as const;

/** Bytes of all records that one listing of captures reads; the rest is listed with the reason. Ours have 2 KB. */
export const LISTED_RECORD_BYTES = 32 * 1024 * 1024;

/** A bundle of captures that a colleague sent: a zip file. */
export const BUNDLE = {
  /** Captures in it: a bad night on ten nodes. */
  captures: 200,
  /** Names in it, folders among them; ours have four files a capture at most. */
  entries: 2_000,
  /** All files unpacked, in bytes. A trace has up to 128 MB, a profile some 10. */
  bytes: 2 * 1024 * 1024 * 1024,
  /** Times that it may be as large unpacked: logs of system calls reach some 30, deflate 1,032. */
  expansion: 250,
  /** Bytes unpacked below which that is not looked at. */
  expansionFrom: 64 * 1024 * 1024,
} as const;

/** Files about one node that triage reads together. */
export const MATERIAL = {
  /** Files of the folder and those below it. A sosreport has some thousand, most of them of other matters. */
  files: 1_000,
  /** How deep folders are looked into. */
  depth: 4,
  /** All of them, inflated, in bytes. */
  bytes: 512 * 1024 * 1024,
  /** Of one text, in bytes: a day of a kubelet's log has some 50 MB. */
  textBytes: 64 * 1024 * 1024,
  /** Of one text, in lines. */
  lines: 1_000_000,
  /** Of one line, in UTF-16 code units; the rest of it is cut off. */
  lineCharacters: 16_384,
} as const;

/** Paths that a profile or a checkout names, in UTF-16 code units. */
export const PATH_TEXT = {
  /** Linux takes 4096 bytes for a whole path (PATH_MAX of linux/limits.h). */
  below: 4_096,
} as const;

/** A profile's drop_frames and keep_frames: patterns that come inside a file. */
export const PATTERN_LIMITS = {
  /** UTF-16 code units of a pattern; that of gperftools has some 1,200. */
  characters: 65_536,
  /** Groups inside each other; Go's limit is 1,000. */
  depth: 250,
  /** Instructions that a pattern becomes, repetitions written out. */
  instructions: 20_000,
  /** Steps of all matches of one profile: less than a second. A kubelet's 10,000 functions take two million. */
  steps: 50_000_000,
} as const;

/** Profiles from before profile.proto: pprof looks through all mappings for each address, and so does this. */
export const LEGACY_PROFILE = {
  /** Addresses times mappings: half a second. A server with 500 libraries and 20,000 addresses takes 10 million. */
  lookups: 50_000_000,
  /** Words of a binary CPU profile, each an address or a count; one of an hour has a million. */
  words: 10_000_000,
} as const;

/** JSON of API servers: what makes much memory of few bytes. */
export const JSON_EXPANSION = {
  /**
   * Separators and brackets in one text: the values it can make. A page of 100 nodes of 50 kB has some 150,000; V8 makes
   * up to 250 bytes of a value of nine, and takes more than linear time where each has a key of its own: four times as
   * many held everything up for 4 to 7 s, these for a ninth of that.
   */
  values: 500_000,
  /** Levels of nesting. Managed fields of a pod reach some 15; what walks a value by recursion ends at some 8,000. */
  levels: 200,
} as const;

/** Answers of API servers and kubelets, in bytes as they are read, inflated where they came gzipped. */
export const ANSWER_BYTES = {
  /** One object, or a status. A pod is some 10 kB, a node 50 kB; etcd takes 1.5 MB of one. */
  object: 8 * 1024 * 1024,
  /** One page of a list: 100 nodes of 50 kB are 5 MB. */
  page: 64 * 1024 * 1024,
  /** All pages of the nodes, of which each is dropped when it is read: 5,000 nodes of 50 kB are 250 MB. */
  nodeList: 2 * 1024 * 1024 * 1024,
  /** All pages of pods, whose labels and annotations are kept. It is asked for debug pods alone, of some 10 kB each. */
  podList: 64 * 1024 * 1024,
  /** What a watch sends until the next list, five minutes later. 5,000 nodes of 50 kB that change once a minute: 1.2 GB. */
  watch: 4 * 1024 * 1024 * 1024,
  /** One change of a watch, one line. etcd takes 1.5 MB of an object; as JSON it is at most some four times that. */
  watchLine: 8 * 1024 * 1024,
  /** The metrics of a kubelet: some megabytes with many volumes and pods. */
  metrics: 64 * 1024 * 1024,
  /** One line of metrics: a name with labels, some hundred bytes. */
  metricsLine: 256 * 1024,
  /** What triage reads of a kubelet, other than metrics: statistics and goroutines of 250 pods are some 3 MB. */
  kubeletAnswer: 32 * 1024 * 1024,
  /** Pods or Events of one node as one list: 250 pods of 20 kB are 5 MB. */
  nodeObjects: 32 * 1024 * 1024,
  /** A profile or trace. A heap profile of a large kubelet is below 10 MB, a trace of 30 s below 100 MB. */
  profile: 512 * 1024 * 1024,
  /** Of an error's body; the rest says nothing more. */
  refusal: 64 * 1024,
  /** A page token or resource version, in characters: they come back in addresses. Some 300 in real life. */
  token: 4096,
} as const;

/** Answers of API servers and kubelets, in pieces. */
export const ANSWER_COUNTS = {
  /** Nodes of a cluster. Kubernetes is tested with 5,000; providers offer 15,000 and, with extra work, more. */
  nodes: 50_000,
  /** Pages of one list; 50,000 nodes are 500. A server may send fewer in a page than asked for. */
  pages: 1000,
  /** Pods of one list: it is asked for debug pods. */
  pods: 10_000,
  /** Pods or Events of one node; the newest kubelets are tested with 250 pods. */
  nodeObjects: 1_000,
  /** Lines of the kubelet's log, its last ones: an hour of a quiet kubelet, minutes of a loud one. */
  logLines: 5_000,
  /** Changes that a watch may send until the next list, five minutes later: 5,000 nodes that change once a minute make 25,000. */
  watchEvents: 500_000,
  /** Lines of metrics: some 10,000 on a busy kubelet. */
  metricsLines: 1_000_000,
  /** 1xx answers before the real one. No API server sends more than one. */
  informational: 20,
} as const;

/** Answers of API servers and kubelets, in seconds from the request to the last byte, however lively the connection is. */
export const ANSWER_SECONDS = {
  /** One request: 64 MB over a line of 3 Mbit/s. */
  request: 180,
  /** All pages of a list: etcd forgets page tokens after five minutes, too. */
  list: 300,
  /** What a profile may take beyond its window: 100 MB over a line of 3 Mbit/s. */
  profileMargin: 300,
} as const;

/** What is kept of each node, in characters. The API server itself allows these lengths (apimachinery, util/validation). */
export const NODE_TEXT = {
  /** DNS subdomain: longer names do not exist. */
  name: 253,
  /** Versions, addresses, names of systems: some 50. */
  field: 256,
  /** Why it is not ready; a runtime's words may be long. */
  reason: 500,
  /** Roles of one node; two or three. */
  roles: 20,
} as const;

/** Commands in pods over a websocket. */
export const EXEC = {
  /** One message, in bytes: the kubelet's hold 32 KiB. */
  frameBytes: 4 * 1024 * 1024,
  /** Kept of standard error, in bytes. */
  stderrBytes: 64 * 1024,
  /** Standard error in all, in bytes, with what is not kept: scripts of ours write some hundred. */
  stderrFloodBytes: 64 * 1024 * 1024,
  /** Messages that carry nothing: the kubelet sends one for each stream at the beginning. */
  emptyFrames: 10_000,
  /** The status' text, in bytes. */
  statusBytes: 64 * 1024,
  /** Connection, TLS and the answer to the upgrade in all, where they come a byte at a time; 10 s in a bad network. */
  handshakeSeconds: 30,
  /** The text of a refused upgrade: it comes with the refusal. */
  refusalSeconds: 5,
  /** From the first byte to the status: 128 MiB, the largest file that is fetched, over a line of 1 Mbit/s. */
  seconds: 1200,
  /** Pongs that wait to be sent, in bytes; pings that come while more is waiting are not answered. */
  pongBytes: 64 * 1024,
} as const;

/** What findKubelet.ts reads of a node's processes. */
export const FIND_KUBELET_LIMITS = {
  /** Seconds for looking at all processes; a node with 30,000 takes about three. */
  seconds: 20,
  /** Seconds for one read of a process's memory or of a file. */
  readSeconds: 3,
  /** Processes on the node that could be its kubelet; some machines hold a dozen nodes. */
  candidates: 32,
  /** Processes named with what they are passed over for; more are counted. */
  passedOver: 20,
  /** Bytes of a command line or environment; a kubelet's have a few thousand. */
  memoryBytes: 131_072,
  /** Bytes of MicroK8s' file of arguments, which has one or two thousand. */
  fileBytes: 65_536,
  /** Arguments of a process that are looked at. */
  words: 4096,
  /** Bytes of one value: a node's name has 253 at most, paths rarely more. */
  valueBytes: 1024,
  /** Values of a process of each kind. */
  lines: 32,
  /** Lines of /proc/PID/cgroup: one for each of version 1's dozen controllers. */
  cgroupLines: 64,
  /** Open files that are compared with the socket that listens. */
  descriptors: 5000,
  /** Sockets that are looked at; those that listen come first. */
  sockets: 1000,
  /** Lines that are read of the script's output, and UTF-16 code units of one. */
  output: { lines: 20_000, characters: 2048 },
} as const;

/** What a debug pod says of the jobs that it ran. */
export const POD_JOB = {
  /** Files in a job's folder: a job writes one or two, and a trace one for each CPU. */
  files: 10_000,
} as const;
/** What the scripts in a debug pod write, and the readers of their files take. */
export const SAMPLE_LIMITS = {
  /** Processes of which a look at the node tells; a node with 110 pods has some thousand. */
  processes: 16_000,
  /** Files named in one command: 2 MiB of arguments is what the kernel takes. */
  namesAtOnce: 16_000,
  /** Open files of one look, in lines. */
  files: 4000,
  /** Lines of a file, and UTF-16 code units of one: 16,000 processes twice, and a hundred rounds of a thousand threads. */
  lines: { lines: 8_000_000, characters: 16_384 },
} as const;

/** What a check of cgroup health reads and writes. */
export const HEALTH_LIMITS = {
  /** Cgroups that are listed: the kernel has 65,536 ids of memory cgroups. */
  cgroups: 70_000,
  /** Levels below the root in which those of all pods are looked for: in kind, in a container, they are some five deep. */
  kubepodsDepth: 8,
  /** Bytes of their names: the pod's memory holds them, and sorts them. */
  nameBytes: 16_777_216,
  /** Bytes that are read of a file of the node other than memory.stat. */
  fileBytes: 65_536,
  /** Lines that are taken of one. */
  fileLines: 64,
  /** Lines of the file that the script writes, and UTF-16 code units of one (PATH_MAX and some). */
  lines: { lines: 100_000, characters: 8192 },
} as const;

/** What node facts read and write. */
export const NODE_FACTS = {
  /** Seconds that one section may take. */
  sectionSeconds: 2,
  /** Bytes that one section may print; the longest are processes and logs. */
  sectionBytes: 262_144,
  /** Lines that one section may print. */
  sectionLines: 2_000,
  /** Bytes of a file that the script writes, its own notes among them. */
  fileBytes: 16_777_216,
  /** Processes that are looked at; a node with 110 pods has some thousand. */
  processes: 16_000,
  /** Of them those that are told one by one, those that used most CPU first. */
  processRows: 400,
  /** Threads of the node up to which each is looked at for state D; beyond it the processes are. */
  threads: 8_000,
  /** Blocked tasks that are told one by one. */
  blockedTasks: 30,
  /** Command lines of the node's own tools that are read. */
  commands: 30,
  /** Bytes of one; what it does stands in the beginning. */
  commandBytes: 300,
  /** Bytes of a mount table; 100,000 mounts have some 15 MB. */
  mountBytes: 8_388_608,
  /** Inotify instances whose watches are counted. */
  instances: 2_000,
  /** Processes that are told with theirs, those with most first. */
  inotifyRows: 100,
  /** Cgroups that are counted: the kernel has 65,536 ids of memory cgroups. */
  cgroups: 70_000,
  /** Parts of the tree that are told one by one, the largest. */
  slices: 40,
  /** Caches of the kernel, the largest. */
  slabs: 25,
  /** Lines of a log that are looked at, its last ones. */
  logLines: 4_000,
  /** Of them those that are told, the last that a rule may read. */
  toldLines: 400,
  /** Bytes of a log of text, its last ones. */
  logBytes: 524_288,
  /** Bytes of a line of a log; the rest is cut off. */
  lineBytes: 1_000,
  /** How far back the kernel's log is read, in seconds: it tells of a blocked task ten times, and then no more. */
  kernelLogSeconds: 21_600,
  /** How far back the logs of kubelet and runtime are read, in seconds. */
  journalSeconds: 3_600,
  /** What the kernel says in its first seconds is its start, and is left out. */
  bootSeconds: 30,
  /** What is read of the file: lines, and UTF-16 code units of one. */
  lines: { lines: 60_000, characters: 8_192 },
} as const;

/** What a kernel trace tells of the kubelet's open files. */
export const KERNEL_TRACE_LIMITS = {
  /** Files of one look at /proc/PID/fd; a kubelet has some fifty open. */
  files: 1000,
  /** Bytes of a path; those of cgroups have some 200. */
  pathBytes: 512,
} as const;

/** What the readers of traces of system calls take, from any writer. */
export const TRACE_TEXT = {
  /** Lines of a kernel trace, and UTF-16 code units of one: ours have 1.7 million of some 150 at most. */
  kernel: { lines: 5_000_000, characters: 16_384 },
  /** Lines of a strace log, and UTF-16 code units of one, which `-v -s 9999` makes long. */
  strace: { lines: 5_000_000, characters: 262_144 },
  /** Changes of a descriptor's file that are gone through for one call: a call that lasts longer names no file. */
  changesInCall: 100,
} as const;

/** `KEY VALUE` lines that a script prints of its end. */
export const SCRIPT_FACTS = {
  /** A script prints some twenty. */
  lines: 10_000,
  /** UTF-16 code units of one: a path and a word. */
  characters: 16_384,
} as const;

/** Kubeconfigs: a workspace may name one, and a colleague may have written it. */
export const KUBECONFIG = {
  /** Files of one list; more are not read. People with a file for each cluster have some dozens. */
  files: 100,
  /** Of one file, in bytes: 1,000 contexts with certificates inside are 8 MiB. */
  bytes: 16 * 1024 * 1024,
  /** Of all files together, in bytes. */
  allBytes: 32 * 1024 * 1024,
  /** Nodes of a file's YAML, what aliases repeat counted each time: 1,000 contexts are 50,000. */
  yamlNodes: 500_000,
  /** Levels of nesting in the YAML; a kubeconfig has seven. */
  yamlDepth: 50,
  /** Contexts, clusters and users each, in all files together; the rest is left out, and said so. */
  entries: 5_000,
  /** A name, an address or a path in it, in UTF-16 code units. */
  text: 4_096,
  /** Arguments or variables of a plugin, groups to impersonate, keys of an auth provider. */
  items: 1_000,
} as const;

/** What logs in: files and programs that a kubeconfig names. */
export const CREDENTIALS = {
  /** A token, certificate, key or bundle of authorities, in bytes; a system's whole bundle is 220 KB. */
  fileBytes: 1024 * 1024,
  /** Standard output and standard error of a plugin, in bytes each; more ends the plugin. */
  pluginOutputBytes: 1024 * 1024,
  /** Long enough for a login in the browser; a plugin that waits on a hidden prompt ends here. In milliseconds. */
  pluginMs: 120_000,
  /** A plugin has ended and a process that it started holds its output open: so long is waited, in milliseconds. */
  pluginDrainMs: 2_000,
  /** Answers of the user's that are remembered; the oldest are forgotten first. */
  rememberedAnswers: 200,
} as const;
