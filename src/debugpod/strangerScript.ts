/**
 * How PID 1 of a debug pod knows that another client was let into its container: every user who may `pods/exec` in its namespace
 * is root on the node while it lives. An alarm and a shortening, not a wall: a stranger who knows of it can pass for us
 * or stop PID 1 before it looks, and ephemeral containers have a control group of their own. What must not happen is the
 * other mistake: a trace that ends because one of our own processes was not known.
 *
 * Ours are, of the processes in the container's control group,
 *
 * - PID 1 and all in its session;
 * - what descends from it, in any session and under any adopter: jobs are started with a mark in their
 *   environment, which exec's commands, started by the runtime with the environment of the manifest, do not have;
 * - commands of ours that exec started, and all in their sessions: their first line says so, in a file ({@link announced}).
 *   Until it has run, on a node that is slow, their arguments do;
 * - a runtime on its way to the command that it is about to become.
 *
 * The list is the control group's own, as a look at all processes of a large node costs too much every second. Where the
 * runtime shows none, nothing is looked at. POSIX shell, a part of keeperScript.ts.
 */

/** Exit status of PID 1 where a stranger made it end. */
export const STATUS_STRANGER = 79;
/** Seconds for which a process is given the benefit of the doubt. */
const DOUBT_SECONDS = 2;
/** In the environment of jobs. */
const MARK = 'NODE_TRIAGE_JOB';

export const LOOK_FOR_STRANGERS = `
stranger= suspects=' ' known=' ' looked=0

has_keeper() {
  while read -r process; do
    [ "$process" != "$keeper" ] || return 0
  done <"$1"
  return 1
} 2>/dev/null

# In a control group namespace, and in cgroup v1, the container's own group is at the root of what is mounted.
find_members() {
  while IFS=: read -r _ controllers path; do
    for members in "/sys/fs/cgroup/\${controllers#name=}/cgroup.procs" \\
      "/sys/fs/cgroup/\${controllers#name=}$path/cgroup.procs"; do
      has_keeper "$members" && return
    done
  done </proc/self/cgroup
  proc=
}

# Exported: what this shell starts has it from its first instruction on.
mark_jobs() {
  [ -n "$proc" ] || return 0
  { read -r ${MARK} </proc/sys/kernel/random/uuid; } 2>/dev/null || ${MARK}=$$.$now
  export ${MARK}
  { read -r line <"$proc/$keeper/stat"; } 2>/dev/null || { proc=; return 0; }
  set -- \${line##*) }
  our_session=$4
  [ -n "$members" ] || find_members
}

# $1 process, $2 its name, $3 its parent, $4 its session.
is_ours() {
  case $known in *" $4 "*) return 0 ;; esac
  if [ -e "$work/exec.$4" ] || [ -e "$work/exec.$1" ] || [ -e "$work/exec.$3" ] ||
    tr '\\0' '\\n' <"$proc/$1/environ" | grep -qxF "${MARK}=$${MARK}"; then
    known="$known$4 "
    return 0
  fi
  case $2 in runc* | crun* | youki* | conmon*) return 0 ;; esac
  tr '\\0' '\\n' <"$proc/$1/cmdline" | grep -q '^node-triage-'
} 2>/dev/null

# A name may have a line end in it.
look_at_process() {
  line=
  while read -r part; do line="$line$part "; done <"$proc/$1/stat" || return 0
  [ -n "$line" ] || return 0
  name=\${line#*(}
  name=\${name%)*}
  set -- "$1" "$name" \${line##*) }
  [ "$3" != Z ] && [ "$3" != X ] || return 0
  ! is_ours "$1" "$2" "$4" "$6" || return 0
  since=$now
  case $suspects in
    *" $1-\${22}="*)
      since=\${suspects##* "$1-\${22}="}
      since=\${since%% *}
      ;;
  esac
  seen="$seen$1-\${22}=$since "
  [ $((now - since)) -ge ${DOUBT_SECONDS} ] || return 0
  stranger=$(printf %s "$2" | tr -c 'A-Za-z0-9._:/-' '?')
  echo "another process was started in it: $stranger ($1)" >"$last_words"
} 2>/dev/null

look_for_strangers() {
  [ -n "$proc" ] && [ "$now" -gt "$looked" ] || return 0
  looked=$now seen=' ' known=" $our_session "
  while read -r process; do
    [ -n "$stranger" ] || [ "$process" = "$keeper" ] || look_at_process "$process"
  done <"$members"
  suspects=$seen
} 2>/dev/null
`;

/**
 * A command as exec starts it: says first that it is ours. Others than scripts are started by one.
 */
export function announced(argv: readonly string[], folder: string): readonly string[] {
  // Not `:`, whose redirection would end the shell where it fails.
  const announce = `true 2>/dev/null >"${folder}/exec.$$"`;
  const [program, option, script, ...rest] = argv;
  if (program === 'sh' && option === '-c' && script !== undefined)
    return ['sh', '-c', `${announce}\n${script}`, ...rest];
  return ['sh', '-c', `${announce}\nexec "$@"`, 'node-triage-run', ...argv];
}

/** Of a container that ended with {@link STATUS_STRANGER}: who was there, from PID 1's last words; they are its container's, and not believed further. */
export function parseLastWords(
  message: string,
): { readonly process: string; readonly pid: number } | undefined {
  const found = /^another process was started in it: ([\w.:/?-]{1,64}) \((\d{1,10})\)\s*$/.exec(
    message.slice(0, 200),
  );
  if (found === null) return undefined;
  const [, process = '', pid] = found;
  return { process, pid: Number(pid) };
}
