import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { READING_MS, type RowFace, RowUpdates } from '../../../src/nodes/rowUpdates.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Row {
  readonly name: string;
  face: RowFace;
}

function setUp() {
  const redrawn: string[] = [];
  const updates = new RowUpdates<Row>({
    faceOf: row => row.face,
    redraw: rows => redrawn.push(...rows.map(({ name }) => name)),
  });
  const row = (name: string): Row => ({ name, face: { state: 'Ready', rest: '0.40 cores' } });
  const rows = [row('a'), row('b')] as const;
  for (const one of rows) updates.drawn(one, one.face);
  const chosen = (): string[] => updates.choose(rows).map(({ name }) => name);
  return { updates, rows, redrawn, chosen };
}

it('refreshes rows that show something else, and no other', () => {
  const { rows, chosen } = setUp();
  expect(chosen()).toEqual([]);
  rows[1].face = { state: 'Ready', rest: '0.41 cores' };
  expect(chosen()).toEqual(['b']);
});

it('does not ask for a row that the editor never had', () => {
  const { updates } = setUp();
  expect(updates.choose([{ name: 'new', face: { state: '', rest: '' } }])).toEqual([]);
});

it('leaves the numbers of a row alone while its tooltip is read, and brings them afterwards', async () => {
  const { updates, rows, redrawn, chosen } = setUp();
  updates.asked(rows[0]);
  expect(updates.isAnyRead).toBe(true);
  for (const one of rows) one.face = { state: 'Ready', rest: '1.20 cores' };
  expect(chosen()).toEqual(['b']);
  updates.drawn(rows[1], rows[1].face);
  await vi.advanceTimersByTimeAsync(READING_MS - 100);
  expect([chosen(), redrawn]).toEqual([[], []]);
  await vi.advanceTimersByTimeAsync(200);
  expect(redrawn).toEqual(['a']);
  expect(updates.isAnyRead).toBe(false);
});

it('shows a state at once, also while a hover is read', () => {
  const { updates, rows, chosen } = setUp();
  updates.asked(rows[0]);
  rows[0].face = { state: 'NotReady', rest: '0.40 cores' };
  expect(chosen()).toEqual(['a']);
});

it('brings nothing where all is as it was, or drawn meanwhile', async () => {
  const { updates, rows, redrawn } = setUp();
  updates.asked(rows[0]);
  updates.asked(rows[1]);
  for (const one of rows) one.face = { state: 'Ready', rest: '1.20 cores' };
  updates.choose(rows);
  rows[0].face = { state: 'Ready', rest: '0.40 cores' };
  updates.drawn(rows[1], rows[1].face);
  await vi.advanceTimersByTimeAsync(2 * READING_MS);
  expect(redrawn).toEqual([]);
});

it('leaves no timer after its end', () => {
  const { updates, rows } = setUp();
  updates.asked(rows[0]);
  updates.dispose();
  expect(vi.getTimerCount()).toBe(0);
});
