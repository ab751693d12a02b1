/**
 * What is looked at of a node, a section each: the shell text that prints it, as data. Each is run by itself, in the bounds
 * of factsScript.ts; it gets where proc is mounted ($1), the node's root ($2) and a folder of its own ($3).
 *
 * It ends with 0; with 3 where the kernel or the node has no such thing, 4 where the pod may not look at it, 5 where the
 * tool for it is not there. 7: nothing is to be said yet.
 *
 * What a tenant can name (processes, mounts, cgroups) is printed last in its line, without line ends and control
 * characters. Awk reads it where a process for each of thousands would cost too much.
 */
import { NODE_FACTS as LIMITS } from '../base/limits.js';
import { SHELL_LIST_OPEN_FILES } from '../base/shellParts.js';
import { JOURNAL_WORDS, KERNEL_WORDS } from './logWords.js';

/** Of the node and of the cgroups that the kubelet and systemd make at the top. */
const PRESSURE = String.raw`
cd "$1/pressure" 2>/dev/null || exit 3
grep -s . cpu memory io || exit 4
cd "$2/sys/fs/cgroup" 2>/dev/null || exit 0
for slice in kubepods kubepods.slice kubelet kubelet.slice system.slice user.slice; do
  [ -e "$slice/cpu.pressure" ] || continue
  grep -s . "$slice/cpu.pressure" "$slice/memory.pressure" "$slice/io.pressure"
done
exit 0
`;

const LOAD = String.raw`
cd "$1" || exit 3
grep -s . loadavg sys/kernel/pid_max sys/kernel/threads-max sys/fs/file-nr sys/fs/dentry-state /dev/null || exit 4
echo "cpus:$(grep -c '^cpu[0-9]' stat)"
`;

const CPU = String.raw`
grep -E '^(cpu |ctxt |processes |procs_)' "$1/stat" || exit 4
`;

const MEMORY = String.raw`
grep -E '^[A-Z][A-Za-z_()]*: ' "$1/meminfo" || exit 4
`;

const VMSTAT = String.raw`
grep -E '^(pgpgin|pgpgout|pswpin|pswpout|pgmajfault|pgscan_(kswapd|direct)|workingset_refault(_file)?|allocstall(_[a-z0-9]+)?|oom_kill) ' "$1/vmstat" || exit 4
`;

/** Devices that were used; those in memory and the loops of images are none. */
const DISKS = String.raw`
[ -e "$1/diskstats" ] || exit 3
awk '$3 !~ /^(loop|ram|zram|sr|fd)/ && ($4 + $8 > 0 || $12 > 0)' "$1/diskstats"
`;

/** MAJOR:MINOR TYPE SOURCE PATH of the first mounts of each device; of pods none. */
const FILESYSTEMS = String.raw`
[ -e "$1/1/mountinfo" ] || exit 3
head -c ${LIMITS.mountBytes} "$1/1/mountinfo" | awk '
  { for (i = 7; i < NF && $i != "-"; i++); }
  $(i + 2) ~ /^\/dev\// && $5 !~ /\/(pods|containerd|docker|containers)\// && seen[$3]++ < 3 { print $3, $(i + 1), $(i + 2), $5 }
'
`;

/** By type; in the second look those that came and went, by their number and path. */
const MOUNTS = String.raw`
[ -e "$1/1/mountinfo" ] || exit 3
head -c ${LIMITS.mountBytes} "$1/1/mountinfo" >"$3/mounts.now" 2>/dev/null
[ -s "$3/mounts.now" ] || exit 4
[ "$(wc -c <"$3/mounts.now")" -lt ${LIMITS.mountBytes} ] || echo "cut 1"
awk '
  { for (i = 7; i < NF && $i != "-"; i++); types[$(i + 1)]++ }
  END { print "total", NR; for (type in types) print "type", types[type], type }
' "$3/mounts.now"
if [ -e "$3/mounts.before" ]; then
  awk '
    FILENAME ~ /before$/ { seen[$1 " " $5] = 1; next }
    { key = $1 " " $5; if (key in seen) delete seen[key]; else { added++; if (added <= 5) print "new", $5 } }
    END { for (key in seen) removed++; print "added", added + 0; print "removed", removed + 0 }
  ' "$3/mounts.before" "$3/mounts.now"
fi
mv "$3/mounts.now" "$3/mounts.before"
`;

/** Programs whose command line tells what is waited for. Those of tenants may have anything in it, and are not read. */
const NODE_TOOLS =
  '^(runc|runc:.*|crun|conmon|du|find|iptables.*|ip6tables.*|xtables.*|nft|ipset|calico|calico-ipam|flannel|aws-cni|cilium-cni|multus|multus-shim|host-local|portmap|bridge|loopback|bandwidth|azure-vnet|nvidia-.*|mount|umount|fsfreeze|strace)$';
/** Named even where they did nothing. */
const NODE_DAEMONS =
  '^(systemd|init|kubelet|k3s-server|k3s-agent|k3s|rke2|kubelite|hyperkube|containerd|dockerd|crio|dbus-daemon|dbus-broker|kswapd[0-9]+|ksoftirqd.*)$';

/** The line of each process, with its path before it: a second line of a name has the same path. */
const LIST_PROCESSES = String.raw`
cd "$1" || exit 3
printf '%s\n' [0-9]*/stat | head -n ${LIMITS.processes} | xargs grep -s '' /dev/null >"$3/processes.now"
[ -s "$3/processes.now" ] || exit 4
`;

const PROCESSES_FIRST = `${LIST_PROCESSES}
mv "$3/processes.now" "$3/processes.before"
exit 7
`;

/** What each used between the two looks: `row PID PPID STATE THREADS START USER SYSTEM FAULTS PAGES NAME`. */
const PROCESSES = String.raw`${LIST_PROCESSES}
[ -e "$3/processes.before" ] || : >"$3/processes.before"
awk -v tools='${NODE_TOOLS}' -v daemons='${NODE_DAEMONS}' '
  function short(name) { return name ~ /^kworker/ ? "kworker" : name ~ /^ksoftirqd/ ? "ksoftirqd" : name }
  {
    pid = substr($0, 1, index($0, "/") - 1)
    text = substr($0, index($0, ":") + 1)
    if (text !~ /[)] [A-Za-z] -?[0-9]+ /) next
    rest = text
    sub(/^.*[)] /, "", rest)
    if (split(rest, f, " ") < 22) next
  }
  FILENAME ~ /before$/ { if (!(pid in start)) { start[pid] = f[20]; user[pid] = f[12]; system_[pid] = f[13]; faults[pid] = f[10] }; next }
  pid in done { next }
  {
    done[pid] = 1
    name = text
    if (sub(/^[0-9]+ [(]/, "", name) == 0) name = "?"
    sub(/[)] [A-Za-z] -?[0-9]+ .*$/, "", name)
    gsub(/[^ -~]/, "?", name)
    same = pid in start && start[pid] == f[20]
    u = f[12] - (same ? user[pid] : 0); s = f[13] - (same ? system_[pid] : 0); m = f[10] - (same ? faults[pid] : 0)
    processes++; threads += f[18]; states[f[1]]++
    count[short(name)]++; ticks[short(name)] += u + s
    if (u + s > 0 || m > 0 || f[1] ~ /[DZTt]/ || name ~ tools || name ~ daemons)
      print u + s, "row", pid, f[2], f[1], f[18], f[20], u, s, m, f[22], name
    if (name ~ tools) print -1, "tool", pid
  }
  END {
    print 1e12, "processes", processes + 0, threads + 0
    for (state in states) print 1e11, "state", states[state], state
    for (name in count) if (count[name] > 3 || ticks[name] > 0) print -2 + count[name] / 1e6, "name", count[name], ticks[name], name
  }
' "$3/processes.before" "$3/processes.now" | sort -rn | cut -d ' ' -f 2- >"$3/processes.told"
grep -v '^tool ' "$3/processes.told" | head -n ${LIMITS.processRows}
grep '^tool ' "$3/processes.told" | head -n ${LIMITS.commands} >"$3/tools"
`;

const COMMANDS = String.raw`
[ -s "$3/tools" ] || exit 7
cd "$1" || exit 3
while read -r _ pid; do
  line=$(head -c ${LIMITS.commandBytes} "$pid/cmdline" 2>/dev/null | tr '\0\n' '  ' | tr -c ' -~' '?')
  [ -z "$line" ] || printf '%s\n' "$pid $line"
done <"$3/tools"
`;

/**
 * Tasks that no signal wakes: PID TID SWITCHES START WAITS FUNCTIONS NAME. Where a task slept in two looks with as many
 * switches, it slept all the time between them.
 */
const BLOCKED = String.raw`
cd "$1" || exit 3
[ -r loadavg ] || exit 3
read -r _ _ _ threads _ <loadavg
threads=$(echo "$threads" | cut -d / -f 2)
if [ "$threads" -le ${LIMITS.threads} ]; then
  echo "looked threads"
  printf '%s\n' [0-9]*/task/[0-9]*/stat
else
  echo "looked processes"
  printf '%s\n' [0-9]*/stat
fi >"$3/tasks"
head -n 1 "$3/tasks"
sed 1d "$3/tasks" | xargs grep -sE '[)] D -?[0-9]+ ' /dev/null | head -n ${LIMITS.blockedTasks} | awk '
  {
    at = index($0, ":"); file = substr($0, 1, at - 1); text = substr($0, at + 1)
    pid = file; sub(/\/.*/, "", pid)
    task = file; sub(/\/stat$/, "", task)
    tid = task; sub(/.*\//, "", tid)
    rest = text; sub(/^.*[)] /, "", rest)
    if (split(rest, f, " ") < 20) next
    name = text; sub(/^[0-9]+ [(]/, "", name); sub(/[)] D -?[0-9]+ .*$/, "", name); gsub(/[^ -~]/, "?", name)
    switches = 0
    while ((getline line < (task "/status")) > 0)
      if (line ~ /^(non)?voluntary_ctxt_switches:/) { split(line, s, /[: \t]+/); switches += s[2] }
    close(task "/status")
    waits = "-"
    if ((getline line < (task "/wchan")) > 0 && line != "0" && line ~ /^[A-Za-z0-9_.]+$/) waits = line
    close(task "/wchan")
    frames = ""; depth = 0
    while (depth < 16 && (getline line < (task "/stack")) > 0) {
      sub(/^.*\] /, "", line); sub(/\+0x.*$/, "", line)
      if (line ~ /^[A-Za-z0-9_.]+$/) { frames = frames (frames == "" ? "" : ",") line; depth++ }
    }
    close(task "/stack")
    print "task", pid, tid, switches, f[20], waits, frames == "" ? "-" : frames, name
  }
'
exit 0
`;

/** Instances are descriptors, watches are lines of their fdinfo. */
const INOTIFY = String.raw`
cd "$3" || exit 4
${SHELL_LIST_OPEN_FILES}
[ -n "$ls_flags" ] || exit 5
cd "$1" || exit 3
grep -s . sys/fs/inotify/max_user_instances sys/fs/inotify/max_user_watches || exit 3
printf '%s\n' [0-9]*/fd | head -n ${LIMITS.processes} | xargs ls $ls_flags "$3" 2>/dev/null | awk '
  /^[0-9]+\/fd:$/ { pid = $0; sub(/\/.*/, "", pid); next }
  /^[^ ]*:$/ { pid = "" }
  pid != "" && / -> anon_inode:\[?inotify\]?$/ { print pid, $3, $(NF - 2) }
' >"$3/instances"
head -n ${LIMITS.instances} "$3/instances" | awk '{ print $1 "/fdinfo/" $3 }' | xargs grep -sc '^inotify ' /dev/null >"$3/watches"
awk '
  FILENAME ~ /watches$/ { at = index($0, "/fdinfo/"); if (at == 0) next; split(substr($0, at + 8), part, ":"); count[substr($0, 1, at - 1) " " part[1]] = part[2]; next }
  { instances[$1]++; uid[$1] = $2; watches[$1] += count[$1 " " $3]; ofUser[$2]++; watchesOfUser[$2] += count[$1 " " $3] }
  END {
    for (user in ofUser) print 1e9, "user", user, ofUser[user], watchesOfUser[user]
    for (pid in instances) {
      name = "?"
      if ((getline line < (pid "/comm")) > 0) name = line
      close(pid "/comm")
      gsub(/[^ -~]/, "?", name)
      print instances[pid], "process", pid, uid[pid], instances[pid], watches[pid], name
    }
  }
' "$3/watches" "$3/instances" | sort -rn | cut -d ' ' -f 2- | head -n ${LIMITS.inotifyRows}
`;

/** /proc/net is of the network namespace of who reads: the pod has the node's. */
const NETWORK = String.raw`
cd "$1" || exit 3
grep -s . sys/net/netfilter/nf_conntrack_count sys/net/netfilter/nf_conntrack_max
if [ -r net/ip_vs ]; then
  echo "ip_vs_services:$(grep -cE '^(TCP|UDP|SCTP|FWM) ' net/ip_vs)"
  echo "ip_vs_destinations:$(grep -cE '^ +-> [0-9A-F[]' net/ip_vs)"
fi
exit 0
`;

const SOFTIRQS = String.raw`
[ -e "$1/softirqs" ] || exit 3
awk 'NR > 1 { sum = 0; for (i = 2; i <= NF; i++) sum += $i; printf "%s %.0f\n", $1, sum }' "$1/softirqs"
`;

/** One tree is walked: that of version 2, else the named one of systemd, which has every cgroup of a unit. */
const CGROUPS = String.raw`
grep -E '^[a-z_]+[[:space:]]+[0-9]+[[:space:]]+[0-9]+[[:space:]]+[01]$' "$1/cgroups" | tr '\t' ' ' | sed 's/^/kernel /'
base=$2/sys/fs/cgroup tree=
if [ -e "$base/cgroup.controllers" ]; then
  tree=$base
  echo "layout v2"
else
  for tree in "$base/systemd" "$base/memory" "$base/pids" "$base/cpu" ''; do
    [ -n "$tree" ] && [ -d "$tree" ] && break
  done
  [ -n "$tree" ] && echo "layout v1"
fi
[ -n "$tree" ] || exit 4
cd "$tree" || exit 4
for slice in . kubepods kubepods.slice system.slice user.slice; do
  [ -r "$slice/cgroup.stat" ] || continue
  grep -sE '^nr_(dying_)?descendants ' "$slice/cgroup.stat" | sed "s|^|stat $slice |"
done
find . -type d 2>/dev/null | head -n ${LIMITS.cgroups} >"$3/cgroups.all"
find . -name cgroup.procs -exec grep -ls . {} + 2>/dev/null | head -n ${LIMITS.cgroups} >"$3/cgroups.used"
[ "$(wc -l <"$3/cgroups.all")" -lt ${LIMITS.cgroups} ] || echo "cut 1"
awk '
  FILENAME ~ /used$/ { path = $0; while (sub(/\/[^\/]*$/, "", path) && path != "." && !(path in used)) used[path] = 1; next }
  $0 == "." { next }
  {
    split($0, part, "/"); top = part[2]; gsub(/[^ -~]/, "?", top)
    scope = /[.]scope$/; slice = /[.]slice$/; free = !($0 in used)
    all[top]++; empty[top] += free; scopes[top] += scope; slices[top] += slice
  }
  END { for (top in all) print all[top], empty[top], scopes[top], slices[top], top }
' "$3/cgroups.used" "$3/cgroups.all" | sort -rn | head -n ${LIMITS.slices} | sed 's/^/slice /'
`;

/** The largest caches. */
const SLABS = String.raw`
[ -e "$1/slabinfo" ] || exit 3
[ -r "$1/slabinfo" ] || exit 4
awk 'NR > 2 { printf "%.0f %s\n", $3 * $4, $0 }' "$1/slabinfo" | sort -rn | head -n ${LIMITS.slabs} | cut -d ' ' -f 2-
`;

/** Compiled programs lie in memory of vmalloc, named by who asked for it. */
const BPF = String.raw`
[ -e "$1/sys/net/core/bpf_jit_limit" ] || exit 3
# Not by the shell's read: the file gives nothing behind its first byte to who takes one at a time.
limit=$(cat "$1/sys/net/core/bpf_jit_limit" 2>/dev/null)
[ -n "$limit" ] || exit 4
echo "limit $limit"
[ -r "$1/vmallocinfo" ] || exit 0
awk '/ (bpf_jit|bpf_prog|alloc_new_pack)/ { bytes += $2; areas++ } END { if (areas) printf "used %.0f %d\n", bytes, areas }' "$1/vmallocinfo"
`;

/** Read where that is possible; what has to be asked runs in the node's root, which needs a right of the pod's. */
const VERSIONS = String.raw`
for file in "$2"/usr/lib/systemd/libsystemd-shared-*.so "$2"/lib/systemd/libsystemd-shared-*.so "$2"/usr/lib64/systemd/libsystemd-shared-*.so; do
  [ -e "$file" ] || continue
  version=$(printf '%s' "$file" | sed 's/.*libsystemd-shared-//; s/[.]so$//' | tr -c 'A-Za-z0-9.~_-' '?')
  echo "systemd $version"
  break
done
for tool in runc iptables; do
  said=$(chroot "$2" "$tool" --version 2>/dev/null | head -n 1 | head -c 200 | tr -d '\n' | tr -c ' -~' '?')
  [ -z "$said" ] || printf '%s\n' "$tool $said"
done
chroot "$2" sh -c : 2>/dev/null
case $? in 0 | 127) exit 0 ;; esac
exit 4
`;

/** Of the last hours, by the kernel's own stamps; what it says of its start tells nothing of a node that is slow later. */
const KERNEL_LOG = String.raw`
command -v dmesg >/dev/null || exit 5
dmesg >"$3/dmesg" 2>/dev/null || exit 4
uptime=$(cut -d . -f 1 "$1/uptime")
tail -n ${LIMITS.logLines} "$3/dmesg" | awk -v from=$((uptime - ${LIMITS.kernelLogSeconds})) '
  { stamp = $0; if (sub(/^\[ */, "", stamp) == 0 || (stamp + 0 >= from && stamp + 0 >= ${LIMITS.bootSeconds})) print }
' | grep -E '${KERNEL_WORDS}' | tail -n ${LIMITS.toldLines}
exit 0
`;

/** By the node's own journalctl, in its root; where there is no journal the last of its files of text. */
const JOURNAL = String.raw`
if [ -x "$2/usr/bin/journalctl" ] || [ -x "$2/bin/journalctl" ]; then
  set -- "$1" "$2" "$3" _PID=1
  for unit in kubelet containerd docker crio cri-docker k3s k3s-agent rke2-server rke2-agent snap.microk8s.daemon-kubelite; do
    set -- "$@" + "_SYSTEMD_UNIT=$unit.service"
  done
  root=$2 folder=$3
  shift 3
  chroot "$root" journalctl --no-pager -q -o short-iso --since '-${LIMITS.journalSeconds}s' -n ${LIMITS.logLines} "$@" >"$folder/journal" 2>/dev/null
  case $? in 125 | 126) exit 4 ;; esac
else
  folder=$3
  for file in "$2/var/log/syslog" "$2/var/log/messages" "$2/var/log/kubelet.log"; do
    [ -f "$file" ] && [ -r "$file" ] && tail -c ${LIMITS.logBytes} "$file" | sed 1d
  done >"$folder/journal"
  [ -s "$folder/journal" ] || exit 3
fi
grep -E '${JOURNAL_WORDS}' "$folder/journal" | tail -n ${LIMITS.toldLines} | cut -c 1-${LIMITS.lineBytes}
exit 0
`;

export interface FactSection {
  readonly name: string;
  readonly script: string;
}

/** Looked at before and after the others. */
export const TWICE: readonly FactSection[] = [
  { name: 'cpu', script: CPU },
  { name: 'vmstat', script: VMSTAT },
  { name: 'disks', script: DISKS },
  { name: 'softirqs', script: SOFTIRQS },
  { name: 'mounts', script: MOUNTS },
];
/** In the first, the middle and the last look. */
export const BLOCKED_TASKS: FactSection = { name: 'blocked', script: BLOCKED };
export const FIRST_PROCESSES: FactSection = { name: 'processes', script: PROCESSES_FIRST };
export const LAST: readonly FactSection[] = [
  { name: 'processes', script: PROCESSES },
  { name: 'commands', script: COMMANDS },
];
/** What costs more comes later. */
export const ONCE: readonly FactSection[] = [
  { name: 'pressure', script: PRESSURE },
  { name: 'load', script: LOAD },
  { name: 'memory', script: MEMORY },
  { name: 'filesystems', script: FILESYSTEMS },
  { name: 'network', script: NETWORK },
  { name: 'slabs', script: SLABS },
  { name: 'bpf', script: BPF },
  { name: 'cgroups', script: CGROUPS },
  { name: 'inotify', script: INOTIFY },
  { name: 'versions', script: VERSIONS },
  { name: 'kernel-log', script: KERNEL_LOG },
  { name: 'journal', script: JOURNAL },
];
