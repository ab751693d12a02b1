/**
 * What is run in a debug pod by exec: starting a job, waiting for its end, ending it, reading a file of it, and saying
 * that the client lives. Each ends soon: during a job nothing runs through the kubelet. keeperScript.ts has the other
 * side. POSIX shell for busybox and dash alike; values come as $1, $2, ….
 */
import { POD_JOB } from '../base/limits.js';
import { TriageError } from '../base/errors.js';
import type { JobEnd, PodCommand, PodJob } from '../base/podCommand.js';
import { SILENCE_SECONDS, WORK_FOLDER } from './podSpec.js';

/** Statuses of the scripts below, apart from those of shells (126 and up) and of sysexits that a job may use. */
export const STATUS_NO_SETSID = 71;
export const STATUS_STILL_RUNNING = 75;
export const STATUS_NO_SUCH_JOB = 76;
/** Standard input ended before all of it had come. */
export const STATUS_CUT_OFF = 78;

/** Of a job's output, so much is brought back; the rest is in its files. */
const STDOUT_BLOCKS = 64;
const STDERR_BLOCKS = 4;
const BLOCK_BYTES = 16_384;

const WAKE_KEEPER = `read -r keeper <"$work/pid" && kill -USR1 "$keeper"`;
const SAY_ALIVE = `read -r up idle </proc/uptime; echo "$((\${up%%.*} + silence))" >"$work/alive"`;

/** $1: folder. $2: seconds of silence that are in order from now on. */
const HEARTBEAT = `work=$1 silence=$2
${SAY_ALIVE}`;

/**
 * $1: folder. $2: name. $3: seconds it may run. $4: seconds of silence that are in order from now on. $5: how many words
 * come over standard input. $6: how many of them, the first ones, are the undo; the others are the command. Then the
 * lines of each word. All that comes is read before anything is decided (podPorts.ts, ExecRequest.stdin). Words are
 * written a file each, so that no text of theirs is ever read as shell; the job appears under its name as a whole.
 */
const START = `work=$1 name=$2 limit=$3 silence=$4 words=$5 undos=$6
shift 6
line_end='
'
while [ "$words" -gt 0 ]; do
  lines=$1 text=
  shift
  while [ "$lines" -gt 0 ]; do
    IFS= read -r line || exit ${STATUS_CUT_OFF}
    text=$text$line$line_end
    lines=$((lines - 1))
  done
  set -- "$@" "\${text%?}"
  words=$((words - 1))
done
umask 077
job=$work/jobs/$name new=$work/jobs/.$name.new
command -v setsid >/dev/null 2>&1 || exit ${STATUS_NO_SETSID}
if [ -e "$job" ]; then
  [ -e "$job/done" ] || exit ${STATUS_STILL_RUNNING}
  rm -rf "$job"
fi
rm -rf "$new"
mkdir -p "$new/argv" "$new/files" || exit 74
write_word() { printf '%s\\n' "$3" >"$1/$2" || exit 74; }
if [ "$undos" -gt 0 ]; then
  mkdir "$new/undo" || exit 74
  echo "$undos" >"$new/undo.count"
  word=0
  while [ "$word" -lt "$undos" ]; do
    write_word "$new/undo" "$word" "$1"
    shift
    word=$((word + 1))
  done
fi
echo "$#" >"$new/argv.count"
word=0
for text do
  write_word "$new/argv" "$word" "$text"
  word=$((word + 1))
done
echo "$limit" >"$new/limit" || exit 74
${SAY_ALIVE}
mv "$new" "$job" || exit 74
${WAKE_KEEPER}`;

/**
 * $1: folder. $2: name. $3: seconds to wait here. $4: seconds of silence that are in order from now on. Prints a line
 * \`EXIT STDOUT_BYTES STDERR_BYTES FILES\`, a line \`BYTES NAME\` for each file, then both outputs.
 */
const WAIT = `work=$1 name=$2 seconds=$3 silence=$4
job=$work/jobs/$name
[ -d "$job" ] || exit ${STATUS_NO_SUCH_JOB}
${SAY_ALIVE}
waited=0
while [ ! -e "$job/done" ]; do
  [ "$waited" -lt "$seconds" ] || exit ${STATUS_STILL_RUNNING}
  sleep 1
  waited=$((waited + 1))
done
bytes_of() { set -- $(wc -c <"$1"); bytes=$1; }
capped() {
  bytes_of "$1"
  [ "$bytes" -le "$2" ] || bytes=$2
}
read -r status <"$job/exit"
files=0 list=
for file in "$job"/files/*; do
  file_name=\${file##*/}
  case $file_name in *[!A-Za-z0-9._-]*) continue ;; esac
  [ -f "$file" ] || continue
  bytes_of "$file"
  files=$((files + 1))
  list="$list$bytes $file_name
"
done
capped "$job/stdout" ${STDOUT_BLOCKS * BLOCK_BYTES}; stdout=$bytes
capped "$job/stderr" ${STDERR_BLOCKS * BLOCK_BYTES}; stderr=$bytes
printf '%s\\n%s' "$status $stdout $stderr $files" "$list"
dd if="$job/stdout" bs=${BLOCK_BYTES} count=${STDOUT_BLOCKS} 2>/dev/null
dd if="$job/stderr" bs=${BLOCK_BYTES} count=${STDERR_BLOCKS} 2>/dev/null
exit 0`;

/** $1: folder. $2: name. $3: seconds to wait for its end. */
const END = `work=$1 name=$2 seconds=$3
job=$work/jobs/$name
[ -d "$job" ] || exit 0
: >"$job/end"
${WAKE_KEEPER}
waited=0
while [ ! -e "$job/done" ]; do
  [ "$waited" -lt "$seconds" ] || exit ${STATUS_STILL_RUNNING}
  sleep 1
  waited=$((waited + 1))
  ${WAKE_KEEPER}
done`;

/**
 * $1: folder. $2: job. $3: file. The bytes go to standard output as they are; a line \`BYTES ALGORITHM SUM\` about them
 * to standard error: exec can lose the end of a stream and say nothing (kubernetes#124571).
 */
const FETCH = `file=$1/jobs/$2/files/$3
[ -f "$file" ] || exit ${STATUS_NO_SUCH_JOB}
set -- $(wc -c <"$file")
bytes=$1
if command -v sha256sum >/dev/null 2>&1; then
  set -- $(sha256sum <"$file"); echo "$bytes sha256 $1" >&2
elif command -v cksum >/dev/null 2>&1; then
  set -- $(cksum <"$file"); echo "$bytes cksum $1" >&2
else
  echo "$bytes none -" >&2
fi
exec cat "$file"`;

export type ShellArgv = readonly ['sh', '-c', ...string[]];

/** The argv of a script under its NAME; values reach it as $1, $2, …. */
export const shell = (script: string, name: string, ...values: readonly (string | number)[]): ShellArgv => [
  'sh',
  '-c',
  script,
  name,
  ...values.map(String),
];

/** Says that the client lives; the pod ends 120 s after the last one. */
export function heartbeatArgv(folder: string = WORK_FOLDER): readonly string[] {
  return shell(HEARTBEAT, 'node-triage-heartbeat', folder, SILENCE_SECONDS);
}

export interface JobStart {
  readonly argv: ShellArgv;
  /** The job's own words: scripts are longer than the 8 KiB of address that proxies before API servers take (nginx). */
  readonly stdin: Uint8Array;
}

/**
 * Exit status {@link STATUS_NO_SETSID}: the image has no setsid. {@link STATUS_STILL_RUNNING}: a job of this name
 * runs. {@link STATUS_CUT_OFF}: nothing was started. The job itself starts a moment after the command has ended. Throws
 * `internal` where the name is not a plain word.
 */
export function jobStart(job: PodJob, folder: string = WORK_FOLDER): JobStart {
  const undo = job.undo ?? [];
  const words = [...undo, ...job.argv];
  const limitSeconds = Math.ceil(job.limitSeconds);
  const argv = shell(
    START,
    'node-triage-job-start',
    folder,
    requirePlainName(job.name),
    limitSeconds,
    limitSeconds + SILENCE_SECONDS,
    words.length,
    undo.length,
    ...words.map(word => word.split('\n').length),
  );
  return { argv, stdin: new TextEncoder().encode(words.map(word => `${word}\n`).join('')) };
}

/** Exit status {@link STATUS_STILL_RUNNING}: it has not ended within `seconds`. {@link STATUS_NO_SUCH_JOB}: none is known. */
export function jobWaitArgv(name: string, seconds: number, folder: string = WORK_FOLDER): readonly string[] {
  return shell(WAIT, 'node-triage-job-wait', folder, requirePlainName(name), seconds, SILENCE_SECONDS);
}

/** Ends a job at once; its command has ended when this has. {@link STATUS_STILL_RUNNING}: not within `seconds`. */
export function jobEndArgv(name: string, seconds: number, folder: string = WORK_FOLDER): readonly string[] {
  return shell(END, 'node-triage-job-end', folder, requirePlainName(name), seconds);
}

/** Exit status {@link STATUS_NO_SUCH_JOB}: there is no such file. */
export function fetchArgv(job: string, file: string, folder: string = WORK_FOLDER): readonly string[] {
  return shell(FETCH, 'node-triage-fetch', folder, requirePlainName(job), requirePlainName(file));
}

/** Names become parts of paths in the pod: one word, no dot in front, no slash. Throws `internal` for another. */
export function requirePlainName(name: string): string {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(name))
    throw new TriageError('internal', `not a plain name: ${JSON.stringify(name)}`);
  return name;
}

/** Reads what {@link jobWaitArgv} prints. Throws `transfer-failed` where it is cut off or something else. */
export function parseJobEnd(bytes: Uint8Array): JobEnd {
  let at = 0;
  const line = (): readonly string[] => {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) throw cutOff();
    const text = decode(bytes.subarray(at, end));
    at = end + 1;
    return text.split(' ');
  };
  const [exitCode, stdoutBytes, stderrBytes, fileCount] = line().map(readCount);
  if (exitCode === undefined || stdoutBytes === undefined || stderrBytes === undefined) throw cutOff();
  if (fileCount === undefined || fileCount > POD_JOB.files) throw cutOff();
  const files: JobEnd['files'][number][] = [];
  while (files.length < fileCount) {
    const [size = '', name] = line();
    const fileBytes = readCount(size);
    if (name === undefined || fileBytes === undefined) throw cutOff();
    files.push({ name, bytes: fileBytes });
  }
  const stderrAt = at + stdoutBytes;
  if (bytes.length !== stderrAt + stderrBytes) throw cutOff();
  return {
    exitCode,
    stdout: decode(bytes.subarray(at, stderrAt)),
    stderr: decode(bytes.subarray(stderrAt)),
    files,
  };
}

/** Whole numbers as the pod's shell writes them; the pod's text may say anything. */
function readCount(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** How a fetched file was described: the last line of standard error. */
export interface FileMark {
  readonly bytes: number;
  readonly algorithm: 'sha256' | 'cksum' | 'none';
  readonly sum: string;
}

export function parseFileMark(stderr: string): FileMark | undefined {
  const found = /^(\d+) (sha256|cksum|none) (\S+)$/m.exec(stderr);
  if (found === null) return undefined;
  const [, bytes, algorithm, sum = ''] = found;
  return { bytes: Number(bytes), algorithm: algorithm as FileMark['algorithm'], sum };
}

/** The heartbeat as a command, for its name in logs. */
export const heartbeat: PodCommand<void> = { argv: heartbeatArgv(), parse: () => undefined };

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function cutOff(): TriageError {
  return new TriageError('transfer-failed', 'The end of a job did not arrive as it was sent.', {
    facts: { file: 'job' },
  });
}
