/**
 * Which process of a node is its kubelet, and what of the node decides how it may be looked at. A command for a hostPID
 * pod, as data; findKubeletScript.ts is what it runs. Chosen from what the processes say:
 *
 * 1. comm and executable, so that no shell is taken that has `kubelet` in its command line;
 * 2. arguments and environment that name the node (`--hostname-override`, K3S_NODE_NAME);
 * 3. where they do not tell: the kubelet whose root directory holds our pod, the one in our PID namespace (on a machine
 *    with kind nodes the others live in namespaces of their own).
 */
import { TriageError } from './errors.js';
import { FIND_KUBELET_SCRIPT } from './findKubeletScript.js';
import type { PodCommand } from './podCommand.js';

export interface KubeletProcess {
  readonly pid: number;
  /** Clock ticks from boot to its start (field 22 of /proc/PID/stat): another number is another process. */
  readonly startTicks: number;
  readonly comm: string;
  /** Undefined where it may not be read. */
  readonly executable: string | undefined;
  /** What the kubelet runs as. k3s and kubelite hold other components, too: their calls are in a trace as well. */
  readonly program: 'kubelet' | 'hyperkube' | 'k3s' | 'rke2' | 'kubelite';
  readonly uid: number;
  readonly threads: number;
  /** Process that traces it already; 0: none. */
  readonly tracerPid: number;
  /** Arguments that say which node it serves; no others are read. Keys without dashes. */
  readonly arguments: Readonly<Record<string, string>>;
  /** Its cgroup: of the memory controller on version 1. */
  readonly cgroup: { readonly version: 1 | 2; readonly path: string };
  readonly foundBy: 'only-one' | 'node-name' | 'root-directory' | 'pid-namespace';
  readonly host: NodeHost;
}

/** What of the node decides how its processes may be looked at. */
export interface NodeHost {
  readonly kernelRelease: string;
  /** `uname -m`: `x86_64`, `aarch64`. */
  readonly machine: string;
  /** Yama's ptrace_scope; undefined without Yama. At 3 nobody traces. */
  readonly yamaScope: number | undefined;
  readonly lockdown: 'none' | 'integrity' | 'confidentiality' | undefined;
  /** tracefs with raw_syscalls: mounted on the node, known to its kernel (we mount it), or not there. */
  readonly kernelTracing: 'mounted' | 'known' | 'missing';
  /** False in kind, k3d and their like: the kernel's tracing counts threads by the machine's numbers, /proc by the node's. */
  readonly isInitialPidNamespace: boolean;
}

/** PROC_PID_INIT_INO (include/linux/proc_ns.h): the inode of the first PID namespace of every machine. */
const INITIAL_PID_NAMESPACE = 'pid:[4026531836]';
const DEFAULT_ROOT_DIRECTORY = '/var/lib/kubelet';

/**
 * Its parser throws `kubelet-not-found` where no process fits, or several fit equally; facts.reason lists what was
 * seen. `proc` is where proc is mounted; another place is for tests.
 */
export function findKubelet(node: string, proc = '/proc'): PodCommand<KubeletProcess> {
  return {
    argv: ['sh', '-c', FIND_KUBELET_SCRIPT, 'node-triage-find-kubelet', proc],
    parse: stdout => chooseKubelet(parseProcesses(stdout), node),
  };
}

interface Candidate {
  readonly pid: number;
  readonly facts: ReadonlyMap<string, string>;
  readonly arguments: Readonly<Record<string, string>>;
  /** First word of its command line: `server`, `agent`, `kubelet`. */
  readonly word: string | undefined;
  readonly cgroups: readonly string[];
}

interface Processes {
  readonly host: ReadonlyMap<string, string>;
  readonly filesystems: ReadonlySet<string>;
  /** Where files of our own pod lie on the node. */
  readonly podFiles: readonly string[];
  readonly candidates: readonly Candidate[];
}

function parseProcesses(stdout: string): Processes {
  const host = new Map<string, string>();
  const filesystems = new Set<string>();
  const podFiles: string[] = [];
  const candidates: Candidate[] = [];
  let open: CandidateLines | undefined;
  let isWhole = false;
  for (const line of stdout.split('\n')) {
    const blank = line.indexOf(' ');
    if (blank < 0) continue;
    const key = line.slice(0, blank);
    const value = line.slice(blank + 1);
    if (key === 'done') isWhole = true;
    else if (key === 'candidate') open = new CandidateLines(Number(value));
    else if (key === 'end') {
      if (open !== undefined) candidates.push(open.finish());
      open = undefined;
    } else if (open !== undefined) open.take(key, value);
    else if (key === 'filesystem') filesystems.add(value);
    else if (key === 'podfile') podFiles.push(value);
    else host.set(key, value);
  }
  if (!isWhole) throw notFound('the list of processes is cut off');
  return { host, filesystems, podFiles, candidates };
}

class CandidateLines {
  private readonly facts = new Map<string, string>();
  private readonly arguments = new Map<string, string>();
  private readonly cgroups: string[] = [];

  constructor(private readonly pid: number) {}

  take(key: string, value: string): void {
    if (key === 'cgroup') this.cgroups.push(value);
    else if (key === 'argument' || key === 'environment') {
      const blank = value.indexOf(' ');
      if (blank > 0) this.arguments.set(value.slice(0, blank), value.slice(blank + 1));
    } else this.facts.set(key, value);
  }

  finish(): Candidate {
    const { pid, facts, cgroups } = this;
    return {
      pid,
      facts,
      arguments: Object.fromEntries(this.arguments),
      word: facts.get('word'),
      cgroups,
    };
  }
}

function chooseKubelet(processes: Processes, node: string): KubeletProcess {
  const kubelets = withoutSupervisors(processes.candidates.filter(runsKubelet));
  if (kubelets.length === 0) {
    const seen = processes.candidates.map(describe).join('; ');
    throw notFound(
      seen === ''
        ? 'no process is named kubelet, hyperkube, k3s, rke2 or kubelite'
        : `none of these is a kubelet: ${seen}`,
    );
  }
  const [only] = kubelets;
  if (only !== undefined && kubelets.length === 1) return toProcess(only, 'only-one', processes);
  const chosen =
    chooseByName(kubelets, node) ??
    chooseOne(kubelets, 'root-directory', candidate => holdsOurPod(candidate, processes.podFiles)) ??
    chooseOne(
      kubelets,
      'pid-namespace',
      ({ facts }) => facts.get('pidns') === processes.host.get('selfpidns'),
    );
  if (chosen === undefined)
    throw notFound(`several processes could be the one of ${node}: ${kubelets.map(describe).join('; ')}`);
  return toProcess(chosen.candidate, chosen.by, processes);
}

interface Choice {
  readonly candidate: Candidate;
  readonly by: KubeletProcess['foundBy'];
}

function chooseOne(
  candidates: readonly Candidate[],
  by: Choice['by'],
  fits: (candidate: Candidate) => boolean,
): Choice | undefined {
  const [first, second] = candidates.filter(fits);
  return first === undefined || second !== undefined ? undefined : { candidate: first, by };
}

/** The only one that names this node, or the only one that names no other. */
function chooseByName(candidates: readonly Candidate[], node: string): Choice | undefined {
  // The kubelet lowers its name: pkg/util/node, GetHostname.
  const wanted = node.toLowerCase();
  return (
    chooseOne(candidates, 'node-name', candidate => nameOf(candidate) === wanted) ??
    chooseOne(candidates, 'node-name', candidate => (nameOf(candidate) ?? wanted) === wanted)
  );
}

function nameOf({ arguments: given }: Candidate): string | undefined {
  const name = given['hostname-override'] ?? given['node-name'] ?? given['K3S_NODE_NAME'];
  return name?.trim().toLowerCase();
}

/** Our pod's files lie in ROOT/pods/UID/…; a mount shows them without what is above its file system's own root. */
function holdsOurPod(candidate: Candidate, podFiles: readonly string[]): boolean {
  const root = candidate.arguments['root-dir'] ?? DEFAULT_ROOT_DIRECTORY;
  return podFiles.some(file => {
    const above = file.replace(/\/pods\/[^/]+\/(?:etc-hosts|containers\/.*)$/, '');
    return above !== file && above !== '' && `/${root.replace(/^\/+|\/+$/g, '')}`.endsWith(above);
  });
}

/** hyperkube and k3s are many programs in one file. */
function runsKubelet(candidate: Candidate): boolean {
  switch (programOf(candidate)) {
    case 'hyperkube':
      return candidate.word === 'kubelet';
    case 'k3s':
    case 'rke2':
      return candidate.word !== undefined;
    case 'kubelet':
    case 'kubelite':
      return true;
  }
}

/** rke2 starts a kubelet as a process of its own. */
function withoutSupervisors(candidates: readonly Candidate[]): readonly Candidate[] {
  const others = candidates.filter(candidate => programOf(candidate) !== 'rke2');
  return others.length > 0 ? others : candidates;
}

function programOf({ facts }: Candidate): KubeletProcess['program'] {
  const comm = facts.get('comm') ?? '';
  if (comm === 'hyperkube' || comm === 'rke2' || comm === 'kubelite') return comm;
  return comm.startsWith('k3s') ? 'k3s' : 'kubelet';
}

function toProcess(
  candidate: Candidate,
  foundBy: KubeletProcess['foundBy'],
  processes: Processes,
): KubeletProcess {
  const { pid, facts } = candidate;
  return {
    pid,
    startTicks: Number(facts.get('start')),
    comm: facts.get('comm') ?? '',
    executable: facts.get('exe'),
    program: programOf(candidate),
    uid: Number(facts.get('uid') ?? 0),
    threads: Number(facts.get('threads') ?? 0),
    tracerPid: Number(facts.get('tracer') ?? 0),
    arguments: candidate.arguments,
    cgroup: cgroupOf(candidate.cgroups),
    foundBy,
    host: hostOf(processes),
  };
}

/** Lines of /proc/PID/cgroup, `ID:CONTROLLERS:PATH`; version 2 is `0::PATH` and on a hybrid host beside the others. */
function cgroupOf(lines: readonly string[]): KubeletProcess['cgroup'] {
  let unified = '/';
  for (const line of lines) {
    const [, controllers = '', ...path] = line.split(':');
    if (controllers.split(',').includes('memory')) return { version: 1, path: path.join(':') };
    if (controllers === '') unified = path.join(':');
  }
  return { version: 2, path: unified };
}

function hostOf({ host, filesystems }: Processes): NodeHost {
  const yama = host.get('yama');
  return {
    kernelRelease: host.get('kernel') ?? '',
    machine: host.get('machine') ?? '',
    yamaScope: yama === undefined ? undefined : Number(yama),
    lockdown: lockdownOf(host.get('lockdown')),
    kernelTracing: host.has('tracing') ? 'mounted' : filesystems.size > 0 ? 'known' : 'missing',
    isInitialPidNamespace: host.get('selfpidns') === INITIAL_PID_NAMESPACE,
  };
}

/** `none [integrity] confidentiality`: the one in brackets. */
function lockdownOf(text: string | undefined): NodeHost['lockdown'] {
  const level = /\[(\w+)\]/.exec(text ?? '')?.[1];
  return level === 'none' || level === 'integrity' || level === 'confidentiality' ? level : undefined;
}

function describe(candidate: Candidate): string {
  const { pid, facts, word } = candidate;
  const name = nameOf(candidate);
  const words = [facts.get('exe') ?? facts.get('comm') ?? '', word, name && `of ${name}`];
  return `${pid} ${words.filter(part => part !== undefined && part !== '').join(' ')}`;
}

function notFound(reason: string): TriageError {
  return new TriageError('kubelet-not-found', `The node's kubelet was not found: ${reason}.`, {
    facts: { reason },
  });
}
