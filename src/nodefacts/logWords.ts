/**
 * Lines of logs that rules read, as extended expressions for the node's own grep: few of a loud log leave the node. Wider
 * than the rules' own expressions (src/triage), which judge what came. No quotes: they stand between some in a script.
 */

/** Of the kernel; the functions of a stack stand below the line that they explain. */
export const KERNEL_WORDS = [
  'blocked for more than|hung_task|lockup|rcu_|rcu: |Call Trace|[+]0x[0-9a-f]+/0x|task:',
  'oom-kill|[Oo]ut of memory|Killed process|page allocation|SLUB: |allocate memory',
  'cgroup: |unregister_netdevice|nf_conntrack|neighbour: |TCP: |period too short|workqueue: |hogged CPU',
  'I/O error|blk_update|print_req|timeout|timed out|controller is down|rejecting I/O|offline|reset',
  'EXT4-fs|XFS [(]|BTRFS|nfs: server|nfs4: server|libceph|rbd|[Rr]emounting',
].join('|');

/** Of kubelet, runtime and systemd. */
export const JOURNAL_WORDS = [
  'PLEG|pleg|[Dd]eadline|timed out|[Tt]imeout|[Ff]ailed|[Ee]rror|[Ww]aited|throttling|closed network|connection lost',
  'garbage collect|GCFailed|resource busy|rphaned|inotify|open files|no space left|allocate memory|ousekeeping',
  'reserved for|reserve|not ready|NotReady|Ready=false|not responding|is down|errno 524|seccomp|OOM|[Pp]robe',
  'cgroup|TransientUnit|already exists|transient mount|[.]mount: |freez|FROZEN|iptables|xtables|took|elapsed',
  'object cache|discard|attach or mount|ResourceExhausted|larger than max|reinspection|Main process exited',
  'start operation|get state for|dbus|Activation|fdatasync|apply request|EvictionThreshold|[Tt]oo many',
].join('|');
