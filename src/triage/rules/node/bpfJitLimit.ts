/** The memory for compiled BPF is used up, by seccomp filters that are not let go of: nothing starts, no probe runs. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { conclude } from '../../conclude.js';
import { kernelFix, lacksFix } from '../../kernelObservations.js';
import { percent, saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, open, skipped, type Judgement, type Rule, type RuleEvidence } from '../../rule.js';

/** 524 is the kernel's own ENOTSUPP, which no program has a name for. */
const ERRNO_524 = /(?:seccomp|bpf)[^\n]{0,200}\berrno 524\b|\berrno 524\b[^\n]{0,200}(?:seccomp|bpf)/iu;
const NEAR = 0.8;

export const bpfJitLimit: Rule = {
  id: 'bpf-jit-limit',
  title: 'Memory for compiled BPF is used up: seccomp filters cannot be loaded',
  severity: 'high',
  requires: ['events', 'runtime-log', 'kubelet-log', 'counts'],
  mechanism:
    'Each container and each exec loads a seccomp filter that the kernel compiles into memory limited by net.core.bpf_jit_limit. Some kernels keep that of filters that are gone: after days of exec probes the next load fails with errno 524, and pods neither start nor pass their probes.',
  confirm:
    "sysctl net.core.bpf_jit_limit; awk '/bpf_jit/{sum+=$2} END{print sum+0}' /proc/vmallocinfo; uname -r",
  mitigation: {
    text: 'Raise the limit: that buys days. Or drain the node and reboot it.',
    command: 'sysctl -w net.core.bpf_jit_limit=1073741824',
    risk: 'low',
  },
  fix: 'Linux 6.2 (a1140cb215fa), or a kernel that has it carried over: on Amazon Linux 2 5.10.178-162.673 or newer.',
  references: [
    { text: 'awslabs/amazon-eks-ami#1219', url: 'https://github.com/awslabs/amazon-eks-ami/issues/1219' },
    { text: 'awslabs/amazon-eks-ami#1179', url: 'https://github.com/awslabs/amazon-eks-ami/issues/1179' },
    { text: 'moby/moby#45498', url: 'https://github.com/moby/moby/issues/45498' },
  ],
  rivals: ['exec-probes', 'kmem-accounting-el7', 'cri-call-blocked'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const used = usedShare(reading);
  const found = conclude({
    decisive: [saidFrom(reading, ERRNO_524, 1)],
    hints: [used],
    context: [lacksFix(kernelFix(reading, 'bpf-jit-leak'))],
    settle: sentence('Compare bpf_jit in /proc/vmallocinfo with sysctl net.core.bpf_jit_limit'),
    explains: ['exec-probes'],
    rivals: [
      open('exec-probes', 'Probes load filters, too: they fill the memory, the error says that it is full.'),
      open('kmem-accounting-el7', 'There the error is "cannot allocate memory".'),
      open('cri-call-blocked', 'There calls time out; here they fail at once.'),
    ],
  });
  if (found !== undefined) return found;
  if (reading.counted('bpf-jit-bytes') !== undefined) return clear('Compiled BPF is far from its limit.');
  return evidence.events.length > 0 || reading.has('runtime-log')
    ? clear('No filter failed to load with errno 524.')
    : skipped('Needs the Events of pods that do not start.');
}

function usedShare(reading: Reading): RuleEvidence | undefined {
  const bytes = reading.counted('bpf-jit-bytes');
  const limit = reading.counted('bpf-jit-limit-bytes')?.value ?? 0;
  if (bytes === undefined || limit <= 0 || bytes.value < limit * NEAR) return undefined;
  const share = bytes.value / limit;
  return observed(sentence('Compiled BPF uses {0} % of what it may', percent(share)), {
    value: share,
    unit: 'share',
    threshold: sentence('from {0} % on', percent(NEAR)),
    place: bytes.at,
  });
}
