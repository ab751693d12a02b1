/**
 * What stands before a log's message, taken off piece by piece: prefixes of kubectl, grep and stern, the CRI's stream,
 * journald's and syslog's host and process, klog's header. Each form may be within another: a journal has klog lines, a
 * CRI file has logfmt.
 */
import type { LogLine } from '../model.js';
import { originOfProcess } from './logOrigin.js';
import { klogStamp, readStamp, type Stamp } from './logStamp.js';

export type Severity = LogLine['severity'];

export interface LogHead {
  readonly stamp: Stamp | undefined;
  /** Name of the process, container or unit that wrote it. */
  readonly process: string | undefined;
  readonly severity: Severity;
  /** klog's source file, `kubelet.go`. */
  readonly source: string | undefined;
  /** klog's pid: who is known from one line is known from the others. */
  readonly klogPid: string | undefined;
  /** Stamped as dmesg does. */
  readonly isBoot: boolean;
  readonly rest: string;
}

/** `[pod/kube-proxy-x2x/kube-proxy] ` of `kubectl logs --prefix`. */
const KUBECTL_PREFIX = /^\[pod\/([\w.-]{1,253})\/([\w.-]{1,63})\] /u;
/** `kubelet.log:21065:` of grep -n; the name tells more than nothing. */
const GREP_PREFIX =
  /^(?:(?:[\w./-]{0,200}\/)?([\w-]{1,60})(?:\.[\w.-]{1,60}|-[\w.-]{0,60}))?:?\d{1,9}[:-](?=[IWEF\d[{\p{L}<])/u;
/** talosctl's `10.0.0.3: ` before each line. */
const HOST_PREFIX = /^[\w.-]{1,253}: (?=\{"|[IWEF]\d{4} )/u;
/** `10.0.0.3: kern: warning: [2026-07-10T20:29:01.11Z]: text` of `talosctl dmesg`: facility and level of /dev/kmsg. */
const TALOS_DMESG =
  /^(?:[\w.-]{1,253}: {1,8})?kern: {1,8}(?:emerg|alert|crit|err|warning|notice|info|debug): {1,8}\[(\d{4}-\d\d-\d\dT[\d:.]{8,18}Z)\]: /u;
/** `2024-01-02T03:04:05.123456789Z stderr F text` (the CRI's log format). */
const CRI_STREAM = /^(?:stdout|stderr) [FP] ?/u;
/**
 * `node1 kubelet[1234]: `, `node1 kernel: `, without the host `kubelet[1234]: `; dmesg within: `kernel: [123.456] `. A
 * process has a pid, or it is one of the known: `host name: ` may be prose.
 */
const PROCESS =
  /^(?:([\w.-]{1,253}) )?([\w@/.-]{1,100}(?: daemon)?)\[(\d{1,9})\]:(?: |$)|^(?:([\w.-]{1,253}) )?([\w@/.-]{1,100}):(?: |$)/u;
const KLOG =
  /^([IWEF])(\d{4}) (\d\d:\d\d:\d\d(?:\.\d{1,6})?) {1,7}(\d{1,9}) ([\w.@/-]{1,100}\.(?:go|s)):(\d{1,6})\](?: |$)/u;

const KLOG_SEVERITIES: Readonly<Record<string, Severity>> = {
  I: 'info',
  W: 'warning',
  E: 'error',
  F: 'fatal',
};

const NO_HEAD: Omit<LogHead, 'rest'> = {
  stamp: undefined,
  process: undefined,
  severity: undefined,
  source: undefined,
  klogPid: undefined,
  isBoot: false,
};

/** What is before the message, whether or not it is a log's line: without any of it, the rest is the line. */
export function readLogHead(line: string): LogHead {
  const talos = TALOS_DMESG.exec(line);
  if (talos !== null) {
    const stamp = readStamp(talos[1] ?? '')?.stamp;
    return { ...NO_HEAD, stamp, process: 'kernel', rest: line.slice(talos[0].length) };
  }
  const { process, rest } = readPrefix(line);
  return readKlog(readProcess(readStream({ ...NO_HEAD, process, rest })));
}

function readPrefix(line: string): { readonly process: string | undefined; readonly rest: string } {
  const kubectl = KUBECTL_PREFIX.exec(line);
  if (kubectl !== null) return { process: kubectl[2], rest: line.slice(kubectl[0].length) };
  const host = HOST_PREFIX.exec(line);
  if (host !== null) return { process: undefined, rest: line.slice(host[0].length) };
  const grep = /^[IWEF\d[{]/u.test(line) && !/^\d{1,9}:/u.test(line) ? null : GREP_PREFIX.exec(line);
  if (grep === null) return { process: undefined, rest: line };
  const rest = line.slice(grep[0].length);
  // Only a log's own begin behind it makes it grep's: `node-1:22:00` is none.
  return readStamp(rest) !== undefined || KLOG.test(rest) || rest.startsWith('time="')
    ? { process: grep[1], rest }
    : { process: undefined, rest: line };
}

function readStream(head: LogHead): LogHead {
  const stamped = readStamp(head.rest);
  if (stamped === undefined) return head;
  const { stamp, isBoot } = stamped;
  return { ...head, stamp, isBoot, rest: stamped.rest.replace(CRI_STREAM, '') };
}

function readProcess(head: LogHead): LogHead {
  if (head.stamp === undefined) return head;
  const match = PROCESS.exec(head.rest);
  if (match === null) return head;
  const [whole, host, withPid, , otherHost, alone] = match;
  const process = withPid ?? alone ?? '';
  if (withPid === undefined && (head.isBoot || !isNamedAlone(process, host ?? otherHost))) return head;
  const rest = head.rest.slice(whole.length);
  const boot = process === 'kernel' ? readStamp(rest)?.rest : undefined;
  return { ...head, process: process.slice(process.lastIndexOf('/') + 1), rest: boot ?? rest };
}

/**
 * `nvme nvme0: text` and `error: text` have no process: without a pid only those that are known count, and without a
 * host only the few that are never a word.
 */
function isNamedAlone(process: string, host: string | undefined): boolean {
  return host === undefined
    ? /^(?:kernel|kubelet|systemd|dockerd|containerd|crio)$/u.test(process)
    : originOfProcess(process.slice(process.lastIndexOf('/') + 1)) !== undefined;
}

function readKlog(head: LogHead): LogHead {
  const match = KLOG.exec(head.rest);
  if (match === null) return head;
  const [whole, letter = '', monthDay = '', time = '', klogPid, path = ''] = match;
  return {
    ...head,
    stamp: head.stamp ?? klogStamp(monthDay, time),
    severity: KLOG_SEVERITIES[letter],
    source: path.slice(path.lastIndexOf('/') + 1),
    klogPid,
    rest: head.rest.slice(whole.length),
  };
}
