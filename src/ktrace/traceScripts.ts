/**
 * What runs in the pod around the kernel's own tracing; kernelTrace.ts describes and reads it. A shell is all it needs.
 * Documentation/trace/ftrace.rst of Linux. Rules that every line keeps:
 *
 * - No process is stalled by it: the ring buffer overwrites what was not read, and counts it.
 * - An instance of its own below `instances/`: own buffer, own events, no other tracing is touched.
 * - The instance's `trace_pipe` is open for as long as its owner lives. Until then the kernel refuses to remove the
 *   instance (EBUSY), afterwards any process may: so what the next run can remove had no owner any more, and what it cannot
 *   is at work. A process id would not do: nodes in containers on one machine share the kernel and not the numbers.
 * - rmdir of an instance ends its events. It is removed by this shell, by the job's undo, and by the next run.
 *
 * Facts are printed as `KEY VALUE` lines.
 */
import { KERNEL_TRACE_LIMITS as LIMITS } from '../base/limits.js';
import { SHELL_CPU, SHELL_LIST_OPEN_FILES, SHELL_NAP, SHELL_NOW, SHELL_STAT } from '../base/shellParts.js';

/** Sets $tracing to where tracefs is mounted in this container; mounts it where it is not. Fails with $why. */
const MOUNT = `
mount_tracing() {
  for tracing in /sys/kernel/tracing /sys/kernel/debug/tracing; do
    [ -d "$tracing/instances" ] && return 0
  done
  tracing=/sys/kernel/tracing
  if [ -d "$tracing" ]; then
    why=$(mount -t tracefs tracefs "$tracing" 2>&1) && [ -d "$tracing/instances" ] && return 0
  fi
  # Before Linux 4.1 it was a part of debugfs.
  if [ -d /sys/kernel/debug ]; then
    tracing=/sys/kernel/debug/tracing
    why=$(mount -t debugfs debugfs /sys/kernel/debug 2>&1) && [ -d "$tracing/instances" ] && return 0
  fi
  why="tracefs cannot be mounted: \${why:-the kernel has none}"
  return 1
}
`;

/** Instances of ours whose owner is gone. Sets $swept. */
const SWEEP = `
sweep() {
  swept=0
  for old in "$tracing"/instances/node-triage-*; do
    [ -d "$old" ] && rmdir "$old" 2>/dev/null && swept=$((swept + 1))
  done
}
`;

/**
 * $1: name of the instance. Waits for the job's last process to close it; safe where there is none. Removes nothing but
 * this one: it has an owner no more.
 */
export const UNDO_SCRIPT = `
${MOUNT}${SHELL_NAP}
mount_tracing || exit 0
tries=0
while [ -d "$tracing/instances/$1" ] && [ "$tries" -lt 50 ]; do
  echo 0 > "$tracing/instances/$1/events/enable"
  rmdir "$tracing/instances/$1" && break
  tries=$((tries + 1))
  nap
done 2>/dev/null
`;

/** Removes instances of ours without an owner; prints \`swept N\` and the names of those that are at work. */
export const SWEEP_SCRIPT = `
${MOUNT}${SWEEP}
mount_tracing || { echo "swept 0"; exit 0; }
sweep
echo "swept $swept"
for left in "$tracing"/instances/node-triage-*; do
  [ -d "$left" ] && echo "instance \${left##*/}"
done
exit 0
`;

/**
 * Threads to trace, by the numbers that the kernel's tracing knows: those of the machine. In a container that plays a
 * node (kind, k3d) /proc has other ones, and nothing there translates. What does: writing a thread's oom_score_adj, with
 * the value it has, makes the kernel report oom/oom_score_adj_update with the machine's number. Our own comes first,
 * and tells our reports from those of others (writer and written are the same). Sets $threads, and writes \`thread\` lines.
 */
const FIND_THREADS = `
touch_oom() {
  { read -r adjustment < "$1/oom_score_adj" && echo "$adjustment" > "$1/oom_score_adj"; } 2>/dev/null
}
list_threads() {
  for task in /proc/"$pid"/task/*; do
    { read -r name < "$task/comm"; } 2>/dev/null || continue
    printf '%s\\n' "# thread: \${task##*/} \${task##*/} $name"
  done
}
translate_threads() {
  event=$instance/events/oom/oom_score_adj_update/enable
  echo 1 > "$event" || return 1
  touch_oom /proc/self
  names=
  for task in /proc/"$pid"/task/*; do
    touch_oom "$task" || continue
    { read -r name < "$task/comm"; } 2>/dev/null || name=
    names="$names\${task##*/} $name
"
  done
  echo 0 > "$event"
  printf '%s' "$names" > names
  sed -n 's/^.*-\\([0-9]*\\) .* oom_score_adj_update: pid=\\([0-9]*\\) .*/\\1 \\2/p' "$instance/trace" | {
    writer=
    while read -r by number; do
      if [ -z "$writer" ]; then
        [ "$by" = "$number" ] && writer=$by
      elif [ "$by" = "$writer" ]; then
        read -r local name <&7 || break
        printf '%s\\n' "# thread: $number $local $name"
      fi
    done
  } 7< names
  echo > "$instance/trace"
}
`;

/**
 * Which file a descriptor is open on: the events have numbers only. One look at /proc/PID/fd writes what has changed
 * since the last look into the trace itself (trace_marker), where it has the clock of the events: \`fd N PATH\`, \`fd N\` for
 * one that is gone, and \`fds\` for the look as such. Regular paths only; sockets and pipes have none. $files_cut: some were
 * left out, as there were too many or their paths too long.
 */
export const SAMPLE_FDS = `
known=' ' files_cut=no
mark() { printf '%s' "node-triage $1" > "$instance/trace_marker"; } 2>/dev/null
sample_fds() {
  seen=' '
  list=$(list_open_files "/proc/$pid/fd" 2>/dev/null) looked=0
  old_ifs=$IFS
  IFS='
'
  set -f
  for line in $list; do
    case $line in *' -> /'*) ;; *) continue ;; esac
    path=\${line#* -> }
    case $path in /dev/null | /dev/pts/*) continue ;; esac
    [ "\${#path}" -le ${LIMITS.pathBytes} ] || { files_cut=yes; continue; }
    looked=$((looked + 1))
    if [ "$looked" -gt ${LIMITS.files} ]; then files_cut=yes; break; fi
    fd=\${line%% -> *}
    fd=\${fd##* }
    seen="$seen$fd=$path
 "
    case $known in
      *" $fd=$path
"*) ;;
      *) mark "fd $fd $path" ;;
    esac
  done
  for entry in $known; do
    entry=\${entry# }
    case $entry in *=*) ;; *) continue ;; esac
    case $seen in
      *" \${entry%%=*}="*) ;;
      *) mark "fd \${entry%%=*}" ;;
    esac
  done
  set +f
  IFS=$old_ifs
  known=$seen
  mark fds
}
`;

/** Sum of a counter of per_cpu/cpu*\/stats. Sets $total. */
const COUNT_STATS = `
count_stats() {
  total=0
  for stats in "$instance"/per_cpu/cpu*/stats; do
    while IFS=': ' read -r key value _; do
      [ "$key" = "$1" ] && total=$((total + value))
    done < "$stats"
  done
}
count_lost() {
  while IFS=: read -r key value; do
    case $key in overrun | 'commit overrun' | 'dropped events') lost=$((lost + value)) ;; esac
  done < "$1"
}
`;

/**
 * $1: process. $2: its start time in ticks. $3: seconds. $4: seconds before and after in which its CPU is read and nothing
 * done. $5: name of the instance. $6: limit of the file in KiB. $7: \`same\` where /proc has the machine's numbers, else
 * \`other\`. $8: a filter for both events, or empty.
 */
export const TRACE_SCRIPT = `
pid=$1 expected=$2 seconds=$3 quiet=$4 name=$5 limit=$6 numbers=$7 filter=$8
${SHELL_NOW}${SHELL_NAP}${SHELL_STAT}${SHELL_CPU}${MOUNT}${SWEEP}${FIND_THREADS}${SHELL_LIST_OPEN_FILES}${SAMPLE_FDS}${COUNT_STATS}
instance= reader= packer=
leave() {
  trap '' INT TERM HUP
  if [ -n "$instance" ] && [ -d "$instance" ]; then
    echo 0 > "$instance/events/enable"
    [ -z "$reader" ] || kill "$reader"
    exec 9<&-
    tries=0
    until rmdir "$instance" || [ "$tries" -ge 20 ]; do nap; tries=$((tries + 1)); done
  fi 2>/dev/null
  exit 143
}
trap leave INT TERM HUP
trap '' PIPE
# What is refused after the instance was made takes it along.
refuse() {
  exec 9<&-
  [ -z "$instance" ] || rmdir "$instance" 2>/dev/null
  printf 'refused %s\\n' "$1"
  exit 0
}

mount_tracing || refuse "$why"
sweep
echo "swept $swept"
[ -e "$tracing/events/raw_syscalls/sys_enter/id" ] || refuse 'the kernel has no raw_syscalls events'
why=$(mkdir "$tracing/instances/$name" 2>&1) || refuse "no tracing instance can be made: $why"
instance=$tracing/instances/$name
# A failing exec would end the shell.
(: < "$instance/trace_pipe") 2>/dev/null || refuse 'trace_pipe cannot be opened'
exec 9< "$instance/trace_pipe"
read_stat "$pid" && [ "$start" = "$expected" ] || {
  exec 9<&-
  rmdir "$instance"
  echo gone
  exit 0
}

cpus=0
for cpu in "$instance"/per_cpu/cpu*; do cpus=$((cpus + 1)); done
# 64 MiB in all, however many processors there are; trace_pipe is read all the time.
buffer=$((65536 / cpus))
[ "$buffer" -le 8192 ] || buffer=8192
[ "$buffer" -ge 512 ] || buffer=512
{
  echo "$buffer" > "$instance/buffer_size_kb"
  echo 0 > "$instance/options/irq-info"
  echo 1 > "$instance/options/event-fork"
} 2>/dev/null
clock=local
{ echo mono > "$instance/trace_clock"; } 2>/dev/null && clock=mono

if [ "$numbers" = same ]; then list_threads; else translate_threads; fi > threads
traced=0
while read -r _ _ number _; do
  { echo "$number" >> "$instance/set_event_pid"; } 2>/dev/null && traced=$((traced + 1))
done < threads
[ "$traced" -gt 0 ] || refuse 'the kernel cannot trace single threads (set_event_pid, Linux 4.4)'
existing=0
for task in /proc/"$pid"/task/*; do existing=$((existing + 1)); done
if [ -n "$filter" ]; then
  { echo "$filter" > "$instance/events/raw_syscalls/filter"; } 2>/dev/null || filter=
fi

file=syscalls.ktrace.txt
if command -v gzip >/dev/null 2>&1; then
  file=$file.gz
  rm -f packing && mkfifo packing || refuse 'no named pipe can be made'
  gzip -1 < packing > "$file" 9<&- &
  packer=$!
  exec 8> packing
else
  exec 8> "$file"
fi
{
  echo '# node-triage: kernel trace 1'
  echo "# pid: $pid"
  read -r release < /proc/sys/kernel/osrelease
  echo "# kernel: $release"
  echo "# machine: $(uname -m)"
  echo "# clock: $clock"
  echo "# cpus: $cpus"
  echo "# buffer-kb-per-cpu: $buffer"
  echo "# filter: \${filter:-none}"
  echo "# threads-existing: $existing"
  echo "# threads-traced: $traced"
  cat threads
} >&8
cat <&9 >&8 &
reader=$!

read_cpu "$pid"
cpus="$now $cpu"
be_quiet "$quiet"
read_cpu "$pid"
cpus="$cpus $now $cpu"
began=$now
deadline=$((began + seconds * 100)) is_full=no rounds=0
if ! { echo 1 > "$instance/events/raw_syscalls/enable"; } 2>/dev/null; then
  kill "$reader"
  refuse 'raw_syscalls cannot be switched on (kernel lockdown?)'
fi
while :; do
  now
  [ "$now" -lt "$deadline" ] || break
  sample_fds
  rounds=$((rounds + 1))
  if [ $((rounds % 10)) -eq 0 ]; then
    [ -d "/proc/$pid" ] || break
    set -- $(ls -ln "$file" 2>/dev/null)
    if [ "\${5:-0}" -ge $((limit * 1024)) ]; then is_full=yes; break; fi
  fi
  nap
done
echo 0 > "$instance/events/raw_syscalls/enable"
read_cpu "$pid"
cpus="$cpus $now $cpu"
ran=$((now - began))

# The reader ends by itself once tracing is off and all is read, but sleeps on where it waits already: woken by a marker,
# given up when nothing is left.
mark end
echo 0 > "$instance/tracing_on"
now
until=$((now + 500))
while is_alive "$reader"; do
  count_stats entries
  now
  [ "$total" -gt 0 ] && [ "$now" -lt "$until" ] || { nap; kill "$reader" 2>/dev/null; break; }
  nap
done
wait "$reader" 2>/dev/null
lost=0
for stats in "$instance"/per_cpu/cpu*/stats; do count_lost "$stats"; done
{
  echo "# lost: $lost"
  echo "# fd-looks: $rounds"
  echo "# fds-cut: $files_cut"
  echo "# seconds: $((ran / 100)).$((ran / 10 % 10))$((ran % 10))"
  echo "# limit-reached: $is_full"
} >&8
exec 8>&- 9<&-
[ -z "$packer" ] || wait "$packer"
rm -f packing names
tries=0
until rmdir "$instance" 2>/dev/null || [ "$tries" -ge 40 ]; do nap; tries=$((tries + 1)); done
if [ -d "$instance" ]; then echo "removed no"; else echo "removed yes"; fi
be_quiet "$quiet"
read_cpu "$pid"
echo "cpu $cpus $now $cpu"
echo "threads $existing $traced"
echo "ran $ran"
echo "lost $lost"
echo "full $is_full"
echo "files-cut $files_cut"
echo "file $file"
echo "end yes"
`;
