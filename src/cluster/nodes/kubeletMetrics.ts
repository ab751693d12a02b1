/**
 * The kubelet's own process in its /metrics, through the node proxy: a few values out of some thousand lines. No general
 * Prometheus parser: lines are read as they come and forgotten.
 */
import { TriageError } from '../../base/errors.js';
import { ANSWER_BYTES, ANSWER_COUNTS } from '../../base/limits.js';
import type { ApiDoor } from '../http/apiDoor.js';
import { nodeProxyPath } from './kubeletProfile.js';
import { readLineBatches } from '../http/lines.js';
import type { DurationSum, KubeletDelays, KubeletMetrics, KubeletProcessReading } from '../clusterPorts.js';

const WHAT = 'the metrics';
const LINE_LIMITS = {
  what: WHAT,
  lineBytes: ANSWER_BYTES.metricsLine,
  bytes: ANSWER_BYTES.metrics,
  lines: ANSWER_COUNTS.metricsLines,
} as const;
/** A version is `v1.36.0-alpha.1+0123456789abcd`; a longer one says nothing. */
const MAX_LABEL_CHARACTERS = 100;
/** All labels of go_info or kubernetes_build_info: some 250. */
const MAX_LABELS_CHARACTERS = 4096;
const VERSION = /[{,]version="([^"]*)"/;
const GIT_VERSION = /[{,]git_version="([^"]*)"/;

export class ProxyKubeletMetrics implements KubeletMetrics {
  constructor(private readonly door: Pick<ApiDoor, 'open'>) {}

  async readProcess(node: string, signal: AbortSignal): Promise<KubeletProcessReading> {
    const request = { path: nodeProxyPath(node, '/metrics'), what: WHAT, node, acceptGzip: true };
    const answer = await this.door.open(request, signal);
    // The kubelet collects its values before it sends the first byte: that moment is the reading's.
    const atMs = performance.now();
    const found = new ProcessLines();
    for await (const { lines, received } of readLineBatches(answer.body, { ...LINE_LIMITS, node }, isRead)) {
      for (const line of lines) found.take(line);
      // Once all is found the rest is read and dropped, up to a limit: a connection that ends in the middle of an
      // answer cannot be used again, and a new TLS handshake costs more than half a megabyte.
      if (found.isComplete && received > MAX_DRAIN_BYTES) break;
    }
    const { cpuSeconds, startTimeSeconds } = found;
    if (cpuSeconds === undefined || startTimeSeconds === undefined)
      throw new TriageError(
        'request-rejected',
        `The metrics of node ${node} hold no process_cpu_seconds_total: its kubelet does not report its own CPU.`,
        { node, facts: { status: 200, body: '' } },
      );
    return {
      cpuSeconds,
      startTimeSeconds,
      atMs,
      goVersion: found.goVersion,
      gitVersion: found.gitVersion,
      delays: found.delays,
    };
  }
}

const MAX_DRAIN_BYTES = 512 * 1024;

const POD_RELIST = 'kubelet_pleg_relist_duration_seconds';
const CGROUP_MANAGER = 'kubelet_cgroup_manager_duration_seconds';
/** Beginnings of the lines that are looked at: some twenty of 2,500. */
const READ = [
  'process_cpu_seconds_total',
  'process_start_time_seconds',
  'go_info{',
  'kubernetes_build_info{',
  ...[POD_RELIST, CGROUP_MANAGER].flatMap(name => [`${name}_count`, `${name}_sum`]),
].map(beginning => new TextEncoder().encode(beginning));

function isRead(bytes: Uint8Array, start: number, end: number): boolean {
  return READ.some(beginning => {
    if (end - start < beginning.length) return false;
    for (let at = 0; at < beginning.length; at++) if (bytes[start + at] !== beginning[at]) return false;
    return true;
  });
}

class ProcessLines {
  cpuSeconds: number | undefined;
  startTimeSeconds: number | undefined;
  goVersion: string | undefined;
  gitVersion: string | undefined;
  private readonly podRelist = new DurationLines(POD_RELIST);
  private readonly cgroupManager = new DurationLines(CGROUP_MANAGER);

  get delays(): KubeletDelays {
    return { podRelist: this.podRelist.sum, cgroupManager: this.cgroupManager.sum };
  }

  /** The versions and the kubelet's own metrics come before the process in the alphabet, and with that in the text. */
  get isComplete(): boolean {
    return this.cpuSeconds !== undefined && this.startTimeSeconds !== undefined;
  }

  take(line: string): void {
    if (line.startsWith('process_cpu_seconds_total')) this.cpuSeconds ??= valueOf(line);
    else if (line.startsWith('process_start_time_seconds')) this.startTimeSeconds ??= valueOf(line);
    else if (line.startsWith('go_info{')) this.goVersion ??= labelOf(line, VERSION);
    else if (line.startsWith('kubernetes_build_info{')) this.gitVersion ??= labelOf(line, GIT_VERSION);
    else if (line.startsWith('kubelet_')) {
      this.podRelist.take(line);
      this.cgroupManager.take(line);
    }
  }
}

/** The sums of one histogram. */
class DurationLines {
  private count: number | undefined;
  private seconds: number | undefined;

  constructor(private readonly name: string) {}

  get sum(): DurationSum | undefined {
    const { count, seconds } = this;
    return count === undefined || seconds === undefined ? undefined : { count, seconds };
  }

  take(line: string): void {
    if (!line.startsWith(this.name)) return;
    if (line.startsWith('_count', this.name.length)) this.count = (this.count ?? 0) + (valueOf(line) ?? 0);
    else if (line.startsWith('_sum', this.name.length))
      this.seconds = (this.seconds ?? 0) + (valueOf(line) ?? 0);
  }
}

/** `name 12.5`, `name{…} 1.7e+09 1700000000000`: the value is the first word behind name and labels. */
function valueOf(line: string): number | undefined {
  const text = /^[a-z_]+(?:\{.*\})?\s+(\S+)/.exec(line)?.[1];
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) ? value : undefined;
}

function labelOf(line: string, label: RegExp): string | undefined {
  const text = label.exec(line.slice(0, MAX_LABELS_CHARACTERS))?.[1];
  // Through bytes: a slice would keep the whole line.
  return text === undefined ? undefined : Buffer.from(text.slice(0, MAX_LABEL_CHARACTERS)).toString();
}
