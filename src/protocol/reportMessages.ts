/** Everything that crosses between the extension host and a report page: one map a direction, small JSON all of it. */
import type { Report } from '../report/model.js';
import type { CaptureFacts, ShownError } from './messages.js';

/** A kernel function, found for the node's release. */
export interface ShownKernel {
  readonly symbol: string;
  /** Its address, and what keeps the link from being exact; in the user's language. */
  readonly detail: string;
}

/** What serves the calls of the report in the node's kernel. */
export interface ShownKernels {
  /** By system call. */
  readonly byCall: Readonly<Record<string, ShownKernel>>;
  /** Of reads, by the path read from; only paths that a function of their own serves. */
  readonly byPath: Readonly<Record<string, ShownKernel>>;
}

/** What tracing cost the kubelet: its process's CPU in cores, and how long its own work took, in seconds. */
export interface ShownTraceCost {
  readonly cpuBefore: number;
  readonly cpuDuring: number;
  readonly cpuAfter: number;
  /** Means of its pod relist and its cgroup operations, since its start and during the trace. */
  readonly relistSecondsUsual?: number | undefined;
  readonly relistSecondsDuring?: number | undefined;
  readonly cgroupSecondsUsual?: number | undefined;
  readonly cgroupSecondsDuring?: number | undefined;
}

/** The node that the report's capture is of, or why no step can be taken on it. */
export type ReportNode =
  | { readonly kind: 'known'; readonly name: string }
  /** `file`: in no capture of ours; `imported`: of a colleague's; `unnamed`: the capture says no context or node. */
  | { readonly kind: 'file' | 'imported' | 'unnamed' };

export interface ReportPayload {
  /** File name. */
  readonly name: string;
  readonly report: Report;
  readonly capture: CaptureFacts | undefined;
  readonly kernels: ShownKernels;
  /** As the capture measured it. */
  readonly traceCost?: ShownTraceCost | undefined;
  /** On which the next steps can be taken. */
  readonly node: ReportNode;
  /** From how many cores on a kubelet counts as hot: the setting. */
  readonly hotCores: number;
  /** The samples are there as a flame graph, too: `threads.folded` beside the file. */
  readonly hasFlameGraph: boolean;
}

/** Answer to `report/load`. */
export type ReportOutcome =
  | { readonly kind: 'report'; readonly payload: ReportPayload }
  | { readonly kind: 'failed'; readonly shown: ShownError };

/** What a link of the page leads to. The page names calls and files; it never sends addresses. */
export const REPORT_LINKS = ['manual', 'overview', 'entry', 'worker', 'symbol'] as const;

export interface ReportLink {
  /**
   * `manual`: page of the call; `overview`: futex(7); `entry`: where the call enters; `worker`: what serves it;
   * `symbol`: `call` is a kernel function.
   */
  readonly target: (typeof REPORT_LINKS)[number];
  readonly call: string;
  /** The file read, for `worker`; '' elsewhere. */
  readonly path: string;
}

/** What a page may ask to be taken next on the node that its capture is of; the host asks before a debug pod is made. */
export const NODE_STEPS = ['triage', 'profile', 'threads', 'cgroups', 'calls', 'examine'] as const;
export type NodeStep = (typeof NODE_STEPS)[number];

/** Webview asks, host answers. */
export interface ReportRequests {
  /** Sent once when the page is ready, and again by Retry. Cancelled when the page goes. */
  'report/load': { readonly params: Record<string, never>; readonly result: ReportOutcome };
  /** False where it was declined. */
  'link/open': { readonly params: ReportLink; readonly result: boolean };
  /** A file beside the report's that its evidence names, at a line; false where it is none. */
  'file/openBeside': {
    readonly params: { readonly file: string; readonly line: number | undefined };
    readonly result: boolean;
  };
  /** A reference of a cause of the report, by its place in the list; false where there is none, or it was declined. */
  'reference/open': {
    readonly params: { readonly cause: string; readonly index: number };
    readonly result: boolean;
  };
  /** False where the capture names no node that can be reached. */
  'step/run': { readonly params: { readonly step: NodeStep }; readonly result: boolean };
  /** For a cause that was found and has a remedy; false where it was not. What comes is asked about first, twice. */
  'remedy/apply': { readonly params: { readonly cause: string }; readonly result: boolean };
  /** Measures once more what a remedy changed. */
  'remedy/check': { readonly params: Record<string, never>; readonly result: boolean };
  /** Asks for form, redaction and place, and writes; false where it was left, or is no triage. */
  'report/export': { readonly params: Record<string, never>; readonly result: boolean };
  'text/copy': { readonly params: { readonly text: string }; readonly result: true };
  'log/show': { readonly params: Record<string, never>; readonly result: true };
  /** Shows the samples as a flame graph, beside the report. */
  'file/openFlameGraph': { readonly params: Record<string, never>; readonly result: true };
  /** Shows the same file in the profile editor. */
  'file/openOther': { readonly params: Record<string, never>; readonly result: true };
}

/** Host tells, webview does not answer. */
export interface ReportEvents {
  /** The file was replaced, or what is known of its capture changed. */
  'report/changed': { readonly payload: ReportPayload };
  /** The file went away or became unreadable while open; the report stays, with this notice. */
  'report/stale': { readonly shown: ShownError };
  /** Progress of the first load. */
  'report/progress': { readonly phase: 'reading' | 'inflating' | 'parsing' | 'counting' };
}

/** Put into the HTML by the host. */
export interface ReportBoot {
  /** Translated words by English text; missing ones fall back to the English. */
  readonly words: Readonly<Record<string, string>>;
}
