/**
 * Dropping clean caches of a node, as a job for a privileged debug pod. Writes one number to one file of the kernel and
 * prints how long that took; nothing is lost that is not on a disk as well (Documentation/admin-guide/sysctl/vm.rst).
 */
import type { PodJob } from '../base/podCommand.js';
import type { DropValue } from './model.js';

/** Exit status: the kernel refused the write. */
export const STATUS_REFUSED = 5;

/**
 * $1: where proc is. $2: the number. Prints `took: SECONDS` by the clock of /proc/uptime, which has hundredths. The write ends
 * early where the process is killed (mm/shrinker.c, drop_slab_node looks for fatal signals).
 */
const SCRIPT = `proc=$1 value=$2
case $value in 2|3) ;; *) exit 64 ;; esac
file=$proc/sys/vm/drop_caches
[ -w "$file" ] || { echo "$file is not writable here" >&2; exit ${STATUS_REFUSED}; }
read -r begin _ <"$proc/uptime"
echo "$value" >"$file" || exit ${STATUS_REFUSED}
read -r end _ <"$proc/uptime"
echo "began: $begin"
echo "ended: $end"`;

/** With few entries it takes well under a second. */
const USUAL_SECONDS = 1;
/** Tens of millions of entries take minutes of system time; then it is ended, and the rest stays. */
export const DROP_LIMIT_SECONDS = 300;

/** @param proc another place is for tests */
export function dropCaches(value: DropValue, proc = '/proc'): PodJob {
  return {
    name: 'drop-caches',
    argv: ['sh', '-c', SCRIPT, 'node-triage-drop-caches', proc, String(value)],
    seconds: USUAL_SECONDS,
    limitSeconds: DROP_LIMIT_SECONDS,
  };
}

/** How long the write took, in seconds; undefined where the output does not say. */
export function readDropSeconds(stdout: string): number | undefined {
  const began = /^began: (\d{1,12}(?:\.\d{1,9})?)$/mu.exec(stdout)?.[1];
  const ended = /^ended: (\d{1,12}(?:\.\d{1,9})?)$/mu.exec(stdout)?.[1];
  const seconds = Number(ended) - Number(began);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 100) / 100 : undefined;
}
