/** When rows that are sorted by a number are sorted anew: seldom, and not while a person reads one of them. */

/** Longer than it takes to find a row and to click on it. */
export const RESORT_MS = 15_000;
/** How soon it is looked again whether the reader is gone. */
const AGAIN_MS = 1_000;

export class OrderClock {
  private lastMs = -Infinity;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly deps: { isRead(): boolean; sort(): void }) {}

  /** A number is another one: sorts at once after a quiet time, else when it is due. */
  changed(): void {
    this.timer ??= setTimeout(() => this.look(), Math.max(0, this.lastMs + RESORT_MS - performance.now()));
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private look(): void {
    if (this.deps.isRead()) {
      this.timer = setTimeout(() => this.look(), AGAIN_MS);
      return;
    }
    this.timer = undefined;
    this.lastMs = performance.now();
    this.deps.sort();
  }
}
