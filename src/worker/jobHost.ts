/**
 * What jobs need of the machine they run on: the bytes of a source, inflating, gzip. Jobs know nothing else of it; node/
 * has the host for Node.
 */
import type { JobPhase } from './workerMessages.js';
import type { ProfileSource } from './workerPorts.js';

/** A host may do its work at once, as Node's thread does, or only by promises, as a browser does. */
export type Awaitable<T> = T | Promise<T>;

export type OnPhase = (phase: JobPhase) => void;

export interface JobHost {
  /**
   * All bytes of a source, inflated; `onPhase` is told `reading` and `inflating`. Not a byte more than `maxBytes` is
   * held, stored or inflated. Throws or rejects with TriageError `file-unreadable`, `file-empty`, `file-too-large`,
   * `file-truncated`, `file-corrupt`.
   */
  open(source: ProfileSource, maxBytes: number, onPhase: OnPhase): Awaitable<Uint8Array>;
  /** The beginning of a source, inflated as far as that goes: enough to tell its format by. Fails as `open` does. */
  openHead(source: ProfileSource): Awaitable<Uint8Array>;
  /** As `open` for bytes that are at hand, inflated or not. */
  inflate(bytes: Uint8Array, maxBytes: number): Awaitable<Uint8Array>;
  gzip(bytes: Uint8Array): Awaitable<Uint8Array>;
}
