/** The kubelet lists the tree of cgroups again and again: CPU in ReadDir and Lstat below /sys/fs/cgroup. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import type { CallRecord } from '../../../strace/callRecord.js';
import { conclude } from '../../conclude.js';
import { burnsFrom, callsFrom, shareRival } from '../../kernelObservations.js';
import { countFrom, percent } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, skipped, open, type Judgement, type Rule } from '../../rule.js';

const LISTING =
  /^(?:io\/ioutil\.ReadDir|os\.(?:ReadDir|Lstat|lstatNolog)|os\.\(\*File\)\.(?:Readdir|ReadDir|Readdirnames|readdir|readdirnames)|path\/filepath\.(?:Walk|WalkDir|walk|walkDir|Glob|glob)|syscall\.(?:Lstat|Getdents|ReadDirent))$/u;
/** What lists cgroups and nothing else. */
const OF_CGROUPS =
  /(?:^|\/)(?:opencontainers\/(?:runc\/libcontainer\/)?cgroups(?:\/\w+)?\.\S*(?:GetAllPids|GetPids|getAllPids|readProcsFile|FindCgroup\w*|getSubsystemPath\w*)|google\/cadvisor(?:\/lib)?\/container\/common\.(?:ListContainers|ListDirectories|listDirectories|GetSpec)|google\/cadvisor(?:\/lib)?\/container\/raw\.\(\*rawContainerHandler\)\.(?:ListContainers|ListProcesses)|k8s\.io\/kubernetes\/pkg\/kubelet\/cm\.\S*(?:GetAllPodsFromCgroups|Pids|ReduceCPULimits))/u;
const WALK_OF_DISK =
  /google\/cadvisor(?:\/lib)?\/fs\.\S*(?:GetDir|GetDirUsage)|\/pkg\/volume\S*\.(?:DiskUsage|Find)/u;
const SHARE = 0.2;
const CALLS = 500;
const MANY_CGROUPS = 10_000;
/** So many that to list them is a question in itself. */
const VERY_MANY_CGROUPS = 50_000;

export const kubeletCgroupReaddir: Rule = {
  id: 'kubelet-cgroup-readdir',
  title: 'The kubelet lists the cgroup tree again and again',
  severity: 'medium',
  requires: ['cpu-profile', 'system-calls', 'counts'],
  mechanism:
    'To find pods without an owner, processes of a cgroup, and new containers, kubelet and cAdvisor list directories of every controller below /sys/fs/cgroup and look at each entry. With tens of thousands of cgroups, or containers that make cgroups of their own, that alone is a core.',
  confirm:
    'find /sys/fs/cgroup -type d | wc -l; timeout 5 strace -f -c -e trace=getdents64,openat,newfstatat,lstat -p $(pidof kubelet)',
  mitigation: {
    text: 'Remove leaked cgroups; keep containers from making cgroups of their own.',
    risk: 'medium',
  },
  fix: 'A newer kubelet, which lists less often; cgroup v2 has one tree instead of a dozen.',
  references: [
    { text: 'openshift/origin#14514', url: 'https://github.com/openshift/origin/issues/14514' },
    {
      text: 'ACK cluster network latency: kubelet, softirq and cgroups',
      url: 'https://www.besthub.dev/articles/uncovering-the-root-causes-of-ack-cluster-network-latency-kubelet-softirq-and-cgroup-insights-4f040e24b895',
    },
  ],
  rivals: ['cadvisor-du-walk', 'cgroup-cleanup-loop-v2', 'systemd-slice-leak', 'mountinfo-parse'],
  judge,
};

const isListing = ({ syscall, file }: CallRecord): boolean =>
  syscall.startsWith('getdents') && file?.path.includes('/sys/fs/cgroup') === true;

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const below = burnsFrom(reading, LISTING, SHARE, OF_CGROUPS);
  const listing = below === undefined ? burnsFrom(reading, LISTING, SHARE) : undefined;
  const isOfDisk = (reading.cpuShare(WALK_OF_DISK)?.share ?? 0) >= SHARE / 2;
  const found = conclude({
    decisive: [below],
    hints: [
      isOfDisk ? undefined : listing,
      listing === undefined ? undefined : burnsFrom(reading, OF_CGROUPS, SHARE / 2),
      callsFrom(evidence, { name: 'getdents64 below /sys/fs/cgroup', matches: isListing }, CALLS),
      below === undefined ? countFrom(reading, 'cgroup-directories', VERY_MANY_CGROUPS) : undefined,
    ],
    enoughHints: 2,
    context: [below === undefined ? undefined : countFrom(reading, 'cgroup-directories', MANY_CGROUPS)],
    settle: sentence('See which directories: timeout 5 strace -f -y -e trace=getdents64 -p $(pidof kubelet)'),
    recoverableCores: (reading.cpuShare(LISTING, OF_CGROUPS) ?? reading.cpuShare(LISTING))?.cores,
    rivals: [
      shareRival(reading, 'cadvisor-du-walk', {
        pattern: WALK_OF_DISK,
        least: SHARE / 2,
        what: 'Walking file systems of containers',
        look: 'A CPU profile would show GetDirUsage of cAdvisor.',
      }),
      open('cgroup-cleanup-loop-v2', 'The log says "failed to delete cgroup paths" where a clean-up fails.'),
      open('systemd-slice-leak', 'Count run-*.scope in system.slice.'),
      open('mountinfo-parse', 'There the profile shows a parse of mountinfo.'),
    ],
  });
  if (found !== undefined) return found;
  const share = reading.cpuShare(LISTING);
  return share === undefined
    ? skipped('Needs a CPU profile of the kubelet.')
    : clear('Listing directories is {0} % of the CPU profile.', percent(share.share));
}
