import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { OrderClock, RESORT_MS } from '../../../src/nodes/orderClock.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const scene = { isRead: false, sorted: 0 };
  const clock = new OrderClock({ isRead: () => scene.isRead, sort: () => (scene.sorted += 1) });
  return { scene, clock };
}

it('sorts once in its time, however often a number changes', async () => {
  const { scene, clock } = setUp();
  for (let second = 0; second < 60; second++) {
    clock.changed();
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(scene.sorted).toBe(1 + 60_000 / RESORT_MS);
});

it('waits while a row is read', async () => {
  const { scene, clock } = setUp();
  scene.isRead = true;
  clock.changed();
  await vi.advanceTimersByTimeAsync(RESORT_MS);
  expect(scene.sorted).toBe(0);
  scene.isRead = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(scene.sorted).toBe(1);
});

it('sorts nothing where nothing changes, and leaves no timer', async () => {
  const { scene, clock } = setUp();
  clock.changed();
  await vi.advanceTimersByTimeAsync(10 * RESORT_MS);
  expect(scene.sorted).toBe(1);
  clock.changed();
  clock.dispose();
  expect(vi.getTimerCount()).toBe(0);
});
