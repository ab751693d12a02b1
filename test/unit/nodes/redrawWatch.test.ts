import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RedrawWatch } from '../../../src/nodes/redrawWatch.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('RedrawWatch', () => {
  it('leaves rows alone that are asked for in time', () => {
    const redrawAll = vi.fn();
    const watch = new RedrawWatch<string>(redrawAll);
    watch.told('a');
    vi.advanceTimersByTime(1_000);
    watch.drawn('a');
    vi.advanceTimersByTime(10_000);
    expect(redrawAll).not.toHaveBeenCalled();
  });

  it('draws everything, once, where rows are passed over', () => {
    const redrawAll = vi.fn();
    const watch = new RedrawWatch<string>(redrawAll);
    watch.told('a');
    watch.told('b');
    vi.advanceTimersByTime(10_000);
    expect(redrawAll).toHaveBeenCalledOnce();
  });

  it('counts from the first time that a row was told of', () => {
    const redrawAll = vi.fn();
    const watch = new RedrawWatch<string>(redrawAll);
    for (let count = 0; count < 11; count++) {
      watch.told('a');
      vi.advanceTimersByTime(200);
    }
    expect(redrawAll).toHaveBeenCalledOnce();
  });

  it('does nothing after its end', () => {
    const redrawAll = vi.fn();
    const watch = new RedrawWatch<string>(redrawAll);
    watch.told('a');
    watch.dispose();
    vi.advanceTimersByTime(10_000);
    expect(redrawAll).not.toHaveBeenCalled();
  });
});
