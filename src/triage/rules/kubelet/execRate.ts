/** How often exec probes run on the node: counted by the kubelet, by what its pods ask for, or by events of the runtime. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import type { Reading } from '../../reading.js';
import { observed, type RuleEvidence } from '../../rule.js';
import { kubeletUptimeSeconds } from './kubeletUptime.js';

export interface ExecRate {
  readonly perSecond: number;
  readonly evidence: RuleEvidence;
}

/** @param least from which rate on it counts, in the words of the evidence */
export function findExecRate(evidence: NodeEvidence, reading: Reading, least: number): ExecRate | undefined {
  const rates = [counted(reading), asked(evidence), watched(reading)].filter(rate => rate !== undefined);
  const most = rates.sort((a, b) => b.perSecond - a.perSecond)[0];
  if (most === undefined) return undefined;
  return {
    perSecond: most.perSecond,
    evidence: observed(sentence(most.text, round(most.perSecond), most.count), {
      value: most.perSecond,
      unit: 'perSecond',
      threshold: sentence('from {0} a second on: each is one run of runc', least),
    }),
  };
}

interface Rate {
  readonly perSecond: number;
  readonly count: number;
  readonly text: string;
}

function counted(reading: Reading): Rate | undefined {
  const labels = { operation_type: 'exec_sync' };
  const count =
    reading.metricSum('kubelet_runtime_operations_total', labels) ??
    reading.metricSum('kubelet_runtime_operations_duration_seconds_count', labels);
  const seconds = kubeletUptimeSeconds(reading);
  if (count === undefined || seconds === undefined) return undefined;
  return {
    perSecond: count / seconds,
    count,
    text: 'The kubelet has run {0} commands a second in containers ({1} since it began)',
  };
}

function asked({ pods }: NodeEvidence): Rate | undefined {
  const periods = pods
    .filter(({ phase }) => phase === undefined || phase === 'Running')
    .flatMap(({ execProbes }) => execProbes.map(({ periodSeconds }) => periodSeconds))
    .filter(period => period > 0);
  if (periods.length === 0) return undefined;
  return {
    perSecond: periods.reduce((sum, period) => sum + 1 / period, 0),
    count: periods.length,
    text: 'The pods ask for {0} exec probes a second ({1} probes)',
  };
}

/** What the runtime's own events tell. Who asks is not known, but no person types that fast. */
function watched(reading: Reading): Rate | undefined {
  const seen = reading.counted('execs-per-second');
  return seen === undefined
    ? undefined
    : {
        perSecond: seen.value,
        count: seen.value,
        text: 'By the events of the runtime {0} commands a second begin in containers',
      };
}

function round(perSecond: number): number {
  return Number(perSecond.toPrecision(3));
}
