/** Directories of pods that are gone: looked at and complained of every two seconds. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { present } from '../../observations.js';
import type { Reading, Said } from '../../reading.js';
import { clear, observed, type Judgement, type Rule, type RuleEvidence } from '../../rule.js';
import { lookForBurn } from './kubeletBurn.js';
import { duWalkRival, memoryStatRival, shareRival } from './kubeletRivals.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

const CLEANUP = /\(\*Kubelet\)\.cleanupOrphanedPodDirs\b/u;
const ORPHANED =
  /[Oo]rphaned pod \\?"?[0-9a-f-]{8,36}\\?"? found, but\b|Failed to remove orphaned pod|There were many similar errors\. Turn up verbosity/u;
const TOTAL = /There were a total of (\d{1,9}) errors similar|\bnumErrs=(\d{1,9})\b/u;
const MANY = 100;
/** The kubelet says it each 2 s: lines that repeat are one directory, for some time. */
const MANY_LINES = 10;

export const orphanedPodDirs: Rule = {
  id: 'orphaned-pod-dirs',
  title: 'Directories of pods that are gone are left, and cleaned up in vain every two seconds',
  severity: 'medium',
  requires: ['kubelet-log', 'cpu-profile'],
  mechanism:
    'Volumes that could not be unmounted leave their pod directory below /var/lib/kubelet/pods. The kubelet looks at each of them every 2 s, checks its mounts and logs that it may not be removed: thousands cost CPU and fill the log.',
  confirm:
    "journalctl -u kubelet --since -5min | grep -ci 'orphaned pod'; ls /var/lib/kubelet/pods | wc -l; crictl pods -q | wc -l",
  mitigation: {
    text: 'For each directory: findmnt -R must show nothing below it, its volume directories must be empty; then remove it. A volume that is still mounted would lose its data.',
    risk: 'high',
  },
  fix: 'Fixed step by step: newer kubelets, and CSI drivers that remove their target directory on unpublish.',
  references: [
    thread('kubernetes/kubernetes', 60987),
    thread('kubernetes/kubernetes', 134075),
    thread('kubernetes/kubernetes', 45464),
    thread('rancher/rancher', 20227),
    thread('longhorn/longhorn', 485),
  ],
  rivals: ['mountinfo-parse', 'cadvisor-du-walk', 'memcg-stat-v1-zombies'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const said = reading.said(ORPHANED, 'kubelet');
  const orphans = countOrphans(said);
  const burn = lookForBurn(reading, { pattern: CLEANUP, least: 0.08 });
  const [first] = said;
  const text = first === undefined ? undefined : asEvidence(first, orphans, said.length);
  const isMany = orphans >= MANY;
  const isOften = said.length >= MANY_LINES;
  return judgeSigns(
    {
      burn,
      sure: isMany || isOften ? present(text) : [],
      hints: isMany || isOften ? [] : present(text),
    },
    {
      what: 'Cleaning up orphaned pod directories',
      rivals: [
        shareRival(reading, 'mountinfo-parse', {
          pattern: /\b(?:mount|mountinfo)\.(?:ParseMountInfo|ListProcMounts|parseMountTable|getMounts)\b/u,
          least: 0.05,
          what: 'Parsing the mount table',
        }),
        duWalkRival(reading),
        memoryStatRival(evidence, reading),
      ],
      settle: sentence(
        'Count them: ls /var/lib/kubelet/pods | wc -l against crictl pods -q | wc -l. A few cost nothing.',
      ),
      isDecisive: burn.kind === 'hot' || isMany,
      // A few directories are a nuisance of the log; they make no node slow.
      ...(burn.kind === 'hot' || isMany ? {} : { severity: 'low' as const }),
      ...(reading.has('kubelet-log') && burn.kind === 'unseen'
        ? { without: clear('The log speaks of no orphaned pod.') }
        : {}),
    },
  );
}

/** As the kubelet counts them, or the distinct pods that lines name. */
function countOrphans(said: readonly Said[]): number {
  const counted = said.map(({ text }) => {
    const match = TOTAL.exec(text);
    return Number(match?.[1] ?? match?.[2] ?? 0);
  });
  const named = new Set(said.map(({ match }) => match[0]));
  return counted.reduce((most, count) => Math.max(most, count), named.size);
}

function asEvidence({ at }: Said, orphans: number, lines: number): RuleEvidence {
  return observed(sentence('The log speaks of {0} orphaned pods, in {1} lines', orphans, lines), {
    value: orphans,
    unit: 'count',
    threshold: sentence('from {0} pods or {1} lines on', MANY, MANY_LINES),
    place: at,
  });
}
