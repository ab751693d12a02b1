/**
 * Messages that posts quote alone, without stamp, process or file: a sentence of an issue that has one of them counts as
 * a line of a log whose origin is not known. The list is of texts that rules ask for; talk about a message does not count.
 */
import type { LogOrigin } from '../model.js';
import { isKernelMessage, originOfText } from './logOrigin.js';

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
  /[Ff]ailed to reserve (?:container|sandbox) name|" is reserved for "/u,
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
  /iptables(?:-restore|-save)? .{0,80}(?:timed out|failed|xtables lock)|xtables lock/u,
];
/** Names of conditions that are talked about: only where the line begins with them. */
const AT_BEGIN =
  /^(?:[-*#•"'\s]|Message:|message:|Reason:){0,12}(?:PLEG is not healthy|NodeStatusUnknown|Kubelet stopped posting)/u;
/** Longer lines without a head are no message but a document. */
const LONGEST = 2_000;
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
  if (text.length > LONGEST || text.length < 12 || !WORDS.test(text) || IS_CALL.test(text)) return undefined;
  if (isKernelMessage(text)) return isTalk(text) ? undefined : 'kernel';
  if (!AT_BEGIN.test(text) && !ANYWHERE.some(pattern => pattern.test(text))) return undefined;
  return isTalk(text) ? undefined : (beside ?? originOfText(text) ?? 'unknown');
}

/** Whether rules may ask for it: it is kept where room is scarce. */
export function isKnownMessage(text: string): boolean {
  return isKernelMessage(text) || ANYWHERE.some(pattern => pattern.test(text));
}

function isTalk(text: string): boolean {
  return DENIED.test(text) || IS_SOURCE.test(text);
}
