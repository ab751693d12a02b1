/**
 * The one reader of evidence: bytes of a file to what it says. Inflating and the limit of its size are the caller's (this
 * folder knows no zlib); what a page shows of it is src/report.
 */
import { assertNever } from '../base/assertNever.js';
import { readProfile } from '../profile/readProfile.js';
import type { KubeletCpu } from '../cgroup/model.js';
import type {
  Evidence,
  EvidenceFormat,
  EvidenceStep,
  ProfileEvidence,
  ReportEvidence,
  ReportFormat,
} from './model.js';
import { readKernelTrace, readStrace } from './readCalls.js';
import { readCgroups } from './readCgroups.js';
import { readNodeFacts } from './readNodeFacts.js';
import { readThreads } from './readThreads.js';
import { textOf } from './recogniseEvidence.js';

type OnStep = (step: EvidenceStep) => void;

/**
 * @param bytes not gzipped
 * @param format as recogniseEvidence.ts tells it
 * @param onStep not called for profiles, which are read in one step
 * @param kubeletCpu what other evidence of the case says of the kubelet's CPU; for `cgroups` alone
 * @throws TriageError `format-unknown` for a version newer than ours; of profiles what profile/readProfile.ts throws
 */
export function readEvidence(bytes: Uint8Array, format: 'profile'): ProfileEvidence;
export function readEvidence(
  bytes: Uint8Array,
  format: ReportFormat,
  onStep?: OnStep,
  kubeletCpu?: KubeletCpu,
): ReportEvidence;
export function readEvidence(
  bytes: Uint8Array,
  format: EvidenceFormat,
  onStep?: OnStep,
  kubeletCpu?: KubeletCpu,
): Evidence;
export function readEvidence(
  bytes: Uint8Array,
  format: EvidenceFormat,
  onStep?: OnStep,
  kubeletCpu?: KubeletCpu,
): Evidence {
  switch (format) {
    case 'profile':
      return { kind: 'profile', profile: readProfile(bytes) };
    case 'strace':
      return readStrace(textOf(bytes), onStep);
    case 'ktrace':
      return readKernelTrace(textOf(bytes), onStep);
    case 'threads':
      return readThreads(textOf(bytes), onStep);
    case 'cgroups':
      return readCgroups(textOf(bytes), onStep, kubeletCpu);
    case 'nodeFacts':
      return readNodeFacts(textOf(bytes), onStep);
    default:
      return assertNever(format);
  }
}
