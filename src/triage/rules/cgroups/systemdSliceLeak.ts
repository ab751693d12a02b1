/** systemd before 237 leaves a scope for each transient mount: cAdvisor then watches tens of thousands of cgroups. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { conclude } from '../../conclude.js';
import { countFrom, present, saidFrom } from '../../observations.js';
import { burnsFrom } from '../../kernelObservations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, open, skipped, type Judgement, type Rule, type RuleEvidence } from '../../rule.js';

const WATCH =
  /(?:^|\/)google\/cadvisor(?:\/lib)?\/manager\.\(\*manager\)\.(?:globalHousekeeping|detectSubcontainers|getContainersDiff|createContainer)|(?:^|\/)google\/cadvisor(?:\/lib)?\/container\/common\.ListContainers$/u;
const RAW =
  /(?:^|\/)google\/cadvisor(?:\/lib)?\/container\/raw\.\(\*rawContainerHandler\)\.(?:GetStats|ListContainers)$/u;
/** cAdvisor meets each leaked scope by inotify; healthy nodes have a handful. */
const RUN_SCOPE = /\/sys\/fs\/cgroup\/\S{0,200}\brun-r?[0-9a-f-]{1,40}\.(?:scope|mount)\b/u;
const FULL = /inotify_add_watch \/sys\/fs\/cgroup\/\S{0,200}\brun-\S{1,60}: no space left on device/iu;
const TRANSIENT = /Kubernetes transient mount for/u;
const MANY_SCOPES = 500;
const MANY_CGROUPS = 3000;
const MANY_LINES = 20;
const WATCH_SHARE = 0.08;
const RAW_SHARE = 0.15;
const FIXED_SYSTEMD = 237;

export const systemdSliceLeak: Rule = {
  id: 'systemd-slice-leak',
  title: 'Leaked systemd scopes make cAdvisor watch thousands of empty cgroups',
  severity: 'high',
  requires: ['counts', 'kubelet-log', 'systemd-log', 'cpu-profile', 'events'],
  mechanism:
    'systemd before 237 keeps the scope of each "Kubernetes transient mount" (one for every mounted secret), and cAdvisor keeps house for every cgroup of the tree. CPU and memory of the kubelet grow with the pods that came and went, CronJobs above all.',
  confirm:
    "systemctl --version | head -1; find /sys/fs/cgroup/*/system.slice -maxdepth 1 -name 'run-*.scope' | wc -l; systemctl list-units --type=scope --no-legend | grep -c 'Kubernetes transient mount'",
  mitigation: {
    text: 'Stop the scopes that have no process (their cgroup.procs is empty).',
    command:
      "systemctl list-units --type=scope --no-legend | awk '/Kubernetes transient mount/{print $1}' | xargs -r -n50 systemctl stop",
    risk: 'medium',
  },
  fix: 'systemd 237 or newer.',
  references: [
    { text: 'kubernetes/kubernetes#64137', url: 'https://github.com/kubernetes/kubernetes/issues/64137' },
    { text: 'kubernetes/kubernetes#70324', url: 'https://github.com/kubernetes/kubernetes/issues/70324' },
    { text: 'kubernetes/kops#5916', url: 'https://github.com/kubernetes/kops/issues/5916' },
    { text: 'Azure/AKS#750', url: 'https://github.com/Azure/AKS/issues/750' },
  ],
  rivals: [
    'memcg-stat-v1-zombies',
    'cadvisor-housekeeping-density',
    'inotify-exhaustion',
    'cgroup-count-ceiling',
  ],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const old = oldSystemd(evidence);
  const scopes = countFrom(reading, 'systemd-scopes', MANY_SCOPES);
  const watch = burnsFrom(reading, WATCH, WATCH_SHARE);
  const many = countFrom(reading, 'cgroup-directories', MANY_CGROUPS);
  const found = conclude({
    decisive: [scopes, saidFrom(reading, FULL, 1), saidFrom(reading, RUN_SCOPE, MANY_LINES)],
    hints: [
      watch,
      // Pods have raw cgroups, too: alone it tells a busy cAdvisor, no leak.
      present(watch, many, old).length === 0 ? undefined : burnsFrom(reading, RAW, RAW_SHARE),
      many,
      old === undefined ? undefined : saidFrom(reading, TRANSIENT, MANY_LINES),
    ],
    enoughHints: 2,
    context: [old],
    confidence: scopes !== undefined || old !== undefined ? 'high' : 'medium',
    settle: sentence('Count them: find /sys/fs/cgroup/*/system.slice -name "run-*.scope" | wc -l'),
    explains: ['cadvisor-housekeeping-density', 'systemd-dbus-storm', 'inotify-exhaustion'],
    recoverableCores: reading.cpuShare(RAW)?.cores,
    rivals: [
      open(
        'memcg-stat-v1-zombies',
        'Dead cgroups have no directory: compare /proc/cgroups with the directories.',
      ),
      open(
        'cadvisor-housekeeping-density',
        'Many containers do the same: compare the cgroups with crictl ps.',
      ),
      open('inotify-exhaustion', 'Leaked scopes use up watches: count the scopes first.'),
      open('cgroup-count-ceiling', 'It ends there when 65,535 cgroups are reached.'),
    ],
  });
  if (found !== undefined) return found;
  const counted = reading.counted('systemd-scopes') ?? reading.counted('cgroup-directories');
  if (counted !== undefined) return clear('Counted: {0}, which is not many.', counted.value);
  return reading.has('cpu-profile')
    ? clear('cAdvisor spends little CPU on finding cgroups.')
    : skipped('Needs a count of scopes: systemctl list-units --type=scope | wc -l');
}

/** `219` of `systemd 219`, `237-3ubuntu10`, `v245.4`. */
function oldSystemd({ facts }: NodeEvidence): RuleEvidence | undefined {
  const version = /(\d{2,4})/u.exec(facts.systemdVersion ?? '')?.[1];
  if (version === undefined || Number(version) >= FIXED_SYSTEMD) return undefined;
  return observed(sentence('systemd {0} is older than {1}', version, FIXED_SYSTEMD), {
    value: Number(version),
    unit: 'count',
  });
}
