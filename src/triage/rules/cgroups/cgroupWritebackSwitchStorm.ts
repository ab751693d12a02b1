/** Inodes of a deleted pod's cgroup are switched to its parent, by workers that spin on one lock. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { conclude } from '../../conclude.js';
import { burnsFrom, functionFrom, kernelFix, lacksFix, processesFrom } from '../../kernelObservations.js';
import { percent, saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, open, refuted, skipped, type Judgement, type Rule } from '../../rule.js';

const SWITCH = /\b(?:inode_switch_wbs|cleanup_offline_cgwbs?|process_inode_switch_wbs)/u;
const SWITCH_SHARE = 0.03;
const SWITCH_SECONDS = 0.1;
/** `kworker/7:2+inode_switch_wbs`. */
const WORKERS = /kworker\/[^\s+]{1,20}[+-]\S{0,20}inode_switch_wbs/u;
const WORKER_CORES = 0.3;
/** What the kernel says of CPUs and tasks that got stuck meanwhile, and of workers that ran too long. */
const LOCKUP = /(?:soft lockup|blocked for more than|hogged CPU)/u;

export const cgroupWritebackSwitchStorm: Rule = {
  id: 'cgroup-writeback-switch-storm',
  title: 'Kernel workers spin while they hand the inodes of a deleted pod to another cgroup',
  severity: 'high',
  requires: ['kernel-log', 'cpu-profile', 'processes', 'kernel-functions'],
  mechanism:
    'Since Linux 5.14 every inode that a dying cgroup owns is switched to its parent, by many workers that spin on one wb->list_lock. A deleted pod with millions of files so keeps CPUs busy for minutes and soft-locks them; kubelet and runtime are victims.',
  confirm:
    "dmesg -T | grep -E 'inode_switch_wbs|soft lockup'; ps -eLo pcpu,comm | grep inode_switch_wbs | sort -rn | head",
  mitigation: {
    text: 'Fewer files a pod on the node’s own disk, and deletions one after the other; a volume of its own that is unmounted instead of emptied.',
    risk: 'low',
  },
  fix: 'Linux 6.18 (e1b849cfa6b6), or a kernel that has it carried over: Azure Linux 6.6.150.1.',
  references: [
    { text: 'microsoft/azurelinux#18443', url: 'https://github.com/microsoft/azurelinux/issues/18443' },
    {
      text: 'writeback: Avoid contention on wb->list_lock when switching inodes',
      url: 'https://git.ipfire.org/?a=commit&h=e1b849cfa6b61f1c866a908c9e8dd9b5aaab820b&p=thirdparty%2Fkernel%2Fstable.git',
    },
  ],
  rivals: ['memcg-rstat-flush-v2', 'slab-cache-reap', 'disk-io-throttle'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const fix = kernelFix(reading, 'cgroup-writeback-switch');
  const said = saidFrom(reading, SWITCH, 1);
  const found = conclude({
    decisive: [
      said,
      processesFrom(reading, WORKERS, WORKER_CORES),
      burnsFrom(reading, SWITCH, SWITCH_SHARE),
      functionFrom(evidence, SWITCH, SWITCH_SECONDS),
    ],
    context: [saidFrom(reading, LOCKUP, 1, 'kernel'), lacksFix(fix)],
    confidence: fix?.state === 'fixed' ? 'medium' : 'high',
    settle: sentence('Look for its workers: ps -eLo pcpu,comm | grep inode_switch_wbs'),
    explains: ['disk-hang', 'node-cpu-starved', 'cri-call-blocked', 'pleg-relist'],
    rivals: [
      refuted(
        'memcg-rstat-flush-v2',
        'The function that was seen switches inodes, it flushes no statistics.',
      ),
      refuted('slab-cache-reap', 'The function that was seen switches inodes, it reaps no caches.'),
      open('disk-io-throttle', 'Writeback of a full disk has the same victims: look at iostat -x.'),
    ],
  });
  if (found !== undefined) return found;
  const share = reading.cpuShare(SWITCH);
  if (share !== undefined)
    return clear('Switching inodes is {0} % of the CPU profile.', percent(share.share));
  return reading.has('kernel-log')
    ? clear('The kernel log does not name inode_switch_wbs.')
    : skipped('Needs the kernel log: dmesg -T');
}
