/**
 * What a file of a node says, read and interpreted once: a page, the command line and the worker all show the same of it.
 * Types only; readEvidence.ts makes them.
 */
import type { Finding } from '../base/finding.js';
import type { CgroupAssessment } from '../cgroup/model.js';
import type { KernelTrace } from '../ktrace/parseEvents.js';
import type { NodeFactsReading } from '../nodefacts/model.js';
import type { Profile } from '../profile/model.js';
import type { CallTableRow } from '../strace/callTable.js';
import type { FutexAnalysis } from '../strace/futex.js';
import type { StraceLog } from '../strace/parseLog.js';
import type { ThreadReport } from '../threads/model.js';

/** What the content of a file is known by; `profile` is everything that none of the others is. */
export type EvidenceFormat = 'profile' | ReportFormat;
/** Of files that a report is made of. */
export type ReportFormat = 'strace' | 'ktrace' | 'threads' | 'cgroups' | 'nodeFacts';

export interface ProfileEvidence {
  readonly kind: 'profile';
  readonly profile: Profile;
}

/** What is counted of system calls, whichever tool wrote them down. */
interface CountedCalls {
  readonly kind: 'calls';
  readonly futex: FutexAnalysis;
  /** By call, most calls first. */
  readonly table: readonly CallTableRow[];
  /** What matters more first. */
  readonly verdict: readonly Finding[];
}

export interface StraceEvidence extends CountedCalls {
  readonly engine: 'strace';
  readonly log: StraceLog;
}

export interface KernelTraceEvidence extends CountedCalls {
  readonly engine: 'kernel';
  readonly log: KernelTrace;
}

export type CallsEvidence = StraceEvidence | KernelTraceEvidence;

export interface ThreadsEvidence {
  readonly kind: 'threads';
  /** Its verdict is in the light of the node's kernel. */
  readonly report: ThreadReport;
}

export interface CgroupsEvidence {
  readonly kind: 'cgroups';
  /** Its verdict is in the light of the node's kernel. */
  readonly assessment: CgroupAssessment;
}

export interface NodeFactsEvidence {
  readonly kind: 'nodeFacts';
  readonly facts: NodeFactsReading;
  /** What is unusual, the most telling first. */
  readonly verdict: readonly Finding[];
}

/** What a report is made of. */
export type ReportEvidence = CallsEvidence | ThreadsEvidence | CgroupsEvidence | NodeFactsEvidence;
export type Evidence = ProfileEvidence | ReportEvidence;

/** Where the work is, for a progress display. */
export type EvidenceStep = 'parsing' | 'counting';
