/** The kubelet tries again and again to remove a pod's cgroup that something below still holds. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import type { CallRecord } from '../../../strace/callRecord.js';
import { conclude } from '../../conclude.js';
import { burnsFrom, callsFrom } from '../../kernelObservations.js';
import { saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, open, skipped, type Judgement, type Rule } from '../../rule.js';

const CANNOT_DELETE =
  /failed to delete cgroup paths|unable to destroy cgroup paths|failed to remove cgroup|(?:rmdir|remove|unlinkat) \/sys\/fs\/cgroup\/\S{1,400}: device or resource busy/iu;
/** The kubelet says it of each pod that it finds without one: of one that does not go away, each two seconds. */
const ORPHAN = /orphaned pod[^\n]{0,120} found, (?:re)?moving pod cgroups/iu;
const DESTROY =
  /(?:^|\/)k8s\.io\/kubernetes\/pkg\/kubelet\/cm\.\(\*podContainerManagerImpl\)\.(?:Destroy|tryKillingCgroupProcesses|GetAllPodsFromCgroups)$|(?:^|\/)opencontainers\/(?:runc\/libcontainer\/)?cgroups\S*\.(?:RemovePaths?|removeCgroupPath|rmdir)$/u;
const CLEAN_UP = /(?:^|\/)k8s\.io\/kubernetes\/pkg\/kubelet\.\(\*Kubelet\)\.HandlePodCleanups$/u;
/** One or two are a pod that ends while its containers do. */
const TIMES = 5;
const SURE_TIMES = 20;
const DESTROY_SHARE = 0.08;
const CLEAN_UP_SHARE = 0.15;

export const cgroupCleanupLoopV2: Rule = {
  id: 'cgroup-cleanup-loop-v2',
  title: 'The kubelet keeps trying to remove cgroups of pods that are gone',
  severity: 'high',
  requires: ['kubelet-log', 'events', 'cpu-profile', 'system-calls'],
  mechanism:
    "A container's cgroup survives below the pod's slice (runtime, crun and systemd disagree, or a slow disk holds the unmount), so that rmdir fails with EBUSY at each clean-up. Each pod that ended so is work every second or two, and the CPU climbs with the number of pods that came and went.",
  confirm:
    "journalctl -u kubelet --since -10min | grep -ciE 'failed to delete cgroup paths|device or resource busy'; find /sys/fs/cgroup -path '*kubepods*' \\( -name 'cri-containerd-*' -o -name 'crio-*' \\) | wc -l; crictl ps -aq | wc -l",
  mitigation: {
    text: 'Make sure that the pod is gone (crictl pods), then stop its slice: systemctl stop kubepods-…-podUID.slice. Or drain the node and reboot it.',
    risk: 'medium',
  },
  fix: 'Newer runtime, crun and systemd: the cause lies between them; a faster disk where unmounts are late.',
  references: [
    { text: 'kubernetes/kubernetes#112151', url: 'https://github.com/kubernetes/kubernetes/issues/112151' },
    { text: 'kubernetes/kubernetes#123766', url: 'https://github.com/kubernetes/kubernetes/issues/123766' },
    { text: 'opencontainers/runc#4181', url: 'https://github.com/opencontainers/runc/issues/4181' },
    { text: 'okd-project/okd#1310', url: 'https://github.com/okd-project/okd/issues/1310' },
  ],
  rivals: ['orphaned-pod-dirs', 'systemd-slice-leak', 'disk-io-throttle'],
  judge,
};

const isBusyRemoval = ({ syscall, result, file }: CallRecord): boolean =>
  (syscall === 'rmdir' || syscall === 'unlinkat') &&
  (result === 'EBUSY' || result === 'ENOTEMPTY') &&
  (file === undefined || file.path.includes('cgroup'));

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const said = saidFrom(reading, CANNOT_DELETE, TIMES) ?? saidFrom(reading, ORPHAN, SURE_TIMES);
  const destroy = burnsFrom(reading, DESTROY, DESTROY_SHARE);
  const found = conclude({
    decisive: [said],
    hints: [
      destroy,
      burnsFrom(reading, CLEAN_UP, CLEAN_UP_SHARE),
      callsFrom(evidence, { name: 'rmdir that failed with EBUSY', matches: isBusyRemoval }, TIMES),
      // People post one of many lines: it is worth a question.
      said === undefined ? saidFrom(reading, CANNOT_DELETE, 1) : undefined,
    ],
    enoughHints: 2,
    confidence: (said?.value ?? 0) >= SURE_TIMES || destroy !== undefined ? 'high' : 'medium',
    settle: sentence('Count the failures: journalctl -u kubelet | grep -c "failed to delete cgroup paths"'),
    explains: ['kubelet-cgroup-readdir'],
    recoverableCores: reading.cpuShare(DESTROY)?.cores,
    rivals: [
      open('orphaned-pod-dirs', 'There the log names volumes below /var/lib/kubelet/pods, not cgroups.'),
      open('systemd-slice-leak', 'There scopes pile up in system.slice, and no pod is named.'),
      open(
        'disk-io-throttle',
        'A disk at its limit holds the unmounts that the cgroups wait for: look at iostat -x.',
      ),
    ],
  });
  if (found !== undefined) return found;
  return reading.has('kubelet-log')
    ? clear("The kubelet's log does not say that cgroups of pods cannot be removed.")
    : skipped("Needs the kubelet's log of some minutes.");
}
