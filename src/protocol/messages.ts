/**
 * Everything that crosses between the extension host and the profile editor's webview: one map a direction.
 * Big things are typed arrays inside ProfileTables (VS Code moves ArrayBuffers as binary); the rest is small JSON.
 */
import type { ErrorDescription } from '../base/errors.js';
import type { ProfileSummary, ProfileTables } from '../profile/model.js';

/** What the capture folder beside the profile tells about it; absent for a file from elsewhere. */
export interface CaptureFacts {
  readonly node?: string | undefined;
  readonly context?: string | undefined;
  readonly kubeletVersion?: string | undefined;
  readonly kernelVersion?: string | undefined;
  /** What was asked for: `cpu`, `heap`, … */
  readonly profile?: string | undefined;
  /** RFC 3339. */
  readonly startedAt?: string | undefined;
  /** The kubelet's own CPU in the profiled window, from its metrics; in cores. */
  readonly processCores?: number | undefined;
  /** CPU seconds the kubelet's process used in the window. */
  readonly processCpuSeconds?: number | undefined;
  /** `running` while slices still come in. */
  readonly state: 'running' | 'complete' | 'stopped' | 'failed';
  /** Finished and planned slices. */
  readonly slicesDone?: number | undefined;
  readonly slicesPlanned?: number | undefined;
  readonly secondsLeft?: number | undefined;
  /** Sentences about what went wrong on the way (already in the user's language). */
  readonly issues: readonly string[];
}

export interface ProfilePayload {
  /** File name, for the title and the screen reader. */
  readonly name: string;
  readonly summary: ProfileSummary;
  readonly tables: ProfileTables;
  readonly capture: CaptureFacts | undefined;
}

/** An error as the webview shows it: translated by the host. */
export interface ShownError {
  readonly error: ErrorDescription;
  /** What failed, on which node, likely cause. */
  readonly text: string;
  /** What to do next. */
  readonly nextStep: string | undefined;
}

/** Answer to `profile/load`. */
export type LoadOutcome =
  | {
      readonly kind: 'profile';
      readonly payload: ProfilePayload;
      /** A function the user asked to see before the page was there. */
      readonly showFunction?: string | undefined;
    }
  | { readonly kind: 'failed'; readonly shown: ShownError };

/** Which of a function's links; `best`: the nearest there is. */
export const SOURCE_TARGETS = [
  'best',
  'local',
  'source',
  'vendored',
  'published',
  'kernel',
  'localKernel',
] as const;
export type SourceTarget = (typeof SOURCE_TARGETS)[number];

export interface ShownSource {
  readonly target: SourceTarget;
  /** What it opens and how sure that is, in the user's language. */
  readonly label: string;
  /** Its address, and what keeps it from being exact. */
  readonly detail: string;
}

export interface ShownSources {
  /** The best first. */
  readonly links: readonly ShownSource[];
  /** Why there is no source; '' where there is one. */
  readonly reason: string;
}

/** Webview asks, host answers. */
export interface WebviewRequests {
  /** Sent once when the page is ready, and again by the page's Retry. Cancelled when the page goes. */
  'profile/load': { readonly params: Record<string, never>; readonly result: LoadOutcome };
  'text/copy': { readonly params: { readonly text: string }; readonly result: true };
  'capture/stop': { readonly params: Record<string, never>; readonly result: true };
  /** Shows the same file in the report editor. */
  'file/openOther': { readonly params: Record<string, never>; readonly result: true };
  'log/show': { readonly params: Record<string, never>; readonly result: true };
  /** Functions are known by name and file. */
  'source/list': {
    readonly params: { readonly name: string; readonly file: string };
    readonly result: ShownSources;
  };
  'source/open': {
    readonly params: { readonly name: string; readonly file: string; readonly target: SourceTarget };
    readonly result: boolean;
  };
  'profile/exportFolded': { readonly params: { readonly sampleType: number }; readonly result: boolean };
}

/** Host tells, webview does not answer. */
export interface HostEvents {
  /** The file was replaced (a growing capture) and decoded anew: keep the view, change the numbers. */
  'profile/changed': { readonly payload: ProfilePayload };
  /** Only the capture's state moved on (seconds left, stopped). */
  'capture/changed': { readonly capture: CaptureFacts };
  /** The file went away or became unreadable while open; the picture stays, with this notice. */
  'profile/stale': { readonly shown: ShownError };
  /** Progress of the first load. */
  'profile/progress': { readonly phase: 'reading' | 'inflating' | 'decoding' | 'merging' };
  /** A command of the host (palette, keybinding, editor title) to carry out in the page. */
  'view/do': { readonly action: ViewAction };
  /** Select the heaviest box of a function, by its name. */
  'view/showFunction': { readonly name: string };
}

export type ViewAction =
  | 'search'
  | 'resetZoom'
  | 'toggleOrientation'
  | 'toggleBottomUp'
  | 'exportFolded'
  | 'focusTable'
  | 'focusGraph';

/** Page-level settings and words, put into the HTML by the host. */
export interface PageBoot {
  /** Translated words by English text, for the language of the editor; missing ones fall back to the English. */
  readonly words: Readonly<Record<string, string>>;
  readonly orientation: 'icicle' | 'flame';
}
