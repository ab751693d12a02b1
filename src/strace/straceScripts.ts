/**
 * What runs in the pod around strace; straceJobs.ts describes and reads it. Rules that every line keeps:
 *
 * - strace writes to a file, never to a stream through the kubelet: a traced kubelet that has to carry its own trace
 *   stops for good. A full file system or the size limit give strace an error it goes on after, never a wait.
 * - Four things end it, each without the others: this shell at its time, a guard that KILLs, the job's own limit,
 *   --syscall-limit where strace has it. After a KILL the kernel detaches by itself (ptrace(2), "Death under ptrace").
 * - TERM first: strace detaches thread by thread. (Not INT: a shell without a terminal starts what it puts in the
 *   background with INT ignored, which not every strace undoes.) It is attached by PTRACE_SEIZE, so that nothing stays stopped.
 * - Afterwards it is looked at, not assumed, that no thread is traced or stopped.
 *
 * Facts are printed as \`KEY VALUE\` lines.
 */
import { SHELL_COUNT_THREADS, SHELL_CPU, SHELL_NAP, SHELL_NOW, SHELL_STAT } from '../base/shellParts.js';

/**
 * Finds a strace: in the image, else the node's own. $1…: other paths to try first. Prints \`tool ROOT PATH\` (ROOT \`-\`:
 * as it is; else a folder to chroot to) and what it says of its version, for the first that runs.
 */
export const PROBE_SCRIPT = `
for path in "$@" "$(command -v strace)"; do
  [ -n "$path" ] || continue
  if version=$("$path" -V 2>/dev/null); then
    printf 'tool - %s\\n%s\\n' "$path" "$version"
    exit 0
  fi
done
for root in /host /proc/1/root; do
  for path in /usr/bin/strace /usr/local/bin/strace /bin/strace; do
    [ -e "$root$path" ] || continue
    if version=$(chroot "$root" "$path" -V 2>/dev/null); then
      printf 'tool %s %s\\n%s\\n' "$root" "$path" "$version"
      exit 0
    fi
  done
done
echo missing strace
`;

/** Ends tracer $tracer: TERM, then KILL after 3 s. Sets $killed. */
const END_TRACER = `
killed=no
end_tracer() {
  is_alive "$tracer" || return 0
  kill -TERM "$tracer" 2>/dev/null
  now
  until=$((now + 300))
  while is_alive "$tracer"; do
    now
    if [ "$now" -ge "$until" ]; then
      kill -KILL "$tracer" 2>/dev/null
      killed=yes
      break
    fi
    nap
  done
}
`;

/**
 * Waits until no thread of $pid is traced by $tracer or stopped, 3 s at most; wakes what SIGSTOP left. Only what this
 * trace did is undone: another user's debugger, or a kubelet that was stopped before, is none of ours.
 */
const VERIFY = `
verify() {
  now
  until=$((now + 300))
  continued=no
  while :; do
    count_threads "$pid" "$tracer"
    [ "$traced" -gt 0 ] || [ "$stopped" -gt 0 ] || break
    now
    [ "$now" -lt "$until" ] || break
    if [ "$traced" -eq 0 ] && [ "$stopped" -gt 0 ] && [ "$continued" = no ]; then
      kill -CONT "$pid" 2>/dev/null
      continued=yes
    fi
    nap
  done
  echo "left $traced $stopped"
  echo "continued $continued"
}
`;

/**
 * $1: process. $2: its start time in ticks. $3: seconds. $4: seconds before and after in which its CPU is read and nothing
 * done. $5: limit of the file in KiB. $6: the file. $7: \`-\`, or a folder to chroot to. Then strace and its options.
 */
export const TRACE_SCRIPT = `
pid=$1 expected=$2 seconds=$3 quiet=$4 limit=$5 file=$6 root=$7
shift 7
${SHELL_NOW}${SHELL_NAP}${SHELL_STAT}${SHELL_CPU}${SHELL_COUNT_THREADS}${END_TRACER}${VERIFY}
tracer= guard=
leave() {
  trap '' INT TERM HUP
  [ -z "$tracer" ] || end_tracer
  [ -z "$guard" ] || kill "$guard" 2>/dev/null
  exit 143
}
trap leave INT TERM HUP

refuse() { printf 'refused %s\\n' "$1"; exit 0; }

{ read -r yama < /proc/sys/kernel/yama/ptrace_scope; } 2>/dev/null && [ "$yama" = 3 ] && refuse yama
count_threads "$pid"
[ "$traced" -eq 0 ] || {
  { read -r name < "/proc/$tracer_seen/comm"; } 2>/dev/null || name=
  refuse "traced $tracer_seen $name"
}
[ "$stopped" -eq 0 ] || refuse stopped
read_cpu "$pid"
cpus="$now $cpu"
be_quiet "$quiet"
read_cpu "$pid"
cpus="$cpus $now $cpu"
# The last look before the attach: the number may be another process's by now.
read_stat "$pid" && [ "$start" = "$expected" ] || { echo gone; exit 0; }

# Beyond the limit a write fails, and strace goes on.
trap '' XFSZ
ulimit -f $((limit * 2 + 2048))
if [ "$root" = - ]; then
  "$@" -o "$file" -p "$pid" 2>messages.txt </dev/null &
else
  # The file is out of reach from there, its open end is not.
  chroot "$root" "$@" -p "$pid" 2>"$file" </dev/null &
fi
tracer=$!
echo "$tracer $pid $expected" > tracer
(
  # An own process: it acts where this shell cannot any more.
  left=$((seconds + 5))
  while [ "$left" -gt 0 ]; do sleep 1; left=$((left - 1)); done
  kill -KILL "$tracer"
) >/dev/null 2>&1 &
guard=$!

now
began=$now
deadline=$((began + seconds * 100)) counted=no is_full=no rounds=0
while is_alive "$tracer"; do
  now
  [ "$now" -lt "$deadline" ] || break
  if [ "$counted" = no ] && [ "$now" -ge $((began + seconds * 50)) ]; then
    counted=yes
    count_threads "$pid" "$tracer"
    echo "threads $threads $traced"
  fi
  rounds=$((rounds + 1))
  if [ $((rounds % 10)) -eq 0 ]; then
    set -- $(ls -ln "$file" 2>/dev/null)
    if [ "\${5:-0}" -ge $((limit * 1024)) ]; then is_full=yes; break; fi
  fi
  nap
done
now
echo "ran $((now - began))"
is_alive "$tracer" && echo "ended by-us"
end_tracer
wait "$tracer"
status=$?
read_cpu "$pid"
cpus="$cpus $now $cpu"
echo "status $status"
kill "$guard" 2>/dev/null
verify
echo "killed $killed"
echo "full $is_full"
be_quiet "$quiet"
read_cpu "$pid"
echo "cpu $cpus $now $cpu"
[ "$root" = - ] || head -c 2000 "$file" > messages.txt
head -c 65536 messages.txt | grep -v -e ' attached' -e ' detached' | head -n 5 | cut -c 1-500 | sed 's/^/message /'
set -- $(ls -ln "$file" 2>/dev/null)
nice=
command -v nice >/dev/null 2>&1 && nice='nice -n 19'
if [ "\${5:-0}" -gt 262144 ] && $nice gzip -1 "$file" 2>/dev/null; then file=$file.gz; fi
[ ! -e "$file" ] || echo "file $file"
echo "end yes"
`;

/**
 * Takes back what a trace may have left when its shell was killed: its tracer, and a kubelet that stands still. Reads
 * the file \`tracer\` of the job's folder; does nothing without it.
 */
export const UNDO_SCRIPT = `
{ read -r tracer pid expected < tracer; } 2>/dev/null || exit 0
${SHELL_NOW}${SHELL_NAP}${SHELL_STAT}${SHELL_COUNT_THREADS}${VERIFY}
{ read -r name < "/proc/$tracer/comm"; } 2>/dev/null && [ "$name" = strace ] && kill -KILL "$tracer"
read_stat "$pid" && [ "$start" = "$expected" ] || exit 0
verify
`;

/** $1: process. Prints \`threads THREADS TRACED STOPPED TRACER\`. */
export const CHECK_SCRIPT = `
${SHELL_STAT}${SHELL_COUNT_THREADS}
read_stat "$1" || { echo gone; exit 0; }
count_threads "$1"
echo "start $start"
echo "threads $threads $traced $stopped \${tracer_seen:-0}"
`;
