/**
 * PID 1 of a debug pod: the dead-man switch, and the parent of every job. It ends when no heartbeat came, when
 * its time is over, when it is told or when a foreign process appears in its container (strangerScript.ts),
 * and on every way out it kills what jobs started and takes back what they left.
 *
 * POSIX shell for busybox and dash alike. Values come as $1, $2, …; nothing is put into its text.
 *
 * Its files, on a tmpfs of the pod's own:
 *
 *     pid            its PID; USR1 wakes it
 *     alive          uptime, in seconds, until which silence is taken for granted
 *     exec.PID       a command that exec started says that it is ours
 *     jobs/NAME/     a job, renamed into place as a whole by node-triage-job-start
 *       argv/0…      its command, a file a word, and argv.count of them; `undo` and undo.count likewise
 *       limit        seconds it may run
 *       files/       its working directory
 *       stdout stderr
 *       session      the session that its processes are in
 *       until        uptime at which it is killed
 *       end          asked to end
 *       exit         status of its command
 *       undone done  what it left is taken back; nothing more will happen
 *
 * Times are uptime: the clock of a sick node may jump. Waiting is `sleep 1 & wait`, as a trap ends a `wait` at once and
 * not a `sleep`. There is no `nohup` (not in every busybox) and no `stat`, `pkill` or `timeout` here.
 */

import { LOOK_FOR_STRANGERS, STATUS_STRANGER } from './strangerScript.js';

/** Largest file of a job, in blocks of 512 bytes: 96 MiB of the tmpfs's 128. */
const FILE_BLOCKS = 196_608;
/** Seconds that an undo may take. */
const UNDO_SECONDS = 3;

/**
 * Kills every process of session $1 in this container. The control group is compared, as the number of a session that
 * has ended may be another process's by now, and this shell may kill any process of the node. The name of a process
 * stands in parentheses and may contain anything: fields are counted from the last `) `.
 */
const KILL_SESSION = `
kill_session() {
  round=0
  while [ "$round" -lt 5 ]; do
    found=
    for stat in /proc/[0-9]*/stat; do
      { read -r line <"$stat"; } 2>/dev/null || continue
      set -- "$1" \${line##*) }
      [ "$5" = "$1" ] && [ "$2" != Z ] || continue
      process=\${stat#/proc/}
      process=\${process%/stat}
      { read -r group <"/proc/$process/cgroup"; } 2>/dev/null || continue
      [ "$group" = "$our_group" ] || continue
      kill -KILL "$process" 2>/dev/null && found=1
    done
    [ -n "$found" ] || return 0
    round=$((round + 1))
  done
}`;

/** Sets the positional parameters of the caller from files $1/0, $1/1, …; \`x\` keeps trailing line ends. */
const READ_WORDS = `
read_words='
  read -r words <"$from.count"
  set --
  word=0
  while [ "$word" -lt "$words" ]; do
    text=$(cat "$from/$word"; echo x)
    set -- "$@" "\${text%?x}"
    word=$((word + 1))
  done
'`;

const JOBS = `
now() { read -r up idle </proc/uptime; now=\${up%%.*}; }

# A child of its own, outside of the job's session: killing the job leaves it alive to tell the status.
supervise() {
  job=$1
  from=$job/argv
  eval "$read_words"
  (
    cd "$job/files" || exit 126
    ulimit -f ${FILE_BLOCKS}
    exec setsid "$@"
  ) </dev/null >"$job/stdout" 2>"$job/stderr" &
  leader=$!
  echo "$leader" >"$job/session"
  wait "$leader"
  echo "$?" >"$job/exit.new"
  mv "$job/exit.new" "$job/exit"
  kill -USR1 "$keeper"
}

kill_job() {
  [ -e "$1/session" ] || return 0
  read -r session <"$1/session"
  kill_session "$session"
}

# Its own child waits: there, no trap ends the wait. A few tries, as that child may have been killed, too.
take_back() {
  [ -e "$1/undo" ] && [ ! -e "$1/undone" ] || return 0
  : >"$1/undone"
  job=$1
  (
    (
      cd "$job/files" || exit 126
      from=$job/undo
      eval "$read_words"
      exec "$@"
    ) </dev/null >/dev/null 2>"$job/undo.stderr" &
    undo=$!
    (sleep ${UNDO_SECONDS}; kill -KILL "$undo") >/dev/null 2>&1 &
    limit=$!
    wait "$undo"
    kill "$limit" 2>/dev/null
    : >"$job/undo.over"
  ) &
  waiter=$! tries=0
  until [ -e "$job/undo.over" ] || [ "$tries" -ge 10 ]; do
    wait "$waiter"
    tries=$((tries + 1))
  done
}

# A job that cannot be killed (in a read that does not return) has no status yet, and is tried again each round.
tend() {
  [ ! -e "$1/done" ] || return 0
  if [ ! -e "$1/until" ]; then
    read -r limit <"$1/limit"
    echo "$((now + limit))" >"$1/until"
    supervise "$1" &
    return 0
  fi
  read -r until <"$1/until"
  if [ -e "$1/exit" ] || [ -e "$1/end" ] || [ "$now" -ge "$until" ]; then
    kill_job "$1"
    [ -e "$1/exit" ] || return 0
    take_back "$1"
    : >"$1/done"
  fi
}

each_job() {
  for job_folder in "$work"/jobs/*; do
    [ ! -d "$job_folder" ] || "$1" "$job_folder"
  done
}

leave() {
  each_job kill_job
  each_job take_back
  [ -z "$stranger" ] || exit ${STATUS_STRANGER}
  exit 0
}`;

/**
 * $1: its folder. $2: seconds it lives at most. $3: seconds of silence that end it. $4: where proc is; empty: nothing
 * looks for strangers. $5: its control group's list of processes; empty: found by itself. $6: where it says why it ended.
 */
export const POD_KEEPER = `${READ_WORDS}
${KILL_SESSION}
${JOBS}
${LOOK_FOR_STRANGERS}

work=$1 lifetime=$2 silence=$3 proc=$4 members=$5 last_words=$6 told=
umask 077
trap 'told=1' TERM INT HUP
trap ':' USR1
cd "$work" && mkdir -p jobs || exit 74
keeper=$$
read -r our_group </proc/self/cgroup
now
mark_jobs
over=$((now + lifetime))
echo "$((now + silence))" >alive
echo "$keeper" >pid.new
mv pid.new pid
last=$((now + silence))
while [ -z "$told" ]; do
  now
  # Empty for the moment in which it is written: then the last one counts.
  read -r alive <alive && [ -n "$alive" ] && last=$alive
  [ "$now" -lt "$over" ] && [ "$now" -lt "$last" ] || break
  each_job tend
  [ -z "$told" ] || break
  look_for_strangers
  [ -z "$stranger" ] || break
  sleep 1 &
  wait "$!"
done
leave
`;
