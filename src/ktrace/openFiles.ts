/**
 * Which file a descriptor was open on, from looks at /proc/PID/fd that stand in the trace as markers (traceScripts.ts).
 * A look tells of one moment. A call is linked to a path where a look during the call saw its descriptor open on it, or
 * where the looks before and after both did: inferred, and said to be. A forged file may hold any markers in any order:
 * every step takes a bounded time.
 */
import { TRACE_TEXT } from '../base/limits.js';

interface Stretch {
  readonly path: string;
  /** Time of the first look that saw it. */
  readonly from: number;
  /** Time of the last one; undefined while it is open: the last look of all. */
  to: number | undefined;
}

const MARKER = /^node-triage fd(?:s$| (\d+)(?: (\/.*))?$)/;

export class OpenFiles {
  private readonly stretches = new Map<number, Stretch[]>();
  private readonly open = new Map<number, Stretch>();
  private lastLook = 0;

  /** @returns false for text that is no marker of a look. */
  take(text: string, seconds: number): boolean {
    const marker = MARKER.exec(text);
    if (marker === null) return false;
    const [, number, path] = marker;
    // The look as such: all that is open and was not said to be gone was seen now.
    if (number === undefined) this.lastLook = Math.max(this.lastLook, seconds);
    else this.change(Number(number), path, seconds);
    return true;
  }

  private change(descriptor: number, path: string | undefined, seconds: number): void {
    const before = this.open.get(descriptor);
    if (before !== undefined) before.to = this.endOf(before);
    this.open.delete(descriptor);
    if (path === undefined) return;
    const known = this.stretches.get(descriptor);
    // Looks come one after the other, but the kernel may write the markers of two processors out of order.
    const stretch: Stretch = { path, from: Math.max(seconds, known?.at(-1)?.to ?? 0), to: undefined };
    this.open.set(descriptor, stretch);
    if (known === undefined) this.stretches.set(descriptor, [stretch]);
    else known.push(stretch);
  }

  private endOf({ from, to }: Stretch): number {
    return to ?? Math.max(from, this.lastLook);
  }

  /** The path that fits most of a call's time; undefined where no look tells. */
  pathOf(descriptor: number, from: number, to: number): string | undefined {
    let best: Stretch | undefined;
    let longest = -1;
    const stretches = this.stretches.get(descriptor) ?? [];
    const first = this.firstEndingFrom(stretches, from);
    for (let at = first; at < stretches.length; at++) {
      const stretch = stretches[at];
      if (stretch === undefined || stretch.from > to) break;
      if (at - first >= TRACE_TEXT.changesInCall) return undefined;
      const overlap = Math.min(this.endOf(stretch), to) - Math.max(stretch.from, from);
      if (overlap < 0 || overlap <= longest) continue;
      longest = overlap;
      best = stretch;
    }
    return best?.path;
  }

  /** They follow each other in time. */
  private firstEndingFrom(stretches: readonly Stretch[], seconds: number): number {
    let low = 0;
    let high = stretches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const stretch = stretches[middle];
      if (stretch !== undefined && this.endOf(stretch) < seconds) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
