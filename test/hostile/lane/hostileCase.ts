/**
 * What a file of test/hostile/cases exports: attacks, each with the caps that the product has to keep against it. The
 * attacker is prepared in the lane's own process; the product runs alone in a fresh child, whose memory and time are
 * measured. Both load the same module, so nothing may happen when it is loaded.
 */
import type { Random } from '../../support/random.js';

export interface HostileCase<Given = unknown> {
  /** `list: pages without an end`: the part of the product, then the attack. */
  readonly name: string;
  /**
   * What the child may grow by, at its peak, above what it held before the attack, in bytes. A cap is passed where
   * an attack goes on; garbage that V8 has not collected yet is within it.
   */
  readonly capBytes: number;
  /** The longest that `attack` may take: five times what a slow machine needs. */
  readonly capSeconds: number;
  /** The longest in which the child's event loop may do nothing else; not watched where not given. */
  readonly capBlockedSeconds?: number;
  /** Of the child's JavaScript heap, in MB (`--max-old-space-size`); Node's own where not given. */
  readonly heapMegabytes?: number;
  /** In the lane's process: starts the server, writes the files. `random` varies sizes and texts from round to round. */
  prepare(random: Random): Promise<Prepared<Given>>;
  /** In the child: what the product does with it. Throws where the answer is not what it has to be (node:assert). */
  attack(given: Given): Promise<void>;
}

export interface Prepared<Given> {
  /** Crosses to the child as JSON. */
  readonly given: Given;
  /** Ends the server, removes the files; called on every way out. */
  close(): Promise<void>;
}

/** The shape of a file of test/hostile/cases. */
export interface CaseModule {
  readonly cases: readonly HostileCase[];
}

/** Keeps the type of what crosses from `prepare` to `attack`. */
export function hostileCase<Given>(definition: HostileCase<Given>): HostileCase {
  // Given is what this very case prepared: the lane hands it on unread.
  return definition;
}

export const MB = 1024 * 1024;
