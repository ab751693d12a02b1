/**
 * Samples of the kubelet's and the runtime's metrics in Prometheus' text format, whole scrapes or lines of one, also as
 * promtool prints them. Of cAdvisor's series only what a rule asks for is kept: how late housekeeping is, and CPU
 * throttling. A sample that stands there again begins another scrape.
 */
import type {
  Counted,
  CountedThing,
  CpuThrottling,
  Found,
  MaterialText,
  MetricSample,
  NodeEvidence,
  TextReader,
} from '../model.js';
import { unquoted } from '../text/quotedLine.js';
import { addFacts, type PartialFacts } from './nodeFacts.js';
import { isCadvisor, isOfNode, parseSample, type RawSample } from './metricSample.js';

export const metricSamplesReader: TextReader = { name: 'Prometheus text', read: readMetricSamples };

/** A kubelet of 250 pods has some 6,000 of its own. */
const MOST_SAMPLES = 100_000;
const MOST_THROTTLED = 5_000;

function readMetricSamples({ file, lines }: MaterialText): Found {
  const text = new MetricText(file);
  for (const [index, line] of lines.entries()) text.read(unquoted(line), index + 1);
  return text.finish();
}

/** By name, and the state of containers (pkg/kubelet/metrics, 1.19 on). */
const COUNTED_SERIES: Readonly<Record<string, CountedThing>> = {
  'kubelet_running_containers exited': 'containers-exited',
  'kubelet_running_containers running': 'containers-running',
  kubelet_running_container_count: 'containers-running',
  kubelet_running_pods: 'pods',
  kubelet_running_pod_count: 'pods',
  go_goroutines: 'goroutines',
};

/** Series of programs that are no kubelet, of those that are kept; all programs in Go have go_info. */
const OTHERS = /^(?:containerd|cri|crio|kubeproxy|container_runtime|engine_daemon)_/u;

class MetricText {
  readonly #samples: MetricSample[] = [];
  readonly #facts: PartialFacts = {};
  /** Of the program whose metrics they are. */
  readonly #build: PartialFacts = {};
  #isKubelet = false;
  #isOther = false;
  readonly #counted: Counted[] = [];
  readonly #throttling = new Map<string, Throttled>();
  readonly #kubeletCores: NodeEvidence['kubeletCores'][number][] = [];
  #seen = new Set<string>();
  #scrape = 0;
  #lag = new HousekeepingLag();
  #cpu = new ScrapeCpu();
  #last = 0;

  constructor(private readonly file: string) {}

  read(line: string, lineNumber: number): void {
    if (line.startsWith('#')) return;
    const sample = parseSample(line);
    if (sample === undefined) return;
    this.#last = lineNumber;
    this.#readFacts(sample);
    if (isCadvisor(sample.name)) {
      this.#lag.add(sample);
      this.#addThrottling(sample, lineNumber);
      return;
    }
    this.#add(sample, line, lineNumber);
  }

  finish(): Found {
    this.#endScrape(false);
    if (this.#isKubelet || !this.#isOther) addFacts(this.#facts, this.#build);
    const throttling = [...this.#throttling.values()].flatMap(one => one.reading() ?? []);
    return {
      facts: this.#facts,
      metrics: this.#samples,
      counted: this.#counted,
      throttling,
      kubeletCores: this.#kubeletCores,
    };
  }

  #add(sample: RawSample, line: string, lineNumber: number): void {
    const { name, labels, value } = sample;
    const key = line.slice(0, Math.max(line.lastIndexOf('}') + 1, name.length));
    if (this.#seen.has(key)) this.#endScrape(true);
    if (this.#seen.size < MOST_SAMPLES) this.#seen.add(key);
    this.#count(sample, lineNumber);
    this.#cpu.add(sample);
    if (isOfNode(name) || this.#samples.length >= MOST_SAMPLES) return;
    this.#samples.push({
      at: { file: this.file, line: lineNumber },
      name,
      labels,
      value,
      scrape: this.#scrape,
    });
  }

  #endScrape(hasNext: boolean): void {
    const at = { file: this.file, line: this.#last };
    for (const [stat, value] of this.#lag.readings())
      this.#samples.push({ at, name: HOUSEKEEPING_LAG, labels: { stat }, value, scrape: this.#scrape });
    const cores = this.#cpu.endScrape();
    if (cores !== undefined) this.#kubeletCores.push({ at, ...cores });
    this.#lag = new HousekeepingLag();
    if (!hasNext) return;
    this.#scrape++;
    this.#seen = new Set();
  }

  #count({ name, labels, value }: RawSample, line: number): void {
    const thing = COUNTED_SERIES[`${name} ${labels['container_state'] ?? ''}`.trim()];
    const isKubelet = labels['job'] === undefined || labels['job'].includes('kubelet');
    if (thing === undefined || !isKubelet || this.#counted.length >= MOST_SAMPLES) return;
    this.#counted.push({ at: { file: this.file, line }, thing, value, note: name });
  }

  #readFacts({ name, labels, value }: RawSample): void {
    this.#isKubelet ||= name.startsWith('kubelet_');
    this.#isOther ||= OTHERS.test(name);
    addFacts(this.#build, buildOf(name, labels));
    switch (name) {
      case 'cadvisor_version_info':
        addFacts(this.#facts, { kernelVersion: labels['kernelVersion'], osImage: labels['osVersion'] });
        return;
      case 'machine_cpu_cores':
        addFacts(this.#facts, { cpus: value });
        return;
      case 'machine_memory_bytes':
        addFacts(this.#facts, { memoryBytes: value });
        return;
      case 'kubelet_cgroup_version':
        addFacts(this.#facts, { cgroupVersion: value === 1 || value === 2 ? value : undefined });
        return;
      case 'kubelet_node_name':
        addFacts(this.#facts, { nodeName: labels['node'] });
        return;
      case 'kubelet_running_pods':
      case 'kubelet_running_pod_count':
        addFacts(this.#facts, { pods: value });
        return;
      default:
    }
  }

  #addThrottling({ name, labels, value }: RawSample, line: number): void {
    if (!name.startsWith('container_cpu_cfs_')) return;
    const cgroup = labels['id'] ?? '';
    const one = this.#throttling.get(cgroup) ?? new Throttled({ file: this.file, line }, cgroup);
    if (this.#throttling.size < MOST_THROTTLED) this.#throttling.set(cgroup, one);
    one.add(name, value);
  }
}

/** What a program says of how it was built; where Prometheus has put a job there, the kubelet's alone. */
function buildOf(name: string, labels: RawSample['labels']): PartialFacts {
  if (labels['job']?.includes('kubelet') === false) return {};
  if (name === 'go_info') return { goVersion: labels['version'] };
  if (name !== 'kubernetes_build_info') return {};
  const architecture = /^linux\/(\w{3,10})$/u.exec(labels['platform'] ?? '')?.[1];
  // Builds of before 1.20 have names in capitals.
  const kubeletVersion = labels['git_version'] ?? labels['gitVersion'];
  return { kubeletVersion, goVersion: labels['go_version'] ?? labels['goVersion'], architecture };
}

class Throttled {
  readonly #values = new Map<string, number>();

  constructor(
    private readonly at: CpuThrottling['at'],
    private readonly cgroup: string,
  ) {}

  add(name: string, value: number): void {
    this.#values.set(name, value);
  }

  reading(): CpuThrottling | undefined {
    const periods = this.#values.get('container_cpu_cfs_periods_total');
    const throttled = this.#values.get('container_cpu_cfs_throttled_periods_total');
    if (periods === undefined || throttled === undefined || periods <= 0) return undefined;
    return {
      at: this.at,
      cgroup: this.cgroup === '' ? undefined : this.cgroup,
      periods,
      throttledPeriods: throttled,
      throttledSeconds: this.#values.get('container_cpu_cfs_throttled_seconds_total'),
    };
  }
}

/**
 * Our own series, in seconds, with `stat` = `max`, `median`: how old cAdvisor's readings are when it is asked. Its
 * `container_last_seen` is the node's now, the samples' own time stamps are of the housekeeping that read them
 * (google/cadvisor metrics/prometheus.go).
 */
export const HOUSEKEEPING_LAG = 'triage_housekeeping_lag_seconds';

class HousekeepingLag {
  #now = 0;
  readonly #times = new Map<string, number>();

  add({ name, labels, value, timeMs }: RawSample): void {
    if (name === 'container_last_seen') this.#now = Math.max(this.#now, value);
    const id = labels['id'];
    if (timeMs === undefined || id === undefined || this.#times.size >= MOST_SAMPLES) return;
    this.#times.set(id, Math.max(this.#times.get(id) ?? 0, timeMs / 1000));
  }

  readings(): readonly (readonly [stat: string, seconds: number])[] {
    const lags = [...this.#times.values()].map(time => this.#now - time).sort((a, b) => a - b);
    const max = lags.at(-1);
    const median = lags[Math.floor(lags.length / 2)];
    // A container that was not asked for is not late; a clock that jumped says nothing.
    if (this.#now === 0 || max === undefined || median === undefined || max < 0) return [];
    return [
      ['max', max],
      ['median', median],
    ];
  }
}

/** Shorter than it, counters of hundredths of a second say little. */
const LEAST_SECONDS = 2;

/** Cores of the kubelet between two scrapes; `kubelet_pleg_last_seen_seconds` is its clock, a second or so late. */
class ScrapeCpu {
  #cpu: number | undefined;
  #seen: number | undefined;
  #before: { readonly cpu: number; readonly seen: number } | undefined;

  add({ name, value }: RawSample): void {
    if (name === 'process_cpu_seconds_total') this.#cpu = value;
    if (name === 'kubelet_pleg_last_seen_seconds') this.#seen = value;
  }

  endScrape(): { readonly cores: number; readonly seconds: number } | undefined {
    if (this.#cpu === undefined || this.#seen === undefined) return undefined;
    const now = { cpu: this.#cpu, seen: this.#seen };
    const before = this.#before;
    this.#before = now;
    this.#cpu = undefined;
    this.#seen = undefined;
    if (before === undefined) return undefined;
    const seconds = now.seen - before.seen;
    const cpu = now.cpu - before.cpu;
    return seconds < LEAST_SECONDS || cpu < 0 ? undefined : { cores: cpu / seconds, seconds };
  }
}
