/** What pressure files say of the node, and of kubepods where they say nothing of the node: one look for several rules. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence, PressureReading } from '../../../material/model.js';
import { percent } from '../../observations.js';
import { observed, open, refuted, type RivalJudgement, type RuleEvidence } from '../../rule.js';
import type { RuleId } from '../../ruleIds.js';

/** `full`: from a tenth of the time on nothing at all runs but waits. */
export const FULL_PRESSURE = 0.1;

const KUBEPODS = /^\/?(?:sys\/fs\/cgroup\/)?kubepods(?:\.slice)?\/?$/u;

/**
 * The worst of the node for the resource; of all pods where the node's own was not read. Of one pod alone it says nothing
 * of the node.
 */
export function worstPressure(
  { pressure }: NodeEvidence,
  resource: PressureReading['resource'],
  kind: PressureReading['kind'],
): { readonly share: number; readonly reading: PressureReading } | undefined {
  const fitting = pressure.filter(one => one.resource === resource && one.kind === kind);
  const ofNode = fitting.filter(({ cgroup }) => cgroup === undefined || cgroup === '/');
  const used = ofNode.length > 0 ? ofNode : fitting.filter(({ cgroup }) => KUBEPODS.test(cgroup ?? ''));
  return used
    .map(reading => ({ share: Math.max(reading.avg10, reading.avg60), reading }))
    .sort((a, b) => b.share - a.share)[0];
}

const SENTENCES = {
  some: 'At least one task waited for {0} during {1} % of the time',
  full: 'All tasks at once waited for {0} during {1} % of the time',
} as const;
const RESOURCES = { cpu: 'a CPU', memory: 'memory', io: 'I/O' } as const;

export function pressureFrom(
  evidence: NodeEvidence,
  resource: PressureReading['resource'],
  kind: PressureReading['kind'],
  least: number,
): RuleEvidence | undefined {
  const worst = worstPressure(evidence, resource, kind);
  if (worst === undefined || worst.share < least) return undefined;
  return observed(sentence(SENTENCES[kind], RESOURCES[resource], percent(worst.share)), {
    value: worst.share,
    unit: 'share',
    threshold: sentence('from {0} % on (avg10 or avg60 of /proc/pressure)', percent(least)),
    place: worst.reading.at,
  });
}

/** Whether waits for I/O may lie below: refuted where the node was asked and waits little. */
export function ioPressureRival(id: RuleId, evidence: NodeEvidence): RivalJudgement {
  const worst = worstPressure(evidence, 'io', 'full');
  if (worst === undefined) return open(id, 'cat /proc/pressure/io and iostat -x 5 3 would tell.');
  return worst.share < FULL_PRESSURE
    ? refuted(id, 'I/O stops all tasks only {0} % of the time.', percent(worst.share))
    : open(id, 'I/O stops all tasks {0} % of the time.', percent(worst.share));
}
