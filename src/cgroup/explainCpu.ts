/**
 * The answer of a check of cgroup health: whether reading memory.stat explains the CPU of the kubelet, in one sentence
 * with both numbers, and what to do next. Where the kubelet's CPU is not known, that is the answer.
 */
import {
  atKey,
  finding,
  observe,
  type Confirmation,
  type Finding,
  type Observation,
} from '../base/finding.js';
import { sentence } from '../base/sentence.js';
import {
  CGROUP_CONFIRM_TEXTS as CONFIRM,
  CGROUP_EVIDENCE_TEXTS as TEXT,
  CGROUP_FINDING_TEXTS as FINDING,
} from './cgroupSentences.js';
import type { CgroupHealth, KubeletCpu } from './model.js';
import { costOfReads, type ReadCost } from './readCost.js';

/** Of the kubelet's CPU. From half on it is the cause, below a tenth it is another's matter. */
const MOST = 0.5;
const LITTLE = 0.1;

type AnswerId =
  'explains-cpu' | 'explains-part' | 'explains-little' | 'explains-unknown' | 'explains-unmeasured';

/** @param kubelet undefined where nothing tells how much CPU the kubelet uses */
export function explainKubeletCpu(health: CgroupHealth, kubelet: KubeletCpu | undefined): Finding {
  const cost = costOfReads(health);
  if (cost === undefined) return answer('explains-unmeasured', [], [], [step('profile')]);
  const evidence = [
    ...describeCost(health, cost),
    ...(kubelet === undefined ? [] : [describeKubelet(kubelet)]),
  ];
  const said = formatRange(cost);
  if (kubelet === undefined || kubelet.cores <= 0)
    return answer('explains-unknown', [said], evidence, [step('profile')]);
  const values = [said, formatCores(kubelet.cores)];
  const [low, high] = [cost.low / kubelet.cores, cost.high / kubelet.cores];
  if (low >= MOST) return answer('explains-cpu', values, evidence, [step('triage')]);
  if (high < LITTLE) return answer('explains-little', values, evidence, [step('profile'), step('threads')]);
  return answer('explains-part', values, evidence, [step('profile'), step('triage')]);
}

function answer(
  id: AnswerId,
  values: readonly string[],
  evidence: readonly Observation[],
  confirm: readonly Confirmation[],
): Finding {
  const weight = id === 'explains-cpu' || id === 'explains-part' ? 'look' : 'usual';
  return finding({ id, weight, sentence: sentence(FINDING[id], ...values), evidence, confirm });
}

function describeCost({ scan, counts }: CgroupHealth, { high, cpuShare }: ReadCost): readonly Observation[] {
  const measure = { value: high, unit: 'cores' } as const;
  const directories = counts.directories ?? scan?.cgroups ?? 0;
  const how =
    scan === undefined
      ? sentence(TEXT.costOfSome, directories)
      : scan.isPartial
        ? sentence(TEXT.costOfPart, scan.cgroups, directories)
        : sentence(TEXT.costOfAll, scan.cgroups);
  return [
    observe(how, measure, atKey('scan')),
    ...(cpuShare === undefined
      ? []
      : [
          observe(sentence(TEXT.cpuShare, `${(cpuShare * 100).toFixed(0)} %`), {
            value: cpuShare,
            unit: 'share',
          }),
        ]),
  ];
}

function describeKubelet({ cores, seconds, file }: KubeletCpu): Observation {
  const text =
    seconds === undefined
      ? sentence(TEXT.kubeletCpuOf, formatCores(cores), file)
      : sentence(TEXT.kubeletCpu, formatCores(cores), seconds.toFixed(0), file);
  return observe(text, { value: cores, unit: 'cores' });
}

function step(capture: 'profile' | 'threads' | 'triage'): Confirmation {
  return { kind: 'capture', capture, sentence: sentence(CONFIRM[capture]) };
}

function formatRange({ low, high }: ReadCost): string {
  const [from, to] = [formatCores(low), formatCores(high)];
  return from === to ? from : `${from} – ${to}`;
}

function formatCores(cores: number): string {
  return cores.toFixed(cores < 0.1 ? 3 : 2);
}
