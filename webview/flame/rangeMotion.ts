/** The visible range of a flame view, set at once or glided to; at once where the user wants less motion. */
import type { Range } from './viewport.js';

const GLIDE_MS = 130;

export const WHOLE: Range = { left: 0, right: 1 };

export class RangeMotion {
  #current: Range = WHOLE;
  #target: Range = WHOLE;
  #animation = 0;
  readonly #onStep: () => void;

  constructor(onStep: () => void) {
    this.#onStep = onStep;
  }

  get current(): Range {
    return this.#current;
  }

  /** Where a glide under way will end; the current range where there is none. */
  get target(): Range {
    return this.#target;
  }

  set(range: Range): void {
    cancelAnimationFrame(this.#animation);
    this.#current = range;
    this.#target = range;
    this.#onStep();
  }

  glideTo(target: Range): void {
    cancelAnimationFrame(this.#animation);
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.set(target);
      return;
    }
    this.#target = target;
    const from = this.#current;
    const begun = performance.now();
    const between = (a: number, b: number, share: number): number => a + (b - a) * share;
    const step = (now: number): void => {
      const part = Math.min(1, Math.max(0, (now - begun) / GLIDE_MS));
      const eased = 1 - (1 - part) ** 3;
      this.#current =
        part === 1
          ? target
          : { left: between(from.left, target.left, eased), right: between(from.right, target.right, eased) };
      this.#onStep();
      if (part < 1) this.#animation = requestAnimationFrame(step);
    };
    this.#animation = requestAnimationFrame(step);
  }

  stop(): void {
    cancelAnimationFrame(this.#animation);
  }
}
