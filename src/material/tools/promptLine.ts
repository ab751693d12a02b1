/**
 * Commands in posts: behind a prompt, alone on a line, or between backticks. Says what was typed, not whether it makes
 * sense; who asks looks for the words that it knows.
 */

/** `[root@n1 ~]# `, `root@n1:~# `, `core@ip-10-0-0-1 ~ $ `, `kube-3 ~ # `, `sh-4.4# `, `/ # `, `$ `, `# `, `+ `, `% `, `➜  ~ `, `❯ `. */
const PROMPT =
  /^\s{0,8}(?:\([^)]{1,40}\) ?)?(?:\[[^\]]{1,80}\] ?[#$%>]|[\w.-]{1,64}@[\w.-]{1,80}[: ]?[^#$%\s]{0,120} ?[#$%>]|(?:ba|z)?sh-[\d.]{1,8}[#$]|[~/][\w/.-]{0,200} ?[#$%](?= )|[\w.-]{1,64} [~/][\w/.-]{0,200} [#$%]|[\w.-]{1,64}:[~/][^#$%\s]{0,120} ?[#$]|[$#%❯]|\+{1,4}|➜ {1,2}\S{1,80}) {0,4}(\S.*)$/u;
/** A command without a prompt begins with its program. */
const PROGRAM =
  /^\s{0,8}(?:sudo (?:-\w+ )*|time |watch (?:-\S+ (?:[\d.]+ )?)*)?(?:cat|find|ls|lsof|wc|mount|findmnt|docker|nerdctl|crictl|ctr|podman|kubectl|oc|systemctl|sysctl|awk|grep|egrep|zgrep|iptables-save|iptables|ip6tables-save|ipvsadm|conntrack|lscgroup|lsblk|ps|pgrep|top|pidstat|iostat|vmstat|free|head|tail|for|while|nproc|perf|go tool pprof|pprof|cut|ssh|nsenter|systemd-cgls|nft|tree|du|echo) (?:\S.*)?$/u;
const BARE = /^\s{0,8}(?:sudo )?(?:nproc|free|mount|vmstat|lsblk)\s*$/u;

/** The head of watch(1): `Every 2.0s: mount | wc -l      n1: Fri Nov 27 07:03:30 2026`. */
const WATCHED = /^Every \d{1,6}[.,]\ds: (\S(?: ?\S){0,400})/u;

/** The command of a line; undefined: it is none, as far as its form tells. */
export function findCommand(line: string): string | undefined {
  if (line.length > 4096) return undefined;
  const typed = PROMPT.exec(line)?.[1];
  if (typed !== undefined) return typed;
  const watched = line.startsWith('Every ') ? WATCHED.exec(line)?.[1] : undefined;
  if (watched !== undefined) return watched;
  if (PROGRAM.test(`${line} `) || BARE.test(line)) return line.trim();
  return quotedCommand(line);
}

/** Between backticks: "Output of `docker ps -a | wc -l`:". The first that has more than a word. */
function quotedCommand(line: string): string | undefined {
  const from = line.indexOf('`');
  if (from === -1 || line.startsWith('```')) return undefined;
  const end = line.indexOf('`', from + 1);
  const inner = end === -1 ? '' : line.slice(from + 1, end).trim();
  return inner.includes(' ') ? inner.replace(/^[$#] /u, '') : undefined;
}
