/** What findKubeletScript.ts prints, as candidates: processes that could be the node's kubelet, and those that cannot. */
import { readBoundedLines } from '../base/boundedLines.js';
import { TriageError } from '../base/errors.js';
import { FIND_KUBELET_LIMITS } from '../base/limits.js';
import { plainLine } from '../base/plainLine.js';

const ARGUMENT_NAMES = [
  'hostname-override',
  'node-name',
  'K3S_NODE_NAME',
  'RKE2_NODE_NAME',
  'root-dir',
  'config',
  'kubeconfig',
  'data-dir',
  'kubelet-args-file',
] as const;
export type KubeletArguments = Readonly<Partial<Record<(typeof ARGUMENT_NAMES)[number], string>>>;

/** Processes that have the name of a kubelet's program and were not believed. */
export interface PassedOver {
  /** All of them; `processes` has the first of them. */
  readonly count: number;
  readonly processes: readonly PassedOverProcess[];
}

export interface PassedOverProcess {
  readonly pid: number;
  /** As it calls itself; one safe line. */
  readonly comm: string;
  /** `pod`: in a pod's cgroup. `user`: not root. `unknown`: its cgroup could not be read. */
  readonly why: 'pod' | 'user' | 'unknown';
}

export interface Candidate {
  readonly pid: number;
  readonly startTicks: number;
  readonly facts: ReadonlyMap<string, string>;
  readonly arguments: KubeletArguments;
  /** Word behind its program's name: `server`, `agent`, `kubelet`, `init`. */
  readonly word: string | undefined;
  readonly cgroups: readonly string[];
}

export interface Processes {
  readonly host: ReadonlyMap<string, string>;
  readonly filesystems: ReadonlySet<string>;
  /** Where files of our own pod lie on the node. */
  readonly podFiles: readonly string[];
  /** PIDs that listen on the kubelet's port. */
  readonly listening: ReadonlySet<number>;
  readonly candidates: readonly Candidate[];
  readonly passedOver: PassedOver;
}

/** Throws `kubelet-not-found` where the text is not whole, or longer than the script makes it. */
export function parseProcesses(stdout: string): Processes {
  const lines = new ProcessLines();
  const { long, isCut } = readBoundedLines(stdout, FIND_KUBELET_LIMITS.output, line => lines.read(line));
  if (isCut || long > 0) throw notFound('the list of processes is longer than the script makes it');
  return lines.finish();
}

class ProcessLines {
  private readonly host = new Map<string, string>();
  private readonly filesystems = new Set<string>();
  private readonly podFiles: string[] = [];
  private readonly listening = new Set<number>();
  private readonly candidates: Candidate[] = [];
  private readonly passedOver: PassedOverProcess[] = [];
  private open: CandidateLines | undefined;

  read(line: string): void {
    const blank = line.indexOf(' ');
    if (blank < 0) return;
    const key = line.slice(0, blank);
    const value = line.slice(blank + 1);
    if (key === 'candidate') this.open = new CandidateLines(value);
    else if (key === 'end') this.close();
    else if (this.open === undefined) this.take(key, value);
    else if (key === 'done' || key === 'passed-over') {
      // It ended while it was read.
      this.open = undefined;
      this.take(key, value);
    } else this.open.take(key, value);
  }

  private close(): void {
    const candidate = this.open?.finish();
    if (candidate !== undefined) this.candidates.push(candidate);
    this.open = undefined;
  }

  private take(key: string, value: string): void {
    switch (key) {
      case 'filesystem':
        this.filesystems.add(value);
        break;
      case 'podfile':
        this.podFiles.push(unescapeMount(value));
        break;
      case 'listens':
        this.listening.add(Number(value));
        break;
      case 'passed-over':
        this.addPassedOver(value);
        break;
      default:
        this.host.set(key, value);
    }
  }

  private addPassedOver(value: string): void {
    const match = /^(\d{1,10}) (pod|user|unknown) (.*)$/.exec(value);
    if (match === null || this.passedOver.length >= FIND_KUBELET_LIMITS.passedOver) return;
    const [, pid, why, comm = ''] = match;
    const known = why === 'pod' || why === 'user' ? why : 'unknown';
    this.passedOver.push({ pid: Number(pid), comm: plainLine(comm, COMM_LENGTH), why: known });
  }

  finish(): Processes {
    const { host, filesystems, podFiles, listening, candidates, passedOver: processes } = this;
    if (!host.has('done')) throw notFound('the list of processes is cut off');
    if (host.has('cut')) throw notFound('the node has more processes than can be looked at');
    const count = Math.max(processes.length, wholeNumber(host.get('passed-over-count')) ?? 0);
    return { host, filesystems, podFiles, listening, candidates, passedOver: { count, processes } };
  }
}

/** TASK_COMM_LEN is 16, kernel threads have up to 64. */
const COMM_LENGTH = 64;

/** Blanks, tabs, line ends and backslashes stand as octal numbers there (proc(5), /proc/PID/mountinfo). */
function unescapeMount(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/** Digits alone, as /proc writes its numbers. */
export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

class CandidateLines {
  private readonly facts = new Map<string, string>();
  private readonly arguments = new Map<string, string>();
  private readonly cgroups: string[] = [];

  constructor(private readonly pid: string) {}

  take(key: string, value: string): void {
    if (key === 'cgroup') this.cgroups.push(value);
    else if (key === 'argument' || key === 'environment') {
      const blank = value.indexOf(' ');
      if (blank > 0) this.arguments.set(value.slice(0, blank), value.slice(blank + 1));
    } else this.facts.set(key, value);
  }

  /** Undefined where it is no process: without a number, or a start by which it can be told from the next one. */
  finish(): Candidate | undefined {
    const { facts, cgroups } = this;
    const pid = wholeNumber(this.pid);
    const startTicks = wholeNumber(facts.get('start'));
    if (pid === undefined || pid === 0 || startTicks === undefined) return undefined;
    const given: Partial<Record<keyof KubeletArguments, string>> = {};
    for (const name of ARGUMENT_NAMES) {
      const value = this.arguments.get(name);
      if (value !== undefined) given[name] = value;
    }
    return { pid, startTicks, facts, arguments: given, word: facts.get('word'), cgroups };
  }
}

/** facts.reason says what was seen. */
export function notFound(reason: string): TriageError {
  return new TriageError('kubelet-not-found', `The node's kubelet was not found: ${reason}.`, {
    facts: { reason },
  });
}
