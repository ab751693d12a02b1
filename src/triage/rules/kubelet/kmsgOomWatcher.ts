/** Every line of the kernel log is parsed for OOM kills: a flood of them costs CPU; old kubelets leak children for it. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { present } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed } from '../../rule.js';
import type { Judgement, Rule, RuleEvidence } from '../../rule.js';
import { lookForBurn, roundedCores, unlessOfOthers } from './kubeletBurn.js';
import { garbageRival, housekeepingRival, memoryStatRival } from './kubeletRivals.js';
import { sumProcesses } from './nodeProcesses.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

const PARSER = /\boomparser\.|\bkmsgparser\.|\boom\.\(\*(?:realWatcher|realOOMWatcher)\)\./u;
/** Nothing else of the kubelet matches lines against expressions; profiles of old ones show no more than that. */
const EXPRESSIONS = /^regexp\.\(\*(?:machine|Regexp|bitState|onePassMachine)\)\./u;
const FOLLOWER = /\bjournalctl -k -f\b|\btail -n \+1 -f? ?\S{0,40}\/kern\.log/u;
const MANY_FOLLOWERS = 3;
const FLOOD_A_SECOND = 100;
const LEAST_LINES = 1000;

export const kmsgOomWatcher: Rule = {
  id: 'kmsg-oom-watcher',
  title: 'The kubelet parses a flood of kernel messages for OOM kills',
  severity: 'low',
  requires: ['cpu-profile', 'processes', 'kernel-log'],
  mechanism:
    'The OOM watcher reads /dev/kmsg and matches each line of the kernel log against expressions. A source that floods it (firewall LOG rules, audit, SLUB errors) costs CPU by its rate; kubelets before 1.6 ran journalctl for it and left children behind.',
  confirm: 'timeout 5 dmesg -w | wc -l; pgrep -fc "journalctl -k -f"',
  mitigation: {
    text: 'Stop what floods the log: a LOG rule without a limit, a debug switch; kernel.printk_ratelimit bounds the rest.',
    risk: 'low',
  },
  fix: 'Kubernetes 1.6 reads /dev/kmsg itself (google/cadvisor#1544).',
  references: [
    thread('google/cadvisor', 1544),
    thread('kubernetes/kubernetes', 27884),
    thread('google/cadvisor', 1725),
  ],
  rivals: ['memcg-stat-v1-zombies', 'cadvisor-housekeeping-density', 'go-gc-bound'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const burn = lookForBurn(reading, { pattern: PARSER, least: 0.05 });
  const followers = leakedFollowers(reading);
  const flood = kernelFlood(evidence);
  const expressions = unlessOfOthers(
    evidence,
    lookForBurn(reading, { pattern: EXPRESSIONS, least: 0.2 }),
    EXPRESSIONS,
  );
  return judgeSigns(
    {
      burn,
      sure: present(followers),
      hints: present(flood, expressions.kind === 'hot' ? expressions.evidence : undefined),
    },
    {
      what: 'Reading the kernel log',
      rivals: [memoryStatRival(evidence, reading), housekeepingRival(reading), garbageRival(reading)],
      settle: sentence('Count: timeout 5 dmesg -w | wc -l. Under 500 lines in 5 s it costs nothing.'),
      isDecisive: burn.kind === 'hot',
      ...(burn.kind === 'unseen'
        ? { without: clear('No flood of kernel messages, and no leaked journalctl.') }
        : {}),
    },
  );
}

function leakedFollowers(reading: Reading): RuleEvidence | undefined {
  const { count, cores, rows } = sumProcesses(reading, FOLLOWER);
  const [first] = rows;
  if (first === undefined || count < MANY_FOLLOWERS) return undefined;
  return observed(
    sentence('{0} processes follow the kernel log, with {1} cores', count, roundedCores(cores)),
    {
      value: count,
      unit: 'count',
      threshold: sentence('from {0} on; one is usual before 1.6', MANY_FOLLOWERS),
      place: first.at,
    },
  );
}

function kernelFlood({ log }: NodeEvidence): RuleEvidence | undefined {
  const seconds = log.flatMap(line =>
    line.origin === 'kernel' && line.seconds !== undefined ? [line.seconds] : [],
  );
  const first = log.find(({ origin }) => origin === 'kernel');
  if (first === undefined || seconds.length < LEAST_LINES) return undefined;
  const range = seconds.reduce(({ from, to }, at) => ({ from: Math.min(from, at), to: Math.max(to, at) }), {
    from: Number.POSITIVE_INFINITY,
    to: Number.NEGATIVE_INFINITY,
  });
  const rate = seconds.length / Math.max(1, range.to - range.from);
  // A boot writes a thousand lines in some seconds.
  if (rate < FLOOD_A_SECOND || range.from < 60) return undefined;
  return observed(sentence('The kernel log has {0} lines a second', Math.round(rate)), {
    value: rate,
    unit: 'perSecond',
    threshold: sentence('from {0} a second on', FLOOD_A_SECOND),
    place: first.at,
  });
}
