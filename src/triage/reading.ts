/**
 * A node's evidence asked the way rules ask: once made, shared by all rules of a run. Looks up and adds; concludes
 * nothing.
 */
import type {
  Counted,
  CountedThing,
  LogLine,
  LogOrigin,
  MetricSample,
  NodeEvidence,
  NodeEvent,
  Placed,
  ProcessRow,
} from '../material/model.js';
import { parseKernelRelease, type KernelRelease } from '../sources/kernel/kernelRelease.js';
import { CpuFrames, type CpuShare } from './cpuFrames.js';
import type { EvidenceNeed } from './evidenceNeed.js';

/** A line of a log or the text of an Event that a rule looked for. */
export interface Said extends Placed {
  readonly text: string;
  readonly seconds: number | undefined;
  /** The expression's groups. */
  readonly match: RegExpExecArray;
  /** How often it was said: an Event's count, 1 for a line that is not repeated. */
  readonly times: number;
}

/** By the program, not its arguments: many commands name a path below /var/lib/kubelet. */
const KUBELET_PROGRAM = /^(?:[^\s/]*\/)*(?:kubelet|hyperkube|k3s(?:-server|-agent)?|rke2|kubelite)(?:\s|$)/u;
/** Lines that match beyond it are counted by no rule: one is told from a thousand, not from a million. */
const MOST_SAID = 10_000;

export class Reading {
  readonly cpu: CpuFrames;
  readonly #evidence: NodeEvidence;

  constructor(evidence: NodeEvidence) {
    this.#evidence = evidence;
    this.cpu = new CpuFrames(evidence.profiles, evidence.listed);
  }

  has(need: EvidenceNeed): boolean {
    return IS_THERE[need](this.#evidence, this);
  }

  /** {@link CpuFrames.share}; undefined where there is no CPU profile. */
  cpuShare(inner: RegExp, outer?: RegExp): CpuShare | undefined {
    return this.cpu.share(inner, outer);
  }

  /**
   * Lines of logs and texts of Events that match. `origins`: of these logs alone, and of those whose origin is unknown.
   * Events count for every origin but `kernel`.
   */
  said(pattern: RegExp, ...origins: readonly LogOrigin[]): readonly Said[] {
    const found: Said[] = [];
    for (const line of this.#evidence.log) {
      if (found.length >= MOST_SAID) break;
      if (origins.length > 0 && line.origin !== 'unknown' && !origins.includes(line.origin)) continue;
      add(found, pattern, line.text, line, line.times ?? 1);
    }
    if (origins.length === 1 && origins[0] === 'kernel') return found;
    for (const event of this.#evidence.events) {
      if (found.length >= MOST_SAID) break;
      add(found, pattern, `${event.reason}: ${event.message}`, event, event.count ?? 1);
    }
    return found;
  }

  /** The largest number of it that any file gives. */
  counted(thing: CountedThing): Counted | undefined {
    return this.#evidence.counted
      .filter(one => one.thing === thing)
      .reduce<Counted | undefined>(
        (most, one) => (most !== undefined && most.value >= one.value ? most : one),
        undefined,
      );
  }

  /** Rows of ps, top and pidstat whose command matches, most CPU first. */
  processes(pattern: RegExp): readonly ProcessRow[] {
    return this.#evidence.processes
      .filter(({ command }) => pattern.test(command))
      .sort((a, b) => (b.cores ?? 0) - (a.cores ?? 0));
  }

  /**
   * Cores of the kubelet's process: of a capture's record, metrics, a table of processes; the profile's own where nothing
   * else tells. The largest, as an idle moment says nothing of a busy one.
   */
  get kubeletCores(): number | undefined {
    const measured = [
      ...this.#evidence.kubeletCores.map(({ cores }) => cores),
      ...this.processes(KUBELET_PROGRAM).flatMap(row => row.cores ?? []),
    ];
    return measured.length > 0 ? Math.max(...measured) : this.cpu.shownCores;
  }

  get kernel(): KernelRelease | undefined {
    const release = this.#evidence.facts.kernelVersion;
    return release === undefined ? undefined : parseKernelRelease(release);
  }

  /** Whether the kernel is at least X.Y(.Z); undefined where its version is not known. */
  kernelAtLeast(major: number, minor: number, patch = 0): boolean | undefined {
    const version = this.kernel?.version;
    return version === undefined ? undefined : isAtLeast(version, [major, minor, patch]);
  }

  /** The same of the kubelet. */
  kubeletAtLeast(major: number, minor: number, patch = 0): boolean | undefined {
    return versionAtLeast(this.#evidence.facts.kubeletVersion, major, minor, patch);
  }

  runcAtLeast(major: number, minor: number, patch = 0): boolean | undefined {
    return versionAtLeast(this.#evidence.facts.runcVersion, major, minor, patch);
  }

  /** Samples of a metric whose labels have all of `labels`, in the order of the scrapes. */
  metric(name: string, labels: Readonly<Record<string, string>> = {}): readonly MetricSample[] {
    return this.#evidence.metrics.filter(
      sample =>
        sample.name === name &&
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    );
  }

  /** Sum over all label sets of the last scrape that has the metric; undefined where none has. */
  metricSum(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const samples = this.metric(name, labels);
    const last = samples.reduce((latest, { scrape }) => Math.max(latest, scrape), 0);
    const ofLast = samples.filter(({ scrape }) => scrape === last);
    return ofLast.length === 0 ? undefined : ofLast.reduce((sum, { value }) => sum + value, 0);
  }

  /** Mean of a histogram or summary (`NAME_sum` by `NAME_count`) since the process began, in its own unit. */
  metricMean(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const count = this.metricSum(`${name}_count`, labels);
    const sum = this.metricSum(`${name}_sum`, labels);
    return count === undefined || sum === undefined || count === 0 ? undefined : sum / count;
  }

  /** A setting of the kubelet by the config's name. */
  setting(name: string): string | undefined {
    return this.#evidence.settings.find(setting => setting.name === name)?.value;
  }
}

function add(found: Said[], pattern: RegExp, text: string, from: LogLine | NodeEvent, times: number): void {
  const match = pattern.exec(text);
  if (match !== null)
    found.push({ at: from.at, text, seconds: 'seconds' in from ? from.seconds : undefined, match, times });
}

type Version = readonly [number, number, number];

function isAtLeast(version: Version, wanted: Version): boolean {
  const [major, minor, patch] = version;
  if (major !== wanted[0]) return major > wanted[0];
  if (minor !== wanted[1]) return minor > wanted[1];
  return patch >= wanted[2];
}

/** Of `v1.18.8`, `1.0.0-rc93`, `go1.13.15`: a pre-release of X counts as before X. */
export function versionAtLeast(
  text: string | undefined,
  major: number,
  minor: number,
  patch = 0,
): boolean | undefined {
  const match = /\b(?:v|go)?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,6}))?(-(?:rc|alpha|beta))?/u.exec(text ?? '');
  if (match === null) return undefined;
  const version: Version = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  const isSame = version.every((part, at) => part === [major, minor, patch][at]);
  return isSame && match[4] !== undefined ? false : isAtLeast(version, [major, minor, patch]);
}

const hasLog =
  (...origins: readonly LogOrigin[]) =>
  ({ log }: NodeEvidence): boolean =>
    log.some(({ origin }) => origin === 'unknown' || origins.includes(origin));
const hasCount =
  (...things: readonly CountedThing[]) =>
  ({ counted }: NodeEvidence): boolean =>
    counted.some(({ thing }) => things.includes(thing));

const IS_THERE: Readonly<Record<EvidenceNeed, (evidence: NodeEvidence, reading: Reading) => boolean>> = {
  'cpu-profile': (_, { cpu }) => cpu.isThere,
  'system-calls': ({ calls }) => calls.length > 0,
  threads: ({ threads }) => threads.length > 0,
  cgroups: ({ cgroups, counted }) =>
    cgroups.length > 0 || counted.some(({ thing }) => thing.includes('cgroup')),
  'kubelet-log': hasLog('kubelet'),
  'runtime-log': hasLog('runtime'),
  'kernel-log': hasLog('kernel'),
  'systemd-log': hasLog('systemd'),
  'network-log': hasLog('kube-proxy', 'cni'),
  events: ({ events }) => events.length > 0,
  conditions: ({ conditions }) => conditions.length > 0,
  metrics: ({ metrics }) => metrics.length > 0,
  settings: ({ settings }) => settings.length > 0,
  pods: ({ pods, facts }) => pods.length > 0 || facts.pods !== undefined,
  processes: ({ processes, threads }) => processes.length > 0 || threads.length > 0,
  'node-cpu': ({ cpu }) => cpu.length > 0,
  disks: ({ disks }) => disks.length > 0,
  pressure: ({ pressure }) => pressure.length > 0,
  memory: ({ memory }) => memory.length > 0,
  slabs: ({ slabs }) => slabs.length > 0,
  mounts: evidence =>
    evidence.mountChanges.length > 0 || hasCount('mounts', 'mount-changes-per-second')(evidence),
  inotify: hasCount('inotify-instances', 'inotify-watches'),
  goroutines: ({ goroutines }) => goroutines.length > 0,
  iptables: hasCount('iptables-rules', 'iptables-duplicates'),
  ipvs: hasCount('ipvs-entries'),
  softirqs: ({ softirqs }) => softirqs.length > 0,
  'cpu-throttling': ({ throttling }) => throttling.length > 0,
  freezers: ({ freezers }) => freezers.length > 0,
  'timed-reads': ({ timed }) => timed.length > 0,
  'kernel-functions': ({ functionTimes }) => functionTimes.length > 0,
  'kernel-version': ({ facts }) => facts.kernelVersion !== undefined,
  counts: ({ counted }) => counted.length > 0,
};
