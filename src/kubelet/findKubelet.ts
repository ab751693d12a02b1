/**
 * Which process of a node is its kubelet, and what of the node decides how it may be looked at. A command for a hostPID
 * pod, as data; findKubeletScript.ts is what it runs. Chosen from what the processes say:
 *
 * 1. where it is: a process in a pod's cgroup, of a user other than root, or whose cgroup cannot be read is passed over,
 *    and said to be, whatever it calls itself. A tenant can forge everything else;
 * 2. comm and executable, so that no shell is taken that has `kubelet` in its command line; of k3s and rke2, which write
 *    over their arguments, the title they write or the unit that they run in;
 * 3. arguments and environment that name the node (`--hostname-override`, K3S_NODE_NAME);
 * 4. where they do not tell: the kubelet whose root directory holds our pod, the one in our PID namespace (on a machine
 *    with kind nodes the others live in namespaces of their own), the one that listens on port 10250.
 */
import { FIND_KUBELET_SCRIPT } from './findKubeletScript.js';
import {
  notFound,
  parseProcesses,
  wholeNumber,
  type Candidate,
  type KubeletArguments,
  type PassedOver,
  type PassedOverProcess,
  type Processes,
} from './kubeletCandidates.js';
import { FIND_KUBELET_LIMITS } from '../base/limits.js';
import { plainLine } from '../base/plainLine.js';
import { scriptOverStdin, type PodCommand } from '../base/podCommand.js';

export interface KubeletProcess {
  readonly pid: number;
  /** Clock ticks from boot to its start (field 22 of /proc/PID/stat): another number is another process. */
  readonly startTicks: number;
  readonly comm: string;
  /** Undefined where it may not be read. */
  readonly executable: string | undefined;
  /** What the kubelet runs as. k3s and kubelite hold other components, too: their calls are in a trace as well. */
  readonly program: 'kubelet' | 'hyperkube' | 'k3s' | 'rke2' | 'kubelite';
  /** What tells that this program runs a kubelet here: its name, the word behind its name, the systemd unit it runs in. */
  readonly knownBy: 'name' | 'word' | 'unit';
  readonly uid: number;
  readonly threads: number;
  /** Process that traces it already; 0: none. */
  readonly tracerPid: number;
  /** Arguments and variables that say which node it serves; no others are read. Keys without dashes. */
  readonly arguments: KubeletArguments;
  /** Its cgroup: of the memory controller on version 1. */
  readonly cgroup: { readonly version: 1 | 2; readonly path: string };
  readonly foundBy: 'only-one' | 'node-name' | 'root-directory' | 'pid-namespace' | 'listening-port';
  readonly passedOver: PassedOver;
  readonly host: NodeHost;
}

/** What of the node decides how its processes may be looked at. */
export interface NodeHost {
  readonly kernelRelease: string;
  /** `uname -m`: `x86_64`, `aarch64`. */
  readonly machine: string;
  /** Yama's ptrace_scope; undefined without Yama. At 3 no process traces. */
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
 * Its parser throws `kubelet-not-found` where no process fits, several fit equally, or the node has more of them than
 * can be looked at; facts.reason lists what was seen. `proc` is where proc is mounted; another place is for tests.
 */
export function findKubelet(node: string, proc = '/proc'): PodCommand<KubeletProcess> {
  const seconds = String(FIND_KUBELET_LIMITS.seconds);
  return {
    ...scriptOverStdin(FIND_KUBELET_SCRIPT, 'node-triage-find-kubelet', proc, seconds),
    parse: stdout => chooseKubelet(parseProcesses(stdout), node),
  };
}

function chooseKubelet(processes: Processes, node: string): KubeletProcess {
  const { passedOver } = processes;
  const kubelets = withoutSupervisors(processes.candidates.filter(each => howKnown(each) !== undefined));
  if (kubelets.length === 0) {
    const seen = processes.candidates.map(describe).join('; ');
    throw notFound(
      (seen === ''
        ? 'no process of the node is named kubelet, hyperkube, k3s, rke2 or kubelite'
        : `none of these is a kubelet: ${seen}`) + describePassedOver(passedOver),
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
    ) ??
    chooseOne(kubelets, 'listening-port', ({ pid }) => processes.listening.has(pid));
  if (chosen === undefined)
    throw notFound(
      `several processes could be the one of ${node}: ${kubelets.map(describe).join('; ')}` +
        describePassedOver(passedOver),
    );
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
  const name =
    given['hostname-override'] ?? given['node-name'] ?? given.K3S_NODE_NAME ?? given.RKE2_NODE_NAME;
  return name?.trim().toLowerCase();
}

/** Our pod's files lie in ROOT/pods/UID/…; a mount shows them without what is above its file system's own root. */
function holdsOurPod(candidate: Candidate, podFiles: readonly string[]): boolean {
  const root = candidate.arguments['root-dir'] ?? DEFAULT_ROOT_DIRECTORY;
  const folder = `/${root.split('/').filter(Boolean).join('/')}`;
  return podFiles.some(file => {
    const above = file.replace(/\/pods\/[^/]+\/(?:etc-hosts|containers\/.*)$/, '');
    return above !== file && above !== '' && folder.endsWith(above);
  });
}

/** hyperkube, k3s and rke2 are many programs in one file. Undefined: it runs none. */
function howKnown(candidate: Candidate): KubeletProcess['knownBy'] | undefined {
  const { word } = candidate;
  switch (programOf(candidate)) {
    case 'hyperkube':
      return word === 'kubelet' ? 'word' : undefined;
    case 'k3s':
    case 'rke2':
      return howDistributionKnown(candidate);
    case 'kubelet':
    case 'kubelite':
      return 'name';
  }
}

/**
 * k3s and rke2 write `PROGRAM server` or `PROGRAM agent` over their arguments (pkg/cli of k3s-io/k3s, by
 * erikdubbelboer/gspt, which erases the first variable of the environment, too); a parent of theirs that only reaps
 * processes writes `PROGRAM init`.
 */
function howDistributionKnown({ facts, word, cgroups }: Candidate): 'name' | 'word' | 'unit' | undefined {
  if (word === 'server' || word === 'agent') return 'word';
  if (word !== undefined) return undefined;
  if (/^k3s-(?:server|agent)$/.test(facts.get('comm') ?? '')) return 'name';
  const isUnit = cgroups.some(line => /\/(?:k3s(?:-agent)?|rke2-(?:server|agent))\.service$/.test(line));
  return isUnit ? 'unit' : undefined;
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
  const { pid, startTicks, facts } = candidate;
  return {
    pid,
    startTicks,
    comm: facts.get('comm') ?? '',
    executable: facts.get('exe'),
    program: programOf(candidate),
    knownBy: howKnown(candidate) ?? 'name',
    uid: wholeNumber(facts.get('uid')) ?? 0,
    threads: wholeNumber(facts.get('threads')) ?? 0,
    tracerPid: wholeNumber(facts.get('tracer')) ?? 0,
    arguments: candidate.arguments,
    cgroup: cgroupOf(candidate.cgroups),
    foundBy,
    passedOver: processes.passedOver,
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
  return {
    kernelRelease: host.get('kernel') ?? '',
    machine: host.get('machine') ?? '',
    yamaScope: wholeNumber(host.get('yama')),
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
  return plainLine(`${pid} ${words.filter(part => part !== undefined && part !== '').join(' ')}`);
}

const WHY_PASSED_OVER: Readonly<Record<PassedOverProcess['why'], string>> = {
  pod: 'in a pod',
  user: 'not of root',
  unknown: 'in a cgroup that cannot be read',
};

function describePassedOver({ count, processes }: PassedOver): string {
  if (count === 0) return '';
  const named = processes.map(({ pid, comm, why }) => `${pid} ${comm} (${WHY_PASSED_OVER[why]})`);
  const more = count > named.length ? [`${count - named.length} more`] : [];
  return `; passed over: ${[...named, ...more].join(', ')}`;
}
