/** Kernel memory accounting of RHEL 7: slab caches of dead cgroups stay, until none can be made for a new one. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { conclude } from '../../conclude.js';
import { burnsFrom, kernelFix, lacksFix } from '../../kernelObservations.js';
import { countFrom, saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, notApplicable, observed, open, skipped } from '../../rule.js';
import type { Judgement, Rule, RuleEvidence } from '../../rule.js';

const SLUB = /SLUB: Unable to allocate memory on node/u;
const NO_MEMORY =
  /(?:memory\.kmem\.limit_in_bytes|\/sys\/fs\/cgroup\/memory\S{0,400}|applying cgroup configuration[^\n]{0,300}|failed to create (?:sub)?cgroup [^\n:]{1,400}): cannot allocate memory/iu;
const NO_SPACE = /mkdir \/sys\/fs\/cgroup\/memory\/\S{1,400}: no space left on device/iu;
const CACHES = /^(?:memcg_create_kmem_cache|kmem_cache_(?:create|destroy)|cache_reap)/u;
const CACHES_SHARE = 0.05;
/** Identifiers of caches end at 65,535. */
const NEAR_CEILING = 50_000;

export const kmemAccountingEl7: Rule = {
  id: 'kmem-accounting-el7',
  title: 'Kernel memory accounting leaks slab caches of dead cgroups, and new pods fail',
  severity: 'high',
  requires: ['kernel-log', 'kubelet-log', 'runtime-log', 'systemd-log', 'events', 'cpu-profile', 'counts'],
  mechanism:
    'Kernels of RHEL 7 (3.10) make slab caches for each memory cgroup whose kernel memory is accounted, and never let go of them. Memory and the 65,535 identifiers run out: pods fail with "cannot allocate memory" or "no space left on device", and CPU follows.',
  confirm:
    "dmesg -T | grep -cE 'SLUB: Unable to allocate memory on node'; grep memory /proc/cgroups; grep -o 'cgroup.memory=[^ ]*' /proc/cmdline; head -1 /sys/fs/cgroup/memory/kubepods*/memory.kmem.slabinfo",
  mitigation: {
    text: 'Drain the node and reboot it: that frees everything, until it fills again.',
    risk: 'low',
  },
  fix: 'cgroup.memory=nokmem on the kernel command line (3.10.0-1062.4.1 and newer heed it), runc that leaves kernel memory alone (1.0.0-rc94), or a newer kernel.',
  references: [
    { text: 'kubernetes/kubernetes#61937', url: 'https://github.com/kubernetes/kubernetes/issues/61937' },
    { text: 'opencontainers/runc#1725', url: 'https://github.com/opencontainers/runc/issues/1725' },
    { text: 'docker/for-linux#841', url: 'https://github.com/docker/for-linux/issues/841' },
    { text: 'moby/moby#29638', url: 'https://github.com/moby/moby/issues/29638' },
  ],
  rivals: ['cgroup-count-ceiling', 'memcg-stat-v1-zombies', 'slab-cache-reap', 'bpf-jit-limit'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const fix = kernelFix(reading, 'kmem-accounting');
  if (fix?.state === 'fixed')
    return notApplicable('Kernel {0} is none of RHEL 7.', reading.kernel?.release ?? '');
  const lacking = lacksFix(fix) ?? systemOfEl7(evidence);
  const slub = saidFrom(reading, SLUB, 1);
  const failed = saidFrom(reading, NO_MEMORY, 1);
  const isKnown = lacking !== undefined;
  const found = conclude({
    decisive: isKnown ? [slub, failed, saidFrom(reading, NO_SPACE, 1)] : [failed],
    hints: [
      isKnown ? undefined : slub,
      burnsFrom(reading, CACHES, CACHES_SHARE),
      isKnown ? countFrom(reading, 'memory-cgroups', NEAR_CEILING) : undefined,
    ],
    enoughHints: 2,
    context: [lacking],
    confidence: isKnown ? 'high' : 'medium',
    settle: sentence('Look for it in the kernel log: dmesg -T | grep -E "SLUB: Unable to allocate"'),
    explains: ['cgroup-count-ceiling', 'slab-cache-reap', 'memcg-stat-v1-zombies'],
    rivals: [
      open(
        'cgroup-count-ceiling',
        'Directories that leak reach the same ceiling: count them, and /proc/cgroups.',
      ),
      open('memcg-stat-v1-zombies', 'The same dead cgroups make memory.stat slow: time one read.'),
      open('slab-cache-reap', 'perf shows cache_reap where the leaked caches cost CPU.'),
      open('bpf-jit-limit', 'There the error of the runtime is errno 524.'),
    ],
  });
  return found ?? nothing(evidence, reading);
}

function nothing({ events }: NodeEvidence, reading: Reading): Judgement {
  return reading.has('kernel-log') || events.length > 0
    ? clear('Nothing says that memory for a cgroup could not be had.')
    : skipped('Needs the kernel log: dmesg -T');
}

/** Where the kernel's release is not told. ELRepo's kernels run there, too. */
function systemOfEl7({ facts }: NodeEvidence): RuleEvidence | undefined {
  const system = facts.osImage;
  return facts.kernelVersion === undefined &&
    system !== undefined &&
    /(?:CentOS|Red Hat|RHEL|Oracle|Scientific)[^\d]{0,40}\b7\b/iu.test(system)
    ? observed(sentence('The system is {0}', system.slice(0, 80)))
    : undefined;
}
