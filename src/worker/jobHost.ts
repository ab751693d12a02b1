/**
 * What jobs need of the machine they run on: the bytes of a source, inflating, gzip. Jobs know nothing else of it; node/
 * has the host for Node.
 */
import type { MaterialFile } from '../material/collect.js';
import type { Unread } from '../material/model.js';
import type { JobPhase } from './workerMessages.js';
import type { ProfileSource } from './workerPorts.js';

/** A host may do its work at once, as Node's thread does, or only by promises, as a browser does. */
export type Awaitable<T> = T | Promise<T>;

export type OnPhase = (phase: JobPhase) => void;

/** Files that lie together, inflated, and those that could not be read. */
export interface MaterialFolder {
  readonly files: readonly MaterialFile[];
  readonly unread: readonly Unread[];
}

export interface JobHost {
  /**
   * All bytes of a source, inflated; `onPhase` is told `reading` and `inflating`. Not a byte more than `maxBytes` is
   * held, stored or inflated. Throws or rejects with TriageError `file-unreadable`, `file-empty`, `file-too-large`,
   * `file-truncated`, `file-corrupt`.
   */
  open(source: ProfileSource, maxBytes: number, onPhase: OnPhase): Awaitable<Uint8Array>;
  /** The beginning of a source, inflated as far as that goes: enough to tell its format by. Fails as `open` does. */
  openHead(source: ProfileSource): Awaitable<Uint8Array>;
  /**
   * The files in the folder of a source and of other captures of its case, within the limits of MATERIAL; of a source whose
   * folder cannot be listed itself alone. Fails as `open` does where the folder is gone.
   */
  openFolder(source: ProfileSource): Awaitable<MaterialFolder>;
  /**
   * The files that `accepts` names in the folder of a source and in all other captures of its case; none for a source that is
   * in no capture. Names as {@link openFolder} has them.
   */
  openCase(source: ProfileSource, accepts: (name: string) => boolean): Awaitable<MaterialFolder>;
  /** As `open` for bytes that are at hand, inflated or not. */
  inflate(bytes: Uint8Array, maxBytes: number): Awaitable<Uint8Array>;
  gzip(bytes: Uint8Array): Awaitable<Uint8Array>;
}
