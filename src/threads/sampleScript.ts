/**
 * The script that samples a process's threads: POSIX sh with grep, ls, head, cat, sleep and uname of busybox, in dash, ash and
 * bash. It writes `threads.samples.txt` (`.gz` where there is gzip) into its working directory.
 *
 * The file: header lines `# key: value`, then sections. Everything is kept as the kernel says it, found by grep, which
 * puts `PATH:` before each line.
 *
 * | line | what follows |
 * | --- | --- |
 * | `# node-triage thread samples 1` | first line: the format and its version |
 * | `# pid: N`, `# seconds: N`, `# rounds: N` | process, seconds and rounds asked for |
 * | `# kernel: R`, `# machine: M`, `# stacks: yes` | `uname -r`, `uname -m`, whether kernel stacks can be read |
 * | `# node: UPTIME` | `cpu…` lines of /proc/stat, then `PID/stat:` and `PID/schedstat:` of all processes and `PID/task/TID/schedstat:` of the sampled one; at the beginning and at the end |
 * | `# round: N UPTIME` | `TID/stat:`, `TID/syscall:`, `TID/wchan:`, `TID/stack:` of each thread, then `ls -ln` of the process's fd, or nothing where they are those of the shortest list before |
 * | `# look: UPTIME` | between two rounds: `ls -ln` of the process's fd, or nothing, as above |
 * | `# pace: N M` | from here on N rounds in all are planned, and M looks at files after each: it would have cost too much |
 * | `# files: N` | the list before it was cut: so many descriptors were open |
 * | `# processes: N` | in a look at the node: it has more than these N processes, which are missing |
 * | `# cost: N` | ticks of CPU (10 ms) that the script used, its children too |
 * | `# end: WHY` | `complete`, `gone` (the process ended), `limit` (of size). A file without it is cut off |
 *
 * Cost, measured on 10 threads with 21 descriptors: 2.0 ms a round with busybox (grep 1.0, ls 0.5, sleep 0.5), 3.6 ms
 * with the GNU tools; reading with the shell's own `read`, a system call a byte, took 3.4 to 5.4 ms. So it starts two or three
 * processes a round, never one a thread, and sleeps with `read -t` where the shell has it. After each 5 rounds it looks
 * at what it used and takes fewer where all of them would cost more than 2 % of a core; 20 it takes always.
 *
 * The looks between the rounds are for files that are open for some ten milliseconds: a thread that reads one is on a
 * CPU, where /proc tells neither its call nor its stack.
 *
 * comm is not read: it stands in stat.
 */
import { SAMPLE_LIMITS as LIMITS } from '../base/limits.js';
import { SHELL_LIST_OPEN_FILES } from '../base/shellParts.js';

/** $1 PID, $2 seconds, $3 rounds, $4 start of the process in ticks (field 22 of its stat; empty: any), $5 where proc is. */
export const SAMPLE_SCRIPT = `
pid=$1 seconds=$2 rounds=$3 born=$4 proc=$5
# 24 MiB by our own count, 64 MiB whatever happens (ulimit counts 512 bytes).
limit=25165824
ulimit -f 131072
LC_ALL=C
export LC_ALL

# Hundredths of a second since boot. No process is started for it.
look_at_clock() {
  read -r uptime _ </proc/uptime
  fraction=\${uptime#*.}
  now=$((\${uptime%.*} * 100 + 1$fraction - 100))
}

# Ticks that this shell and its children used.
count_cost() {
  read -r line </proc/$$/stat
  set -- \${line##*) }
  cost=$((\${12} + \${13} + \${14} + \${15}))
}

# Of the whole node, for what pidstat shows. Names are kept short by standing in proc.
look_at_node() {
  look_at_clock
  echo "# node: $uptime"
  cd "$proc" || exit 4
  grep '^cpu' stat
  grep -s '' "$pid/stat" "$pid/schedstat" "$pid"/task/*/schedstat
  set -- [0-9]*/stat [0-9]*/schedstat
  if [ $# -le ${LIMITS.namesAtOnce} ]; then
    grep -s '' "$@"
    return
  fi
  # More than one command takes: in portions.
  processes=0 names=
  for process in [0-9]*; do
    names="$names $process/stat $process/schedstat" processes=$((processes + 1))
    [ $((processes % 500)) -eq 0 ] || continue
    grep -s '' $names
    names=
    [ $processes -lt ${LIMITS.processes} ] || { echo "# processes: $processes"; return; }
  done
  [ -z "$names" ] || grep -s '' $names
}

# Sleeps $1 hundredths.
nap() {
  rest=$(($1 % 100))
  [ $rest -lt 10 ] && rest=0$rest
  case $nap in
    read) read -r -t "$(($1 / 100)).$rest" _ <&3 ;;
    sleep) sleep "$(($1 / 100)).$rest" ;;
    usleep) usleep "$1"0000 ;;
    whole) sleep $((($1 + 99) / 100)) ;;
  esac
}

# The cheapest way to sleep: the shell's own, on a pipe without a writer. Some sleeps take whole seconds alone.
find_nap() {
  mkfifo nap && exec 3<>nap && rm nap
  for nap in read sleep usleep; do
    look_at_clock
    before=$now
    nap 5
    look_at_clock
    [ $((now - before)) -ge 4 ] || continue
    # Each sleep that is a process costs as much as a look.
    looks=1
    [ $nap = read ] && looks=5
    return
  done
  nap=whole looks=0
  [ "$rounds" -gt "$seconds" ] && rounds=$seconds
} 2>/dev/null

# Where it would come near 2 % of a core in the end (the last look at the node costs what the first did): fewer
# looks at files, then fewer rounds.
set_pace() {
  left=$((rounds - round)) used=$((cost - first_cost))
  if [ $used -gt 0 ] && [ $((cost + first_cost + used * left / round)) -gt $budget ]; then
    if [ $looks -gt 0 ]; then looks=$((looks - 1))
    else
      affordable=$(((budget - cost - first_cost) * round / used))
      [ $((round + affordable)) -lt 20 ] && affordable=$((20 - round))
      [ $affordable -lt 1 ] && affordable=1
      [ $affordable -lt $left ] && left=$affordable
      rounds=$((round + left))
    fi
    echo "# pace: $rounds $looks"
  fi
  [ $left -gt 0 ] && pause=$(((end - now) / left))
}

# Most of a process's descriptors stay: they are listed where there are others than in the shortest list so far.
list_files() {
  set -- ../fd/*
  bytes=$((bytes + $# * 96))
  [ "$*" = "$usual" ] && return
  list_open_files ../fd 2>/dev/null | head -n ${LIMITS.files}
  # The first line of ls is none of a file.
  [ $# -lt ${LIMITS.files} ] || echo "# files: $#"
  [ $# -ge $usual_count ] || usual=$* usual_count=$#
}

is_there() {
  read -r line <"$proc/$pid/stat" || return 1
  set -- \${line##*) }
  [ -z "$born" ] || [ "$born" = "\${20}" ]
} 2>/dev/null

${SHELL_LIST_OPEN_FILES}
if ! is_there; then
  echo "no process $pid" >&2
  exit 3
fi
exec >threads.samples.txt
find_nap
stacks=no
cat "$proc/$pid/stack" >/dev/null 2>&1 && stacks=yes
echo "# node-triage thread samples 1"
echo "# pid: $pid"
echo "# seconds: $seconds"
echo "# rounds: $rounds"
echo "# kernel: $(uname -r)"
echo "# machine: $(uname -m)"
echo "# stacks: $stacks"
folder=$PWD
look_at_node
count_cost
first_cost=$cost round=0 bytes=0 why=complete usual_count=1000000 budget=$((seconds * 18 / 10))
look_at_clock
end=$((now + seconds * 100)) pause=$((seconds * 100 / rounds))
next=$now
cd "$proc/$pid/task" || why=gone

while [ $why = complete ] && [ $round -lt "$rounds" ] && [ $now -lt $end ]; do
  is_there || { why=gone; break; }
  round=$((round + 1))
  echo "# round: $round $uptime"
  grep -s '' */stat */syscall */wchan */stack
  list_files
  set -- *
  bytes=$((bytes + $# * 1024))
  [ $bytes -lt $limit ] || { why=limit; break; }
  look_at_clock
  if [ $((round % 5)) -eq 0 ]; then
    count_cost
    set_pace
  fi
  look=0 step=$((pause / (looks + 1)))
  while [ $look -lt $looks ] && [ $((now + step)) -lt $((next + pause)) ]; do
    look=$((look + 1))
    [ $((next + step * look)) -gt $now ] && nap $((next + step * look - now))
    look_at_clock
    echo "# look: $uptime"
    list_files
    look_at_clock
  done
  next=$((next + pause))
  [ $next -gt $now ] && nap $((next - now))
  look_at_clock
done

look_at_node
count_cost
echo "# cost: $cost"
echo "# end: $why"
cd "$folder" || exit 4
gzip -1 threads.samples.txt 2>/dev/null
exit 0
`;
