/**
 * The script that measures the health of a node's memory cgroups: POSIX sh with find, awk, sort, cut, grep, sed, head, wc,
 * uname and tr of busybox, in dash, ash and bash. It only reads, and writes `cgroups.health.txt` into its working directory.
 *
 * The file is lines of `KEY: VALUE`, keys of our own with `# ` before them:
 *
 * | line | what follows |
 * | --- | --- |
 * | `# node-triage cgroup health 1` | first line: the format and its version |
 * | `# kernel: R`, `# machine: M`, `# cpus: N`, `# uptime: S` | of the node |
 * | `# layout: v1`, `# root: PATH` | `v1`, `v2` or `none`, and where the hierarchy was read |
 * | `# clock: C`, `# overhead: US` | what times are taken with, and what taking them costs (taken off already) |
 * | `os: …`, `boot: …`, `cgroups: …`, `meminfo: …`, `dentries: …`, `cgroup.stat: …` | lines of the node's files |
 * | `# directories: N`, `# pods: N`, `# cut: yes` | cgroups with a directory, those of pods; the list was cut |
 * | `read: ROLE N TICKS EARLY US,US,… PATH` | reads of one memory.stat: N in each round, system CPU of all in ticks of 10 ms, 1 where a slow one ended it, microseconds of each round |
 * | `scan: US PATH`, `# scanned: N` | one read of each cgroup, from the root down; how many |
 * | `# cost: TICKS`, `# took: US` | CPU of the check, its length |
 * | `# end: complete` | a file without it is cut off |
 *
 * Names of cgroups are a tenant's where one is delegated to its pod: any bytes but slashes and line ends, which the kernel
 * refuses (cgroup_mkdir, kernel/cgroup/cgroup.c). They are printed by printf, as dash's echo reads backslashes, and a tree
 * of any size and depth has an end.
 *
 * A read is the shell's own `read` of the first line: the kernel makes the whole text for the first byte, and no process
 * is started. Clocks: $EPOCHREALTIME (bash, ash from busybox 1.31 on), /proc/timer_list (hidden in most containers, but
 * not below the node's own root), GNU date, and /proc/uptime with as many reads as make 0.2 s.
 */

import { HEALTH_LIMITS as LIMITS } from '../base/limits.js';

/**
 * $1 the node's root (empty: /host, else that of process 1), $2 seconds at most, $3 cgroups at most to scan, $4 the node's
 * system by name, for where its root has no os-release; empty: not known.
 */
export const HEALTH_SCRIPT = `
root=$1 limit=$2 most=$3 system_name=$4
LC_ALL=C
export LC_ALL
ulimit -f 131072
exec >cgroups.health.txt

# Microseconds, by the clock that was chosen.
look_at_clock() {
  case $clock in
    shell) now=$EPOCHREALTIME now=\${now%.*}\${now#*.} ;;
    timer-list)
      { read -r _; read -r _; read -r _ _ now _; } <"$timers"
      now=$((now / 1000))
      ;;
    date) now=$(($(date +%s%N) / 1000)) ;;
    uptime)
      read -r now _ </proc/uptime
      now=\${now%.*}\${now#*.}0000
      ;;
  esac
}

find_clock() {
  clock=shell
  case $EPOCHREALTIME in *.??????) return ;; esac
  clock=timer-list
  for timers in "$root/proc/timer_list" /proc/1/root/proc/timer_list /proc/timer_list; do
    now=
    { read -r _; read -r _; read -r _ _ now _; } <"$timers"
    case $now in [1-9]*) return ;; esac
  done
  clock=date
  case $(date +%s%N) in *[!0-9]* | ??????????) ;; *) return ;; esac
  clock=uptime
} 2>/dev/null

# What a look costs: the least of five.
find_overhead() {
  overhead=1000000
  for _ in 1 2 3 4 5; do
    look_at_clock
    before=$now
    look_at_clock
    [ $((now - before)) -lt $overhead ] && overhead=$((now - before))
  done
}

count_system() {
  read -r line </proc/$$/stat
  set -- \${line##*) }
  system=$((\${13})) cost=$((\${12} + \${13} + \${14} + \${15}))
}

# $2 reads of the first line of $1, in microseconds.
time_reads() {
  look_at_clock
  before=$now count=0
  while [ $count -lt "$2" ]; do
    read -r _ <"$1"
    count=$((count + 1))
  done
  look_at_clock
  took=$((now - before - overhead))
  [ $took -gt 0 ] || took=0
} 2>/dev/null

# $1 role, $2 directory. Reads some time apart: a read collects what changed since the last, so that the second of two in
# a row is quick whatever the first cost, and a kubelet reads each file every 10 s.
measure() {
  [ -r "$2/memory.stat" ] || return
  reads=1 rounds=5 times= early=0 spent=0 slowest=0
  count_system
  system_before=$system
  while [ $rounds -gt 0 ]; do
    rounds=$((rounds - 1))
    time_reads "$2/memory.stat" $reads
    [ $took -gt $slowest ] && slowest=$took
    times=$times\${times:+,}$took spent=$((spent + took))
    if [ $took -gt $((1000000 * reads)) ] || [ $spent -gt 3000000 ]; then
      [ $rounds -gt 0 ] && early=1
      rounds=0
    fi
    if [ $rounds -eq 0 ]; then
      # For a clock of 10 ms: single reads below 20 say nothing, several together below 200.
      if [ $clock = uptime ] && [ $reads -lt 16384 ] && [ $slowest -lt $((reads > 1 ? 200000 : 20000)) ]; then
        reads=$((reads * 4)) rounds=1 times= spent=0
      fi
    elif [ $reads -eq 1 ]; then
      sleep 0.3 2>/dev/null || sleep 1
    fi
  done
  count_system
  name=\${2#"$base"}
  printf '%s\\n' "read: $1 $reads $((system - system_before)) $early $times \${name:-/}"
}

# $1 key, $2 pattern, $3 file below the node's root, or the same of this container: it is one kernel.
say_lines() {
  from=$root$3
  [ -f "$from" ] && [ -r "$from" ] || from=$3
  [ -f "$from" ] || return
  head -c ${LIMITS.fileBytes} "$from" | grep -sE "$2" | head -n ${LIMITS.fileLines} | sed "s/^/$1: /"
}

scan() {
  [ $clock = date ] && [ "$most" -gt 200 ] && most=200
  look_at_clock
  until=$((now + 5000000)) scanned=0
  [ $until -lt $end ] || until=$end
  while [ $scanned -lt "$most" ] && [ $now -lt $until ] && read -r directory; do
    time_reads "$directory/memory.stat" 1
    name=\${directory#"$base"}
    printf '%s\\n' "scan: $took \${name:-/}"
    scanned=$((scanned + 1))
  done
  echo "# scanned: $scanned"
}

if [ -z "$root" ]; then
  for root in /host /proc/1/root ''; do
    [ -d "$root/sys/fs/cgroup" ] && break
  done
fi
cgroups=$root/sys/fs/cgroup layout=none base=
if [ -d "$cgroups/memory" ] && [ -e "$cgroups/memory/memory.stat" ]; then
  layout=v1 base=$cgroups/memory
elif [ -e "$cgroups/cgroup.controllers" ]; then
  layout=v2 base=$cgroups
fi
find_clock
find_overhead
look_at_clock
started=$now end=$((now + limit * 1000000))

kernel=$(uname -r)
[ -r "$root/proc/sys/kernel/osrelease" ] && read -r kernel <"$root/proc/sys/kernel/osrelease"
read -r uptime _ </proc/uptime
echo "# node-triage cgroup health 1"
echo "# kernel: $kernel"
echo "# machine: $(uname -m)"
echo "# cpus: $(grep -c '^cpu[0-9]' /proc/stat)"
echo "# uptime: $uptime"
echo "# layout: $layout"
echo "# root: $base"
echo "# clock: $clock"
echo "# overhead: $overhead"
if [ -z "$root" ] || [ -r "$root/etc/os-release" ]; then
  say_lines os '^PRETTY_NAME=' /etc/os-release
elif [ -n "$system_name" ]; then
  # Never this container's own: it says what the image is.
  printf 'os: PRETTY_NAME=%s\\n' "$system_name"
fi
from=$root/proc/cmdline
[ -f "$from" ] && [ -r "$from" ] || from=/proc/cmdline
head -c ${LIMITS.fileBytes} "$from" | tr ' ' '\\n' | grep -E '^(cgroup[._]|swapaccount=|systemd[.]unified_cgroup)' | sed 's/^/boot: /'
say_lines cgroups '^memory' /proc/cgroups
say_lines meminfo '^(MemTotal|MemAvailable|Cached|Slab|SReclaimable|SUnreclaim|Percpu):' /proc/meminfo
say_lines dentries . /proc/sys/fs/dentry-state

if [ $layout != none ]; then
  [ $layout = v2 ] && grep -s . "$base/cgroup.stat" | head -n ${LIMITS.fileLines} | sed 's/^/cgroup.stat: /'
  # From the root down: the upper ones hold what the lower ones hold. Dead ones have no directory.
  find "$base" -type d 2>/dev/null | head -n ${LIMITS.cgroups} | head -c ${LIMITS.nameBytes} >listed
  # Its last line may be half a name.
  { [ "$(wc -c <listed)" -lt ${LIMITS.nameBytes} ] && cat listed || sed '$d' listed; } | awk -F/ '{ print NF, $0 }' | sort -n | cut -d ' ' -f 2- >directories
  echo "# directories: $(($(wc -l <directories)))"
  echo "# pods: $(grep -cE '/(kubepods[^/]*-)?pod[0-9a-f_-]{32,36}([.]slice)?$' directories)"
  if [ "$(wc -l <directories)" -ge ${LIMITS.cgroups} ] || [ "$(wc -c <listed)" -ge ${LIMITS.nameBytes} ]; then
    echo "# cut: yes"
  fi
  rm -f listed
  measure root "$base"
  # Not from the list: a deep tree that comes before it may have filled that.
  find "$base" -maxdepth ${LIMITS.kubepodsDepth} -type d '(' -name kubepods -o -name kubepods.slice ')' 2>/dev/null | head -n 100 |
    awk -F/ '{ print NF, $0 }' | sort -n | cut -d ' ' -f 2- | head -n 4 >kubepods
  [ -s kubepods ] || grep -E '/kubepods([.]slice)?$' directories | head -n 4 >kubepods
  while read -r directory; do
    look_at_clock
    [ $now -lt $end ] || break
    measure kubepods "$directory"
  done <kubepods
  [ $clock = uptime ] || scan <directories
  rm -f directories kubepods
fi
count_system
look_at_clock
echo "# cost: $cost"
echo "# took: $((now - started))"
echo "# end: complete"
`;
