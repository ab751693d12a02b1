/**
 * One node's kubelet as seen through the node proxy: /metrics, /configz and /debug/pprof from recordings. A CPU profile
 * takes its seconds, one at a time, and ends at once when the client goes, as net/http/pprof does.
 */
import { textAnswer, JSON_TYPE, type Answer } from './answer.js';
import type { Recordings } from './recordings.js';
import type { DemoNode, KubeletState } from './scenario.js';
import { sliceProfile } from './sliceProfile.js';

/** Answers that are the same for every node. Without the log query `/logs/` is a list of /var/log. */
const RECORDED: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  '/metrics/cadvisor': {
    file: 'kubelet/api/metrics-cadvisor.txt',
    type: 'text/plain; version=0.0.4; charset=utf-8',
  },
  '/stats/summary': { file: 'kubelet/api/stats-summary.json', type: JSON_TYPE },
  '/logs/': { file: 'kubelet/api/logs.html', type: 'text/html; charset=utf-8' },
};
const OCTETS = 'application/octet-stream';
/** What the API server waits for a TLS handshake with a kubelet. */
const HANDSHAKE_SECONDS = 10;

export class ReplayKubelet {
  /** Changed by tests: the kubelet stops, hangs, comes back. */
  state: KubeletState;
  private readonly inUse = { cpu: false, trace: false };
  private readonly startedMs = performance.now();
  private readonly startTimeSeconds = Date.now() / 1000 - 3600;
  private slices = 0;

  /** `speed`: seconds pass so many times as fast. */
  constructor(
    readonly node: DemoNode,
    private readonly recordings: Recordings,
    private readonly speed: number,
  ) {
    this.state = node.kubelet;
  }

  get isProfiling(): boolean {
    return this.inUse.cpu;
  }

  /** `path` begins with a slash; rejects when `gone` is aborted. */
  async answer(path: string, query: URLSearchParams, gone: AbortSignal): Promise<Answer> {
    if (this.state === 'down') return this.refusal('down-profile', 503);
    if (this.state === 'hanging') {
      await this.pass(HANDSHAKE_SECONDS, gone);
      return this.refusal('stopped-profile', 503);
    }
    if (path === '/metrics')
      return { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: this.metrics() };
    const recorded = RECORDED[path];
    if (recorded !== undefined)
      return { status: 200, ...recorded, body: Buffer.from(this.recordings.text(recorded.file)) };
    if (path === '/configz') return { status: 200, type: JSON_TYPE, body: this.configz() };
    const profile = /^\/debug\/pprof\/(\w*)$/.exec(path)?.[1];
    if (profile === undefined) return textAnswer(this.recordings.text('kubelet/errors/badpath.body'), 404);
    if (this.state === 'without-profiling') return textAnswer('profiling endpoint is disabled.\n', 405);
    return this.profile(profile, query, gone);
  }

  private async profile(name: string, query: URLSearchParams, gone: AbortSignal): Promise<Answer> {
    switch (name) {
      case 'profile':
        return this.window('cpu', wholeSeconds(query, 30), gone, seconds => this.cpuSlice(seconds));
      case 'trace':
        return this.window('trace', wholeSeconds(query, 1), gone, () =>
          this.recordings.profile('trace-5s.out'),
        );
      case 'heap':
        return octets(this.recordings.profile(this.node.heapProfile));
      case 'goroutine':
        if (query.get('debug') === '1')
          return textAnswer(this.recordings.profile('goroutine-debug1.txt').toString());
        return octets(this.recordings.profile('goroutine-debug0-30pods.pb.gz'));
      case 'allocs':
      case 'block':
      case 'mutex':
      case 'threadcreate':
        return octets(this.recordings.profile(`${name}.pb.gz`));
      default:
        return textAnswer(this.recordings.text('kubelet/errors/badprofile.body'), 404);
    }
  }

  private async window(
    kind: 'cpu' | 'trace',
    seconds: number,
    gone: AbortSignal,
    make: (seconds: number) => Uint8Array,
  ): Promise<Answer> {
    if (this.inUse[kind]) {
      const text = kind === 'cpu' ? 'cpu-second-concurrent' : 'trace-second-concurrent';
      return textAnswer(this.recordings.text(`kubelet/errors/${text}.body`), 500);
    }
    this.inUse[kind] = true;
    try {
      await this.pass(seconds, gone);
    } finally {
      this.inUse[kind] = false;
    }
    return this.isGone() ? this.refusal('inflight-killed', 503) : octets(make(seconds));
  }

  /** Asked again after a wait: the kubelet may have been killed meanwhile. */
  private isGone(): boolean {
    return this.state === 'down';
  }

  private cpuSlice(seconds: number): Uint8Array {
    const { cpuProfile, intensity } = this.node;
    const startedAt = new Date(Date.now() - (seconds * 1000) / this.speed);
    this.slices += 1;
    return sliceProfile(this.recordings.profile(cpuProfile), {
      seconds,
      intensity,
      seed: this.slices,
      startedAt,
    });
  }

  private metrics(): Uint8Array {
    const cpuSeconds = 17.17 + (this.node.cores * (performance.now() - this.startedMs)) / 1000;
    const text = this.recordings
      .text('kubelet/api/metrics.txt')
      .replace(/^process_cpu_seconds_total .*$/m, `process_cpu_seconds_total ${cpuSeconds.toFixed(2)}`)
      .replace(/^process_start_time_seconds .*$/m, `process_start_time_seconds ${this.startTimeSeconds}`)
      .replace(/^go_info\{.*$/m, `go_info{version="${this.node.goVersion}"} 1`);
    return Buffer.from(text);
  }

  private configz(): Uint8Array {
    const enabled = this.state !== 'without-profiling';
    const config = JSON.parse(this.recordings.text('kubelet/api/configz.json')) as { kubeletconfig: object };
    return Buffer.from(
      JSON.stringify({ kubeletconfig: { ...config.kubeletconfig, enableProfilingHandler: enabled } }),
    );
  }

  private refusal(name: string, status: number): Answer {
    return { status, type: JSON_TYPE, body: this.recordings.error(name, this.node.name) };
  }

  /** Waits; rejects when the client is gone. */
  private pass(seconds: number, gone: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        reject(new Error('the client is gone'));
      };
      const timer = setTimeout(
        () => {
          gone.removeEventListener('abort', leave);
          resolve();
        },
        (seconds * 1000) / this.speed,
      );
      gone.addEventListener('abort', leave, { once: true });
    });
  }
}

function octets(body: Uint8Array): Answer {
  return { status: 200, type: OCTETS, body };
}

/** net/http/pprof: nothing, zero or nonsense means the default. */
function wholeSeconds(query: URLSearchParams, fallback: number): number {
  const seconds = Number(query.get('seconds'));
  return Number.isInteger(seconds) && seconds > 0 ? seconds : fallback;
}
