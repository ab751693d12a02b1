/** The same iptables rule again and again: a check that fails makes its owner insert it once more. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { conclude } from '../../conclude.js';
import { burnsFrom, processesFrom } from '../../kernelObservations.js';
import { countFrom, saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import {
  clear,
  observed,
  open,
  skipped,
  type Judgement,
  type Level,
  type Rule,
  type RuleEvidence,
} from '../../rule.js';

const DUPLICATES = 10;
const MANY_DUPLICATES = 1000;
const AGAIN = /Some iptables rules are missing; deleting and recreating rules/iu;
/** So many on one node are as often copies as they are Services. */
const MANY_RULES = 50_000;
const KSOFTIRQD = /^\[?ksoftirqd\//u;
const KSOFTIRQD_CORES = 0.3;
const TRAVERSE = /^(?:ip6?t_do_table|nft_do_chain|nft_\w+_eval|nf_hook_slow)/u;
const TRAVERSE_SHARE = 0.1;
/** iptables-nft 1.8.0 to 1.8.4, and 1.8.10, whose -C does not find what it wrote. */
const BAD_VERSION = /(?:^|[^\d.])1\.8\.(?:[0-4]|10)(?!\d)/u;

export const iptablesDuplicateRules: Rule = {
  id: 'iptables-duplicate-rules',
  title: 'The same iptables rules are inserted again and again',
  severity: 'medium',
  requires: ['iptables', 'kubelet-log', 'network-log', 'processes', 'cpu-profile'],
  mechanism:
    'kubelet, flannel or kube-router asks iptables -C for a rule and inserts it where the answer is no: iptables of some versions, or a mix of nft and legacy, never finds it. After weeks every packet goes through thousands of copies in softirq.',
  confirm:
    "iptables-save | grep '^-A' | sort | uniq -cd | sort -rn | head; iptables --version; ls -l $(command -v iptables)",
  mitigation: {
    text: 'Delete the copies; or flush the chain, which its owner fills again. Services are cut off meanwhile.',
    risk: 'medium',
  },
  fix: 'One iptables for all: newer than 1.8.4, not 1.8.10, and the same mode (nft or legacy) on the node and in its pods; k3s --prefer-bundled-bin.',
  references: [
    { text: 'k3s-io/k3s#3117', url: 'https://github.com/k3s-io/k3s/issues/3117' },
    { text: 'kubernetes/kubernetes#82361', url: 'https://github.com/kubernetes/kubernetes/issues/82361' },
    { text: 'kubernetes/kubernetes#79304', url: 'https://github.com/kubernetes/kubernetes/issues/79304' },
    {
      text: 'cloudnativelabs/kube-router#1676',
      url: 'https://github.com/cloudnativelabs/kube-router/issues/1676',
    },
  ],
  rivals: ['memcg-stat-v1-zombies', 'iptables-util', 'ipvs-estimation-timer'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const duplicates = countFrom(reading, 'iptables-duplicates', DUPLICATES);
  const bad = badVersion(evidence);
  const busy = processesFrom(reading, KSOFTIRQD, KSOFTIRQD_CORES);
  const isMany = (duplicates?.value ?? 0) >= MANY_DUPLICATES;
  // ksoftirqd is busy for many reasons: it is no hint without the version.
  const isBusyHint = duplicates === undefined && bad !== undefined;
  const found = conclude({
    decisive: [duplicates],
    hints: [
      isBusyHint ? busy : undefined,
      saidFrom(reading, AGAIN, 1),
      duplicates === undefined ? countFrom(reading, 'iptables-rules', MANY_RULES) : undefined,
    ],
    enoughHints: 2,
    context: [bad, isBusyHint ? undefined : busy, burnsFrom(reading, TRAVERSE, TRAVERSE_SHARE)],
    severity: severityBy(isMany),
    confidence: isMany || bad !== undefined ? 'high' : 'medium',
    settle: sentence(
      "Count them: iptables-save | grep '^-A' | sort | uniq -d | wc -l, twice some minutes apart",
    ),
    explains: ['iptables-util'],
    rivals: [
      open(
        'memcg-stat-v1-zombies',
        'Packets are late there, too, while a CPU reads memory.stat: time one read.',
      ),
      open('iptables-util', 'Many rules that differ are slow to change, not to pass.'),
      open('ipvs-estimation-timer', 'It is softirq time as well: count ipvsadm -Ln.'),
    ],
  });
  return found ?? nothing(reading);
}

function nothing(reading: Reading): Judgement {
  const counted = reading.counted('iptables-duplicates');
  return counted === undefined
    ? skipped("Needs a count of duplicates: iptables-save | grep '^-A' | sort | uniq -d | wc -l")
    : clear('{0} rules stand there more than once: that is usual.', counted.value);
}

function severityBy(isMany: boolean): Level {
  return isMany ? 'high' : 'medium';
}

function badVersion({ facts }: NodeEvidence): RuleEvidence | undefined {
  const version = facts.iptablesVersion;
  return version !== undefined && BAD_VERSION.test(version) && !/legacy/iu.test(version)
    ? observed(sentence('iptables {0} is one whose check does not find rules', version.slice(0, 60)))
    : undefined;
}
