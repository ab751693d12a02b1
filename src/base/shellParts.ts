/**
 * Pieces of POSIX shell that scripts for pods share. They run in busybox ash and dash with busybox's tools; a fork
 * costs about a millisecond on a busy node, so what has a builtin uses it. Every piece sets variables instead of
 * printing, as `$(…)` is a fork.
 */

/** `now`: sets $now to hundredths of seconds since boot. Not the wall clock, which a sick node may set. */
export const SHELL_NOW = `
now() {
  read -r now _ < /proc/uptime
  now=\${now%.*}\${now#*.}
}
`;

/** `nap`: a twentieth of a second; a whole one where \`sleep\` knows no fractions. */
export const SHELL_NAP = `
nap=0.05
sleep 0.01 2>/dev/null || nap=1
nap() { sleep "$nap"; }
`;

/**
 * \`read_stat PID\`: sets $state and $start of a process or thread (fields 3 and 22 of /proc/PID/stat); fails where there
 * is none. \`is_alive PID\`: it exists and is no zombie; \`kill -0\` takes a child that was not waited for for alive.
 */
export const SHELL_STAT = `
read_stat() {
  state= start=
  { read -r stat < "/proc/$1/stat"; } 2>/dev/null || return 1
  set -- \${stat##*) }
  state=$1 start=\${20}
}
is_alive() { read_stat "$1" && [ "$state" != Z ] && [ "$state" != X ]; }
`;

/**
 * \`count_threads PID [TRACER]\`: sets $threads, $traced (by TRACER, or by any process) and $stopped (state t or T) of its
 * threads; $tracer_seen is the last tracer seen.
 */
export const SHELL_COUNT_THREADS = `
count_threads() {
  threads=0 traced=0 stopped=0 tracer_seen=
  for status in /proc/"$1"/task/*/status; do
    {
      while read -r key value _; do
        case $key in
          State:)
            threads=$((threads + 1))
            case $value in t | T) stopped=$((stopped + 1)) ;; esac
            ;;
          TracerPid:)
            if [ "$value" != 0 ]; then
              tracer_seen=$value
              [ -n "\${2-}" ] && [ "$value" != "$2" ] || traced=$((traced + 1))
            fi
            break
            ;;
        esac
      done < "$status"
    } 2>/dev/null
  done
}
`;

/**
 * `read_cpu PID`: sets $cpu to the process's CPU time in ticks, user and system, and $now. `be_quiet SECONDS`: waits with
 * nothing done, for a reading of how busy the process is by itself.
 */
export const SHELL_CPU = `
read_cpu() {
  cpu=0
  now
  { read -r stat < "/proc/$1/stat"; } 2>/dev/null || return 0
  set -- \${stat##*) }
  cpu=$((\${12} + \${13}))
}
be_quiet() {
  [ "$1" -eq 0 ] || sleep "$1"
}
`;

/**
 * `list_open_files FOLDER`: `ls -ln` of a /proc/PID/fd. A tenant chooses names of files that a kubelet opens (it walks
 * emptyDirs for their size), and the kernel writes them as they are: a line end in one would begin a line of its own.
 * GNU's ls shows it as it is unless it is told, busybox' as `?` always; an ls that knows neither is not asked, and
 * `ls_flags` is empty then.
 */
export const SHELL_LIST_OPEN_FILES = `
find_ls() {
  ls_flags=-lnq
  ls -lnq . >/dev/null 2>&1 && return
  ls_flags=
  ln -s 'a
b' ls-probe || return
  probed=$(ls -ln ls-probe)
  rm -f ls-probe
  case $probed in
    *'
'*) ;;
    *) ls_flags=-ln ;;
  esac
} 2>/dev/null
list_open_files() { [ -z "$ls_flags" ] || ls $ls_flags "$1"; }
find_ls
`;
