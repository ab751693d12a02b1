/**
 * What is run in a debug pod to put a program there: whether it could run at all, then the transfer over standard
 * input. POSIX shell for busybox and dash alike; values come as $1, $2, ….
 */
import { requirePlainName, shell, type ShellArgv } from './jobScripts.js';
import { WORK_FOLDER } from './podSpec.js';

/** Nothing in the image makes a checksum. */
export const STATUS_NO_CHECKSUM = 72;
/** What is in the pod's folder cannot be executed: its tmpfs is mounted noexec, or a policy of the node forbids it. */
export const STATUS_NO_EXECUTION = 73;
/** It is not what was sent, and is not there any more. */
export const STATUS_DAMAGED = 77;

/**
 * $1: folder. Whether something can be executed is tried, as root's \`test -x\` looks at the mode alone in some shells.
 * busybox may know \`sh\` without a path.
 */
const CHECK = `tools=$1/tools
umask 077
mkdir -p "$tools" || exit 74
command -v sha256sum >/dev/null 2>&1 || command -v cksum >/dev/null 2>&1 || exit ${STATUS_NO_CHECKSUM}
interpreter=$(command -v sh)
case $interpreter in /*) ;; *) interpreter=/bin/sh ;; esac
probe=$tools/.probe.$$
printf '#!%s\\nexit 0\\n' "$interpreter" >"$probe" || exit 74
chmod 500 "$probe" || exit 74
"$probe"
status=$?
rm -f "$probe"
[ "$status" -eq 0 ] || exit ${STATUS_NO_EXECUTION}`;

/**
 * $1: folder. $2: name. $3: bytes that will come. $4: their SHA-256. $5: their POSIX cksum. Prints a line
 * \`BYTES ALGORITHM SUM\` about what came. All that comes is read, also where it cannot be kept: a command that leaves
 * its input unread may have no end that is told (podPorts.ts, ExecRequest.stdin). The end is counted, as
 * v4.channel.k8s.io has none.
 */
const UPLOAD = `work=$1 name=$2 bytes=$3 sha256=$4 cksum=$5
file=$work/tools/$name new=$work/tools/.$name.$$
umask 077
set -C
rm -f "$file" "$work/tools/.$name".*
trap 'rm -f "$new"' EXIT
trap 'exit 74' HUP INT TERM
head -c "$bytes" | { cat >"$new" || cat >/dev/null; }
set -- $(wc -c <"$new")
came=$1
if command -v sha256sum >/dev/null 2>&1; then
  set -- $(sha256sum <"$new"); sum=$1 wanted=$sha256
  echo "$came sha256 $sum"
else
  set -- $(cksum <"$new"); sum=$1 wanted=$cksum
  echo "$came cksum $sum"
fi
[ "$came" = "$bytes" ] && [ "$sum" = "$wanted" ] || exit ${STATUS_DAMAGED}
chmod 500 "$new" && mv "$new" "$file" || exit 74`;

/** Whether a program that is uploaded could be checked and run. Statuses: {@link STATUS_NO_CHECKSUM}, {@link STATUS_NO_EXECUTION}. */
export function uploadCheckArgv(folder: string = WORK_FOLDER): ShellArgv {
  return shell(CHECK, 'node-triage-upload-check', folder);
}

/** After {@link uploadCheckArgv}; its standard input is the program. Status {@link STATUS_DAMAGED}: there is none now. */
export function uploadArgv(
  name: string,
  bytes: number,
  marks: { readonly sha256: string; readonly cksum: number },
  folder: string = WORK_FOLDER,
): ShellArgv {
  const { sha256, cksum } = marks;
  return shell(UPLOAD, 'node-triage-upload', folder, requirePlainName(name), bytes, sha256, cksum);
}

/** Where it is afterwards. */
export function toolPath(name: string, folder: string = WORK_FOLDER): string {
  return `${folder}/tools/${requirePlainName(name)}`;
}
