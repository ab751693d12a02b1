/**
 * Which file of /proc or /sys the lines below are of: from `cat FILE` behind a prompt, `==> FILE <==` of head and tail,
 * `FILE:` of grep, or a line with the path alone.
 */
import { findCommand } from './promptLine.js';

const HEADED = /^==> (\/\S+) <==$/u;
/** A pod has the node's files below /host. */
const ALONE = /^\s{0,8}((?:\/[\w.-]{1,60})?\/(?:sys|proc)\/\S{1,800}?):?$/u;
/** Directories of cgroups may have colons in their names (`…:cri-containerd:ID`): a known file name ends grep's path. */
const PREFIXED =
  /^((?:\S{0,400}\/)?[\w{}*-]{1,40}\.(?:stat|pressure|state|freeze|events)|(?:\/[\w.-]{1,60})?\/proc\/pressure\/\w{2,6}):(?=\S)/u;
/** Of a prompt: `/sys/fs/cgroup/kubepods.slice$ cat cpu.stat`. */
const WORKING_FOLDER = /(\/sys\/fs\/cgroup\/[^\s$#\]]{0,400})(?:\]| )?[#$] /u;
const SHELL_MARKS = /[\s'"`;|&<>()]+/u;
const IS_PATH = /\/|^[\w-]{1,40}\.(?:stat|pressure|state|freeze|events)$/u;
/** Lines below which a path is not believed any longer. */
const REACH = 60;

/** Follows a text line by line. */
export class NodeFile {
  #paths: readonly string[] = [];
  #since = 0;

  /** The rest of the line, without grep's path; undefined where the line only names a file. */
  follow(line: string, index: number): string | undefined {
    const prefix = PREFIXED.exec(line)?.[1];
    if (prefix !== undefined) {
      this.#set([prefix], index);
      return line.slice(prefix.length + 1);
    }
    const named = HEADED.exec(line)?.[1] ?? ALONE.exec(line)?.[1];
    const paths = named === undefined ? pathsOfCommand(line) : [named];
    if (paths.length === 0) return line;
    this.#set(paths, index);
    return undefined;
  }

  /** Files that the line may be of, in the order of their text. */
  at(index: number): readonly string[] {
    return index - this.#since <= REACH ? this.#paths : [];
  }

  #set(paths: readonly string[], index: number): void {
    this.#paths = paths;
    this.#since = index;
  }
}

/** The first 100 of a line that is a command. */
function pathsOfCommand(line: string): readonly string[] {
  const command = findCommand(line);
  if (command === undefined) return [];
  const folder = WORKING_FOLDER.exec(line.slice(0, 1000))?.[1];
  return command
    .split(SHELL_MARKS)
    .filter(word => IS_PATH.test(word))
    .slice(0, 100)
    .map(path => (folder === undefined || path.includes('/') ? path : `${folder}/${path}`))
    .flatMap(expandBraces);
}

/** `/proc/pressure/{cpu,io}` as a shell expands it: one group, and `*` of /proc/pressure. */
function expandBraces(path: string): readonly string[] {
  if (/\/proc\/pressure\/\*$/u.test(path))
    return ['cpu', 'io', 'memory'].map(resource => `/proc/pressure/${resource}`);
  const group = /\{([^{}]{1,200})\}/u.exec(path);
  if (group === null) return [path];
  const head = path.slice(0, group.index);
  const tail = path.slice(group.index + group[0].length);
  return (group[1] ?? '').split(',').map(part => head + part + tail);
}

/** Controllers' directories of cgroup v1, the first below /sys/fs/cgroup. */
const CONTROLLER =
  /^\/(?:memory|cpu|cpuacct|cpu,cpuacct|cpuacct,cpu|cpuset|freezer|systemd|unified|pids|blkio|devices|hugetlb|net_cls|net_prio|net_cls,net_prio|perf_event|rdma|misc)(?=\/|$)/u;

/** The cgroup that a file is of (`/kubepods/burstable`); undefined where the path names none. */
export function cgroupOf(path: string | undefined): string | undefined {
  const root = '/sys/fs/cgroup';
  const from = path?.indexOf(root) ?? -1;
  if (path === undefined || from === -1) return undefined;
  const below = path.slice(from + root.length).replace(CONTROLLER, '');
  const end = below.lastIndexOf('/');
  return end > 0 ? below.slice(0, end) : '/';
}
