/**
 * What a report page shows: plain JSON, small whatever the size of the file. Lists are cut and say how long they were.
 * Types only; callsReport.ts and its like make them.
 */
import type { Finding } from '../base/finding.js';
import type { ClusterNames } from './triageExport/redactor.js';
import type { Sentence } from '../base/sentence.js';
import type { NodeFacts, Unread } from '../material/model.js';
import type { TriageStep } from '../material/triageManifest.js';
import type { RemedyOutcome } from '../remedy/judgeRemedy.js';
import type { Remedy } from '../remedy/model.js';
import type { Level, Mitigation } from '../triage/rule.js';
import type { CgroupAssessment } from '../cgroup/model.js';
import type { CallTableRow } from '../strace/callTable.js';
import type { FutexAddressRow, FutexOperationRow, FutexThreadRow } from '../strace/futex.js';
import type { LeftOut } from '../strace/leftOutLines.js';
import type { CallShare, OpenFile, ProcessCpu, ThreadReport, ThreadRow } from '../threads/model.js';

/** The first rows of a list in its natural order, and how many there were. */
export interface CappedRows<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

export type { FutexAddressRow, FutexOperationRow, FutexThreadRow };

export interface CallRow extends CallTableRow {
  /** The `seconds` column of a `-c` table: system time, or wall time where strace was given -w. */
  readonly tableSeconds: number | undefined;
}

/** A call that took long and does not wait by design. */
export interface SlowCallRow {
  readonly syscall: string;
  readonly seconds: number;
  readonly tid: number;
  /** Since the first time stamp. */
  readonly startSeconds: number | undefined;
  readonly result: string;
  /** File of the first argument. */
  readonly path: string | undefined;
  /** Found among the files open at the time, not printed by the tracer. */
  readonly isInferred: boolean;
  /** File descriptor, where that is all there is. */
  readonly descriptor: number | undefined;
}

export interface TimelineBin {
  /** Since the first time stamp. */
  readonly startSeconds: number;
  readonly waits: number;
  readonly wakes: number;
  readonly timeouts: number;
}

export interface Timeline {
  /** Width of a bin: 1, or more where the trace is long. Bins without calls are there, too. */
  readonly binSeconds: number;
  readonly bins: readonly TimelineBin[];
}

export interface HistogramBucket {
  /** 0 for the first. */
  readonly fromSeconds: number;
  /** Not included; undefined for the last. */
  readonly toSeconds: number | undefined;
  readonly count: number;
}

export interface FutexReport {
  /** With a result. */
  readonly calls: number;
  readonly timeouts: number;
  readonly unfinished: number;
  readonly operations: CappedRows<FutexOperationRow>;
  readonly addresses: CappedRows<FutexAddressRow>;
  readonly threads: CappedRows<FutexThreadRow>;
  readonly timeline: Timeline;
  /** Time-outs that waits were given, relative ones. */
  readonly timeoutHistogram: readonly HistogramBucket[];
  /** All other waits: without a time-out, until a point in time, and with one that the trace does not tell. */
  readonly otherTimeouts: { readonly none: number; readonly absolute: number; readonly unknown: number };
  /** How long finished waits took. */
  readonly waitHistogram: readonly HistogramBucket[];
}

/** Shares beside those of an idle kubelet; undefined where this trace cannot tell. */
export interface Comparison {
  readonly of: 'futexCalls' | 'futexTime' | 'timeouts';
  readonly here: number | undefined;
  readonly idle: number;
}

export interface CallsReport {
  readonly kind: 'calls';
  readonly engine: 'strace' | 'kernel';
  /** `table`: nothing but the counts of `strace -c`. */
  readonly form: 'log' | 'table';
  readonly lines: number;
  /** Calls with a result. */
  readonly calls: number;
  readonly errors: number;
  /** Distinct threads; 0 where the log names none. */
  readonly threads: number;
  readonly spanSeconds: number | undefined;
  /** Calls whose end is not in the trace. */
  readonly unfinished: number;
  readonly endsWithoutStart: number;
  /** Events that the kernel's buffer could not keep. */
  readonly lost: number;
  readonly unparsedLines: number;
  /** Lines that are longer than what is read, left out. */
  readonly longLines: number;
  /** The file has more lines than are read: `lines` are its first. */
  readonly isCut: boolean;
  /** Not all open files were noted beside a kernel trace: some calls have no file for it. */
  readonly isFilesCut: boolean;
  /** Lines of strace that are in no count, by kind, each with its first. */
  readonly leftOut: readonly LeftOut[];
  /** Tables of `strace -c` in the file: those that count the log itself, and those of other runs. */
  readonly countTables: {
    readonly ofLog: number;
    readonly ofLogCalls: number;
    readonly others: number;
    readonly otherCalls: number;
  };
  readonly signals: number;
  readonly isFutexOnly: boolean;
  /** What matters more first. */
  readonly verdict: readonly Finding[];
  readonly comparison: readonly Comparison[];
  readonly table: CappedRows<CallRow>;
  /** Longest first. Empty where the trace has no durations. */
  readonly slowest: CappedRows<SlowCallRow>;
  readonly hasDurations: boolean;
  readonly futex: FutexReport;
}

/** Sampled threads: all but the stacks, which `threads.folded` has. */
export interface ThreadsReport extends Pick<
  ThreadReport,
  'facts' | 'total' | 'node' | 'memoryStat' | 'verdict' | 'warnings'
> {
  readonly kind: 'threads';
  readonly threads: CappedRows<ThreadRow>;
  readonly calls: CappedRows<CallShare>;
  readonly files: CappedRows<OpenFile>;
  readonly processes: CappedRows<ProcessCpu>;
}

export interface CgroupsReport extends CgroupAssessment {
  readonly kind: 'cgroups';
}

/** Words to be translated, the node's own text, a number; an empty text where nothing is known (JSON has no undefined in a list). */
export type FactCell = Sentence | string | number;

export interface FactColumn {
  readonly title: Sentence;
  /** Of its numbers. `id`: shown as it is. */
  readonly unit: 'text' | 'id' | 'count' | 'rate' | 'share' | 'bytes' | 'seconds' | 'cores';
}

/** A plain table: its cells stand under its columns. */
export interface FactTable {
  readonly id: string;
  readonly title: Sentence;
  /** What is said above it. */
  readonly lead?: Sentence;
  readonly columns: readonly FactColumn[];
  readonly rows: CappedRows<readonly FactCell[]>;
}

/** What a node says of itself. */
export interface NodeFactsReport {
  readonly kind: 'nodeFacts';
  readonly kernelRelease: string | undefined;
  readonly machine: string | undefined;
  readonly cpus: number | undefined;
  /** Between the first look and the last. */
  readonly seconds: number | undefined;
  /** CPU that the looks took. */
  readonly costSeconds: number | undefined;
  /** What is unusual, the most telling first. */
  readonly verdict: readonly Finding[];
  /** Those that have rows. */
  readonly factTables: readonly FactTable[];
  readonly missing: readonly { readonly section: Sentence; readonly why: Sentence }[];
  readonly warnings: readonly Sentence[];
}

/** One observation of a finding of triage. */
export interface TriageEvidenceRow {
  readonly text: Sentence;
  readonly threshold: Sentence | undefined;
  /** A file beside the list; undefined where it is of no one file. */
  readonly file: string | undefined;
  readonly line: number | undefined;
}

export interface TriageRivalRow {
  readonly id: string;
  readonly title: string;
  readonly state: 'refuted' | 'open';
  readonly because: Sentence;
}

export interface TriageFindingRow {
  readonly id: string;
  readonly title: string;
  readonly outcome: 'found' | 'uncertain';
  readonly severity: Level;
  readonly confidence: Level;
  readonly mechanism: string;
  readonly evidence: readonly TriageEvidenceRow[];
  readonly rivals: readonly TriageRivalRow[];
  /** Of an uncertain one: what would settle it. */
  readonly settle: Sentence | undefined;
  /** Read-only. */
  readonly confirm: string;
  readonly mitigation: Mitigation;
  /** What of it we can do, where it was found: asked for first, measured before and after. */
  readonly remedy: 'drop-caches' | undefined;
  readonly fix: string;
  readonly references: readonly { readonly text: string; readonly url: string }[];
}

export interface TriageCheckedRow {
  readonly id: string;
  readonly title: string;
  readonly outcome: 'clear' | 'skipped' | 'notApplicable';
  readonly reason: Sentence;
}

/** Where the kubelet's CPU goes, in cores; what nothing measured is undefined. */
export interface TriageAccount {
  readonly cores: number | undefined;
  readonly userCores: number | undefined;
  readonly systemCores: number | undefined;
  /** What the profile shows, and what it does not. */
  readonly shownCores: number | undefined;
  readonly hiddenCores: number | undefined;
  /** The largest first; their shares sum up to 1. */
  readonly subsystems: readonly {
    readonly name: string;
    readonly value: number | undefined;
    readonly share: number;
  }[];
}

/** Whether this kernel has a known fix. */
export interface TriageKernelRow {
  readonly id: string;
  readonly state: 'fixed' | 'not-fixed' | 'partly' | 'unknown';
  readonly because: Sentence;
  readonly advice: Sentence | undefined;
}

/** A node judged by all that was taken of it. */
export interface TriageReport {
  readonly kind: 'triage';
  readonly facts: NodeFacts;
  /** Cores of the kubelet's process; undefined where nothing measured it. */
  readonly kubeletCores: number | undefined;
  readonly account: TriageAccount;
  /** Missing fixes first. */
  readonly kernel: readonly TriageKernelRow[];
  /** Most likely and costly first. */
  readonly findings: readonly TriageFindingRow[];
  /** Healthy ones first, then those that could not be looked at. */
  readonly checked: readonly TriageCheckedRow[];
  readonly steps: readonly TriageStep[];
  readonly unread: CappedRows<Unread>;
  /** Of the cluster, as far as the evidence tells them: what an export can leave out. */
  readonly names: ClusterNames;
}

/** What was done to a node for a finding, and whether it helped. */
export interface RemedyReport {
  readonly kind: 'remedy';
  readonly remedy: Remedy;
  /** Title of the rule whose finding it was for. */
  readonly cause: string;
  readonly outcome: RemedyOutcome;
}

export type Report =
  CallsReport | ThreadsReport | CgroupsReport | NodeFactsReport | TriageReport | RemedyReport;
