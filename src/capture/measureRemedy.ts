/** One measurement of what a remedy changes: cgroups and memory of the node, and the CPU of its kubelet. */
import type { KubeletMetrics } from '../cluster/clusterPorts.js';
import type { DebugPod } from '../debugpod/debugPodPorts.js';
import type { RemedyReading } from '../remedy/model.js';
import { checkCgroups } from './captureCgroups.js';
import type { Clock } from './clock.js';
import type { PodCaptureRequest } from './podCapture.js';
import { ProcessCpuMeter } from './processCpu.js';

export interface MeasurePorts {
  readonly pod: DebugPod;
  readonly metrics: KubeletMetrics;
  readonly clock: Clock;
}

type MeasuredNode = PodCaptureRequest['node'];

/** Two readings of the kubelet's CPU so far apart: its housekeeping comes each 10 to 15 s. */
const CPU_WINDOW_SECONDS = 20;

/** Rejects with `cancelled`, and as the check of cgroups does. `onSecondsLeft` once a second. */
export async function measureRemedy(
  ports: MeasurePorts,
  node: MeasuredNode,
  signal: AbortSignal,
  onSecondsLeft: (seconds: number) => void,
): Promise<RemedyReading> {
  const { clock } = ports;
  const untilMs = clock.monotonicMs() + CPU_WINDOW_SECONDS * 1000;
  const left = (): number => Math.max(0, untilMs - clock.monotonicMs());
  const report = (): void => onSecondsLeft(Math.ceil(left() / 1000));
  const stop = clock.every(1000, report);
  report();
  try {
    const meter = new ProcessCpuMeter(ports.metrics, clock, node.name);
    await meter.readBefore(signal);
    const reading = await countOnNode(ports, node, signal);
    await clock.sleep(left(), signal);
    const { cpu } = await meter.measure(signal);
    return { ...reading, kubeletCores: cpu && cpu.cpuSeconds / cpu.windowSeconds };
  } finally {
    stop();
  }
}

/** As {@link measureRemedy}, without the kubelet's CPU. */
export async function countOnNode(
  { pod, clock }: Pick<MeasurePorts, 'pod' | 'clock'>,
  node: MeasuredNode,
  signal: AbortSignal,
): Promise<RemedyReading> {
  const { assessment } = await checkCgroups(pod, node, signal, () => undefined);
  const { reads, counts, memory, dentries } = assessment.health;
  return {
    at: new Date(clock.nowMs()).toISOString(),
    readSeconds: reads.find(({ role }) => role === 'root')?.medianSeconds,
    cgroups: counts.kernel,
    dying: counts.dying,
    dentries: dentries?.count,
    slab: memory.slab,
    pageCache: memory.pageCache,
    available: memory.available,
    kubeletCores: undefined,
  };
}
