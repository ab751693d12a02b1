/** Which commands count which things: a table of words in a command, the first line that fits wins. No text is read here. */
import type { CountedThing } from '../model.js';

/** What a command's number is of. What is no counted thing is made into something else. */
export type CommandCounts = CountedThing | 'all-containers' | 'all-sandboxes' | 'cpus' | 'blocked';

interface CountingCommand {
  readonly counts: CommandCounts;
  readonly words: RegExp;
  /** And none of these. */
  readonly not?: RegExp;
}

/** Lines are counted: `wc -l`, `grep -c`, `uniq -d | wc`. */
const IS_COUNT = /\bwc\b|\bgrep (?:-\w{1,8} )*-\w{0,8}c/u;
/** Lines of a log or of a trace that speak of a thing are no such things. */
const OF_LOGS =
  /\b(?:journalctl|dmesg|zgrep|strace|[a-z]{2,12}snoop)\b|\/var\/log\/|\b(?:kubectl|oc) (?:.{0,60} )?events?\b|\b(?:kubectl|docker|crictl) logs\b/u;
/** What stands in the files that were found is counted, and not they. */
const OF_CONTENTS = /\bxargs\b|-exec\b/u;
/** A setting is changed; `2>/dev/null` changes nothing. */
const WRITES = /(?:^|[^2&])>| -w\b/u;
const CONTAINERS = /\b(?:docker|nerdctl|podman|crictl)\b.{0,80}?\b(?:ps|container (?:ls|list))\b/u;
const FIREWALL = /\bip6?tables(?:-legacy|-nft)?(?:-save\b| .{0,80}-[A-Za-z]{0,6}[LS])/u;

const COUNTING: readonly CountingCommand[] = [
  { counts: 'unpopulated-cgroups', words: /\bpopulated 0\b/u },
  { counts: 'cpus', words: /\/proc\/cpuinfo\b/u },
  // `ps aux | awk '$8 ~ /^D/' | wc -l`, `ps -eLo state | grep -c D`.
  { counts: 'blocked', words: /\bps\b.{0,200}[ ^"'/~[]D(?:[\s"'/+|*\]]|$)/u },
  { counts: 'inotify-watches', words: /\binotify\b.{0,200}fdinfo|fdinfo.{0,200}\binotify\b/u },
  { counts: 'inotify-instances', words: /\binotify\b/u },
  { counts: 'iptables-duplicates', words: /\bip6?tables.{0,300}\buniq -\w{0,3}[dD]/u },
  { counts: 'iptables-rules', words: FIREWALL },
  { counts: 'ipvs-entries', words: /\bipvsadm\b/u },
  { counts: 'conntrack-entries', words: /\bconntrack (?:.{0,40})-\w?L|\/proc\/net\/(?:nf|ip)_conntrack\b/u },
  { counts: 'bpf-jit-bytes', words: /\bbpf_jit\b.{0,200}\bawk\b|\bawk\b.{0,200}\bbpf_jit\b/u },
  { counts: 'systemd-scopes', words: /\bscopes?\b|transient mount/u },
  { counts: 'systemd-slices', words: /\bsystemctl\b.{0,200}\bslices?\b|\*\.slice\b/u },
  {
    counts: 'memory-cgroup-directories',
    words:
      /\b(?:find|ls|tree|lscgroup)\b.{0,100}(?:\/sys\/fs\/cgroup\/memory\b|\bmemory:)|\blscgroup\b.{0,100}\bmemory\b/u,
    not: OF_CONTENTS,
  },
  {
    counts: 'cgroup-directories',
    words: /\b(?:find|ls|tree|du)\b.{0,100}\/sys\/fs\/cgroup\b|\blscgroup\b|\bsystemd-cgls\b/u,
    not: OF_CONTENTS,
  },
  { counts: 'images', words: /\b(?:docker|nerdctl|podman|crictl|ctr)\b.{0,80}\bimages?\b/u },
  { counts: 'sandboxes-exited', words: /\bcrictl\b.{0,80}\bpods\b.{0,80}not-?ready/iu },
  { counts: 'pods', words: /\bcrictl\b.{0,80}\bpods\b.{0,80}\bready\b/iu },
  { counts: 'all-sandboxes', words: /\bcrictl\b.{0,80}\bpods\b/u },
  { counts: 'containers-exited', words: /\b(?:docker|nerdctl|podman|crictl)\b.{0,200}\bexited\b/iu },
  {
    counts: 'all-containers',
    words:
      /\b(?:docker|nerdctl|podman|crictl)\b.{0,80}?\b(?:ps|ls) (?:-\w{1,8} ){0,4}(?:-\w{0,4}a|--all\b)|\bctr\b.{0,80}\b(?:c|containers?) (?:ls|list)\b/u,
  },
  { counts: 'containers-running', words: CONTAINERS },
  // Without a node they are the cluster's, with a state not all of them.
  {
    counts: 'pods',
    words: /\b(?:kubectl|oc)\b.{0,80}\b(?:pods?|po)\b.{0,200}(?:nodeName|wide.{0,60}\bgrep\b)/u,
    not: /evicted|error|pending|terminating|crash|completed|unknown|creating|failed| -v\b/iu,
  },
  { counts: 'pods', words: /\/var\/lib\/kubelet\/pods\/?(?=[\s|'"*]|$)/u, not: /\bmount\b|volumes/u },
  {
    counts: 'mounts',
    words:
      /\bmount\b|\/proc\/\S{1,20}\/mount(?:s|info)\b|\/proc\/mounts\b|\/etc\/mtab\b|\bfindmnt\b|\bmounts?\.(?:log|txt)\b/u,
  },
  {
    counts: 'block-devices',
    words:
      /\blsblk\b|\/sys\/(?:class\/)?block\b|\/proc\/(?:partitions|diskstats)\b|\bdmsetup ls\b|\blosetup\b/u,
  },
  { counts: 'open-files', words: /\/proc\/.{1,40}\/fd\b|\blsof\b/u, not: /\binotify\b/u },
];

/** A file or a sum whose whole text is the number. */
const NUMBERS: readonly CountingCommand[] = [
  { counts: 'cpus', words: /^(?:sudo )?nproc\b/u },
  { counts: 'inotify-instances-limit', words: /\bmax_user_instances\b/u, not: WRITES },
  { counts: 'inotify-watches-limit', words: /\bmax_user_watches\b/u, not: WRITES },
  { counts: 'conntrack-entries', words: /\bnf_conntrack_count\b|\bconntrack -C\b/u },
  { counts: 'conntrack-limit', words: /\b(?:nf|ip)_conntrack_max\b/u, not: WRITES },
  { counts: 'bpf-jit-limit-bytes', words: /\bbpf_jit_limit\b/u, not: WRITES },
  { counts: 'bpf-jit-bytes', words: /\bbpf_jit\b/u, not: /\bwc\b|\bbpf_jit_(?:enable|harden)\b/u },
  { counts: 'memory-cgroups', words: /\/proc\/cgroups\b/u, not: /\bwc\b/u },
  { counts: 'dying-cgroups', words: /\bnr_dying_descendants\b/u },
];

/** Longest command that is looked at. */
const LONGEST = 1000;

/** Undefined: its number is of nothing that is known. */
export function whatCommandCounts(command: string): CommandCounts | undefined {
  const text = command.slice(0, LONGEST);
  if (MOUNT_RATE.test(text)) return 'mount-changes-per-second';
  if (OF_LOGS.test(text)) return undefined;
  const table = IS_COUNT.test(text) ? COUNTING : NUMBERS;
  return table.find(({ words, not }) => words.test(text) && not?.test(text) !== true)?.counts;
}

/** `timeout 10 mountsnoop | wc -l`, `timeout 10s findmnt --poll | wc -l`. */
const MOUNT_RATE =
  /\btimeout (?:-\w(?: ?\w{1,8})? )?(\d{1,4})s? .{0,80}\b(?:mountsnoop|findmnt --poll)\b.{0,80}\bwc\b/u;

/** Seconds over which a command counted, where its number is a rate; 1 for others. */
export function secondsCounted(command: string): number {
  return Math.max(1, Number(MOUNT_RATE.exec(command.slice(0, LONGEST))?.[1] ?? '1'));
}

/** Lines of a command's output that are its heading and counted by `wc -l`, too. */
export function headingLines(command: string): number {
  if (!/\bwc\b/u.test(command) || /\bgrep\b|\bawk\b|\btail\b/u.test(command)) return 0;
  if (/\bipvsadm\b/u.test(command)) return 3;
  if (/\blsblk\b/u.test(command)) return / -\w*n/u.test(command) ? 0 : 1;
  if (!/\b(?:docker|nerdctl|podman|crictl)\b/u.test(command)) return 0;
  return / -\w{0,4}q|--quiet|--no-header/u.test(command) ? 0 : 1;
}
