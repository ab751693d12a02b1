/** What goes between who asks and the thread that works. One job at a time; each ends in one answer. */
import type { ErrorDescription } from '../base/errors.js';
import type {
  DecodedProfile,
  DecodeLimits,
  DecodePhase,
  EditorKind,
  FoldedSamples,
  HotProfile,
  MergedSlices,
  ProfileSource,
  ReportPhase,
} from './ports.js';
import type { Report } from '../report/model.js';

export type WorkerJob =
  | { readonly kind: 'decode'; readonly source: ProfileSource; readonly limits: DecodeLimits }
  | { readonly kind: 'merge'; readonly slices: readonly Uint8Array[]; readonly limits: DecodeLimits }
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
  readonly merge: MergedSlices;
  readonly exportFolded: Uint8Array;
  readonly listHot: HotProfile;
  readonly report: Report;
  readonly foldSamples: FoldedSamples;
  readonly recognise: EditorKind;
}

export type WorkerAnswer =
  | { readonly kind: 'phase'; readonly phase: JobPhase }
  | { readonly kind: 'result'; readonly result: WorkerResults[keyof WorkerResults] }
  | { readonly kind: 'failed'; readonly error: ErrorDescription };
