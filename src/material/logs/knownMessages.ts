/**
 * Messages that posts quote alone, without stamp, process or file: a sentence of an issue that has one of them counts as
 * a line of a log whose origin is not known. The list is of texts that rules ask for; talk about a message does not count.
 */
import type { LogOrigin } from '../model.js';
import { isKernelMessage, originOfText } from './logOrigin.js';
import { statedHang } from './statedHangs.js';

/** Of the kubelet, the runtimes, client-go and systemd. Each names something that talk about it leaves out. */
const ANYWHERE: readonly RegExp[] = [
  /rpc error: ?code ?=|pleg was last seen active|skipping pod synchronization|Skipping pod synchronization/u,
  /[Ff]ailed to delete cgroup paths|[Dd]evice or resource busy|Orphaned pod "|orphaned pod "/u,
  /Waited for \S+ due to client-side throttling|Throttling request took \S+s,/u,
  /use of closed network connection|http2: client connection lost|http2: no cached connection/u,
  /(?:Container|Image) garbage collection failed|failed to garbage collect required amount/u,
  /context deadline exceeded|operation timeout: |operation timed out|DeadlineExceeded/u,
  /container runtime is down|runtime network not ready|container runtime status check may not have completed/u,
  /du and find on following dirs took|disk usage and inodes count on following dirs took/u,
  /inotify_(?:add_watch|init)|inotify resources exhausted|inotify watch limit|failed to create FS watcher|[Tt]oo many open files|no space left on device|cannot allocate memory|Cannot allocate memory/u,
  /Housekeeping took longer|housekeeping took longer|Housekeeping took too long/u,
  /[Ff]ailed to reserve (?:container|sandbox) name|" is reserved for "|error reserving ctr name/u,
  /Unable to (?:retrieve|list) pods|GenericPLEG: |[Ff]ailed to ensure (?:node )?lease exists/u,
  /[Ee]rror updating node status|[Uu]nable to update node status|Node became not ready|Recording NodeNotReady/u,
  /errno 524|unable to (?:init|load) seccomp|error loading seccomp filter|SystemOOM|System OOM encountered/u,
  /[Ll]iveness probe failed|[Rr]eadiness probe (?:failed|errored)|ExecSync .{0,200}(?:failed|timed out)/u,
  /[Ff]ailed to (?:set up|setup) (?:sandbox container|network for sandbox)|networkPlugin cni failed/u,
  /[Ff]ailed to (?:create pod sandbox|get system container stats|get cgroup stats|get container stats)/u,
  /[Ff]ailed to create (?:sub)?cgroup|mkdir \/sys\/fs\/cgroup\S{0,1000}: /u,
  /org\.freedesktop\.systemd1.{0,200}(?:timed out|[Tt]imeout|activat|denied|limit)|: Connection timed out$/u,
  /[Tt]imed out waiting for (?:the condition|caches|systemd)|Failed to (?:start|create|fork|activate|set up) /u,
  /StartTransientUnit|Unit \S{1,300} (?:already exists|was already loaded)|Kubernetes transient mount for/u,
  /Failed to delete the runtime's cgroup|unable to freeze|freezer not supported|Failed to remove cgroup/u,
  /iptables(?:-restore|-save)? .{0,80}(?:timed out|failed|xtables lock)|xtables lock|(?:new|old|acquire) iptables lock/u,
  /Some iptables rules are missing|sync_?[pP]roxy_?[rR]ules.{0,80}(?:took|elapsed)|period too short/u,
  /[Uu]nable to destroy cgroup paths|[Ff]ailed to remove cgroup|found, (?:re)?moving pod cgroups|freezer\.state:? ?FROZEN/u,
  /couldn't propagate object cache|failed to sync (?:secret|configmap) cache|Waited before sending request/u,
  /[Ee]vent channel is full, discard|Unable to attach or mount volumes|unmounted volumes=\[|timeout expired waiting for volumes/u,
  /unable to find data in (?:memory )?cache|Stats initialization may not have completed|invalid capacity 0 on image/u,
  /(?:Container|Image)GCFailed|FreeDiskSpaceFailed|EvictionThresholdMet|message larger than max|PLEG is not healthy: /u,
  /failed reinspection|Unable to retrieve pod status|from (?:runtime|image) service failed|[Rr]untime sanity check failed/u,
  /[Cc]ontainer runtime (?:is not responding|not ready)|runtime service not ready|(?:Runtime|Network)Ready=false/u,
  /Cannot connect to the Docker daemon|\.service: (?:Main process exited|Failed with result|[Ss]tart operation timed out)/u,
  /[Ff]ailed to (?:stop|remove|kill|destroy|teardown|tear down|list) (?:pod |the |all )?(?:pods?|sandbox(?:es)?|containers?|network)\b/u,
  /\bget state for |dbus: connection closed by user|Activation of org\.freedesktop|runc\.\w{6}\.mount: /u,
  /slow fdatasync|apply request took too long|page allocation stalls|inode_switch_wbs|cleanup_offline_cgwb|estimation_timer/u,
];
/** A few system calls that a log is asked for, too. */
const CALLS = /F_GET_SEALS|TracerPid:\s{1,10}[1-9]/u;
/** Names of conditions that are talked about: only where the line begins with them. */
const AT_BEGIN =
  /^(?:[-*#•"'\s]|Message:|message:|Reason:){0,12}(?:PLEG is not healthy|NodeStatusUnknown|Kubelet stopped posting)/u;
/** What stands below a hung task or a lockup, in posts without stamps: its functions and what is around them. */
const KERNEL_TRACE =
  /^(?:\[<[0-9a-f]{1,16}>\] ?)?(?:\? )?[A-Za-z_][\w.]{0,100}\+0x[0-9a-f]{1,6}\/0x[0-9a-f]{1,6}|^(?:Call Trace:|<\/?TASK>|task:\S|Not tainted |Tainted: |Workqueue: |"echo 0 >)/u;
/** Longer lines without a head are no message but a document. */
const LONGEST = 2_000;
const SHORTEST = 12;
/** Messages have two words one after the other; most lines of tools have none. Saves trying all on each. */
const WORDS = /[A-Za-z]{2,40}:? [A-Za-z"]{2}/u;
/** strace's answers are in the words of errno. */
const IS_CALL = /\) = -?(?:\d|0x|\?)|resumed>/u;
/** `we no longer see`, `fixed the`: the line talks of a message that is not there. */
const DENIED =
  /\b(?:no longer|no more|without|don't see|do not see|didn't see|not seeing|never saw|did not find|fixes|fixed)\b/iu;
/** Source, shell and patches quote messages that nothing printed. */
const IS_SOURCE = /\b(?:grep|egrep|rg|awk|sed)\b.{0,200}["'|]|fmt\.Errorf|klog\.|errors\.New|^[-+]{3} /u;

/**
 * @param beside origin of the log line right above: what has no head there is its continuation
 * @returns its origin; undefined where the line is no known message
 */
export function originOfKnownMessage(text: string, beside: LogOrigin | undefined): LogOrigin | undefined {
  if (text.length > LONGEST) return undefined;
  if (beside === 'kernel' && KERNEL_TRACE.test(text)) return 'kernel';
  if (CALLS.test(text)) return 'unknown';
  if (text.length < SHORTEST || !WORDS.test(text) || IS_CALL.test(text)) return undefined;
  const origin = originOfMessage(text, beside);
  return origin === undefined || isTalk(text) ? undefined : origin;
}

function originOfMessage(text: string, beside: LogOrigin | undefined): LogOrigin | undefined {
  if (isKernelMessage(text)) return 'kernel';
  if (!AT_BEGIN.test(text) && !ANYWHERE.some(pattern => pattern.test(text)))
    return statedHang(text) === undefined ? undefined : 'unknown';
  // What the kernel does not say stands below its lines by chance.
  return (beside === 'kernel' ? undefined : beside) ?? originOfText(text) ?? 'unknown';
}

/** Whether rules may ask for it: it is kept where room is scarce. */
export function isKnownMessage(text: string): boolean {
  return isKernelMessage(text) || ANYWHERE.some(pattern => pattern.test(text));
}

function isTalk(text: string): boolean {
  return DENIED.test(text) || IS_SOURCE.test(text);
}
