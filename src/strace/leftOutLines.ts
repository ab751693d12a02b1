/** Lines of a log that are in no count of calls: how many of each kind, and the first of each as it stands. */
import { plainLine } from '../base/plainLine.js';

export type LeftOutKind =
  /** No strace output as we know it. */
  | 'unknown'
  /** A frame of a stack (-k). */
  | 'frame'
  /** Bytes that were read or written (-e read=, -e write=). */
  | 'dump';

export interface LeftOut {
  readonly kind: LeftOutKind;
  readonly count: number;
  /** One line without controls, cut at {@link SHOWN_CHARACTERS}. */
  readonly first: string;
}

/** Enough to see what it is. */
export const SHOWN_CHARACTERS = 160;

export class LeftOutLines {
  private readonly kinds = new Map<LeftOutKind, { count: number; readonly first: string }>();

  add(kind: LeftOutKind, text: string): void {
    const seen = this.kinds.get(kind);
    if (seen === undefined) this.kinds.set(kind, { count: 1, first: plainLine(text, SHOWN_CHARACTERS) });
    else seen.count++;
  }

  count(kind: LeftOutKind): number {
    return this.kinds.get(kind)?.count ?? 0;
  }

  /** In the order in which the kinds were met. */
  all(): readonly LeftOut[] {
    return [...this.kinds].map(([kind, { count, first }]) => ({ kind, count, first }));
  }
}
