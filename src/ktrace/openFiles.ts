/**
 * Which file a descriptor was open on, from looks at /proc/PID/fd that stand in the trace as markers (traceScripts.ts).
 * A look tells of one moment. A call is linked to a path where a look during the call saw its descriptor open on it, or
 * where the looks before and after both did: inferred, and said to be.
 */

interface Stretch {
  readonly path: string;
  /** Time of the first look that saw it. */
  readonly from: number;
  /** Time of the last one. */
  to: number;
}

const MARKER = /^node-triage fd(?:s$| (\d+)(?: (\/.*))?$)/;

export class OpenFiles {
  private readonly stretches = new Map<number, Stretch[]>();
  private readonly open = new Map<number, Stretch>();

  /** @returns false for text that is no marker of a look. */
  take(text: string, seconds: number): boolean {
    const marker = MARKER.exec(text);
    if (marker === null) return false;
    const [, number, path] = marker;
    // The look as such: all that is open and was not said to be gone was seen now.
    if (number === undefined) for (const stretch of this.open.values()) stretch.to = seconds;
    else this.change(Number(number), path, seconds);
    return true;
  }

  private change(descriptor: number, path: string | undefined, seconds: number): void {
    this.open.delete(descriptor);
    if (path === undefined) return;
    const stretch: Stretch = { path, from: seconds, to: seconds };
    this.open.set(descriptor, stretch);
    const known = this.stretches.get(descriptor);
    if (known === undefined) this.stretches.set(descriptor, [stretch]);
    else known.push(stretch);
  }

  /** The path that fits most of a call's time; undefined where no look tells. */
  pathOf(descriptor: number, from: number, to: number): string | undefined {
    let best: Stretch | undefined;
    let longest = -1;
    for (const stretch of this.stretches.get(descriptor) ?? []) {
      const overlap = Math.min(stretch.to, to) - Math.max(stretch.from, from);
      if (overlap < 0 || overlap <= longest) continue;
      longest = overlap;
      best = stretch;
    }
    return best?.path;
  }
}
