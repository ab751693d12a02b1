/** What goes between who asks and the thread that works. One job at a time; each ends in one answer. */
import type { ErrorDescription } from '../base/errors.js';
import type {
  DecodedProfile,
  DecodeLimits,
  DecodePhase,
  FileKind,
  FoldedSamples,
  HotProfile,
  MergedSlices,
  ProfileSource,
  ReportPhase,
} from './workerPorts.js';
import type { Report } from '../report/model.js';

/** Adds slices to what the thread holds for a session, and makes the file where it is wanted. */
export interface MergeJob {
  readonly kind: 'merge';
  readonly session: number;
  /** Slices that the thread has to hold for this to go on; 0 begins anew. */
  readonly countBefore: number;
  /** Slices that there are with these. */
  readonly countAfter: number;
  /** What begins anew may have a merged file in the place of many. */
  readonly slices: readonly Uint8Array[];
  readonly isFileWanted: boolean;
  readonly limits: DecodeLimits;
}

export interface MergeResult extends MergedSlices {
  /** Where it was wanted. */
  readonly bytes: Uint8Array | undefined;
}

/** `lost`: the thread does not hold what the job goes on from. */
export type MergeAnswer = MergeResult | 'lost';

export type WorkerJob =
  | { readonly kind: 'decode'; readonly source: ProfileSource; readonly limits: DecodeLimits }
  | MergeJob
  | { readonly kind: 'endMerge'; readonly session: number }
  | {
      readonly kind: 'exportFolded';
      readonly source: ProfileSource;
      readonly sampleType: number;
      readonly limits: DecodeLimits;
    }
  | {
      readonly kind: 'listHot';
      readonly source: ProfileSource;
      readonly maxRows: number;
      readonly limits: DecodeLimits;
    }
  | { readonly kind: 'report'; readonly source: ProfileSource; readonly limits: DecodeLimits }
  | { readonly kind: 'foldSamples'; readonly source: ProfileSource; readonly limits: DecodeLimits }
  | { readonly kind: 'recognise'; readonly source: ProfileSource; readonly limits: DecodeLimits };

export type JobPhase = DecodePhase | ReportPhase;

/** Result of each job, by its kind. */
export interface WorkerResults {
  readonly decode: DecodedProfile;
  readonly merge: MergeAnswer;
  readonly endMerge: 'ended';
  readonly exportFolded: Uint8Array;
  readonly listHot: HotProfile;
  readonly report: Report;
  readonly foldSamples: FoldedSamples;
  readonly recognise: FileKind;
}

export type WorkerAnswer =
  | { readonly kind: 'phase'; readonly phase: JobPhase }
  | { readonly kind: 'result'; readonly result: WorkerResults[keyof WorkerResults] }
  | { readonly kind: 'failed'; readonly error: ErrorDescription };
