/** A kernel release with a known regression, and a node that shows it. The list is kernelfix/knownBadKernels.ts's. */
import { sentence } from '../../../base/sentence.js';
import { identifyKernel } from '../../../kernelfix/kernelFamily.js';
import { BAD_KERNELS, findBadKernel } from '../../../kernelfix/knownBadKernels.js';
import type { NodeEvidence } from '../../../material/model.js';
import { conclude } from '../../conclude.js';
import { saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, open, skipped, type Judgement, type Rule, type RuleEvidence } from '../../rule.js';

const MOST_REFERENCES = 12;

export const knownBadKernel: Rule = {
  id: 'known-bad-kernel',
  title: 'The kernel is a release with a known regression',
  severity: 'high',
  requires: ['kernel-version'],
  mechanism:
    'A few kernel releases of distributions made nodes hang or lock up until the next release took the change back. Pods, kubelet and runtime are then victims, whatever their logs say.',
  confirm: 'uname -r; dmesg -T | tail -100',
  mitigation: {
    text: 'Boot the release before or after it; pin the kernel in the image until then. Drain the node first.',
    risk: 'medium',
  },
  fix: 'The next release of the distribution: the finding names it.',
  references: BAD_KERNELS.slice(0, MOST_REFERENCES).map(({ reference }) => reference),
  rivals: ['cri-call-blocked', 'disk-hang', 'pleg-relist'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const release = evidence.facts.kernelVersion;
  const kernel = release === undefined ? undefined : identifyKernel(release);
  if (kernel === undefined) return skipped('Needs the kernel’s release: uname -r');
  const bad = findBadKernel(kernel);
  if (bad === undefined) return clear('Kernel {0} is not in the list.', kernel.release);
  const known = observed(
    sentence('Kernel {0} is known to be bad: {1}. Go to {2}', kernel.release, bad.fault, bad.goTo),
  );
  const symptom = saidFrom(reading, bad.symptom, 1) ?? ofConditions(evidence, bad.symptom);
  const judgement = conclude({
    decisive: symptom === undefined ? [] : [known],
    hints: symptom === undefined ? [known] : [],
    context: [symptom],
    confidence: bad.isLongSeries ? 'medium' : 'high',
    settle: sentence('See whether the node shows it: {0}', bad.reference.url),
    explains: ['cri-call-blocked', 'pleg-relist', 'cri-unresponsive', 'disk-hang'],
    rivals: [
      open(
        'cri-call-blocked',
        'A plugin that hangs blocks the same calls: look for CNI processes that are old.',
      ),
      open('disk-hang', 'So does a disk that does not answer: look at dmesg and iostat.'),
      open('pleg-relist', 'A slow relist burns CPU: see what the kubelet uses.'),
    ],
  });
  return judgement ?? clear('Kernel {0} is not in the list.', kernel.release);
}

/** They say what logs do: `PLEG is not healthy`. */
function ofConditions({ conditions }: NodeEvidence, symptom: RegExp): RuleEvidence | undefined {
  const condition = conditions.find(
    ({ isBad, reason, message }) => isBad && symptom.test(`${reason ?? ''}: ${message ?? ''}`),
  );
  return condition === undefined
    ? undefined
    : observed(
        sentence(
          'The node’s condition {0} says: {1}',
          condition.type,
          (condition.message ?? '').slice(0, 200),
        ),
        { place: condition.at },
      );
}
