/** Whether a case is a fault: an exception that is no TriageError, a second of CPU, memory without bound; and the smallest input for it. */
import { performance } from 'node:perf_hooks';
import type { Target } from './targets.js';

export interface Fault {
  readonly what: 'exception' | 'slow' | 'memory';
  readonly detail: string;
  /** Of an exception the smallest input found that gives the same. */
  readonly input: Uint8Array;
}

type Runnable = Pick<Target, 'run'>;

/** Of the processor, not of the clock on the wall: a busy machine is no fault. */
const MOST_CPU_SECONDS = 1;
/** Of the whole process, after a case: inputs have at most 256 KB. */
const MOST_MEMORY = 1200 * 1024 * 1024;
const MOST_TRIES = 120;
const MINIMISE_SECONDS = 5;

/** Never rejects. */
export async function judgeCase(
  target: Runnable,
  input: Uint8Array,
  others: readonly Uint8Array[],
): Promise<readonly Fault[]> {
  const { error, cpuSeconds } = await measure(target, input, others);
  const faults: Fault[] = [];
  const found = (what: Fault['what'], detail: string, smallest: Uint8Array): void =>
    void faults.push({ what, detail, input: smallest });
  if (error !== undefined)
    found('exception', textOf(error), await minimise(input, each => fails(target, each, others, error)));
  else if (cpuSeconds > MOST_CPU_SECONDS && (await isSlow(target, input, others)))
    found('slow', `${cpuSeconds.toFixed(2)} s of CPU`, input);
  const memory = process.memoryUsage.rss();
  if (memory > MOST_MEMORY) found('memory', `${Math.round(memory / 2 ** 20)} MB`, input);
  return faults;
}

async function measure(
  target: Runnable,
  input: Uint8Array,
  others: readonly Uint8Array[],
): Promise<{ readonly error: unknown; readonly cpuSeconds: number }> {
  const before = process.cpuUsage();
  let error: unknown;
  try {
    await target.run(input, others);
  } catch (thrown) {
    error = thrown ?? new Error('nothing was thrown');
  }
  const { user, system } = process.cpuUsage(before);
  return { error, cpuSeconds: (user + system) / 1e6 };
}

/** Once more, twice: the first run of a reader compiles it, and a collection of garbage is no fault of a case. */
async function isSlow(target: Runnable, input: Uint8Array, others: readonly Uint8Array[]): Promise<boolean> {
  const again = [await measure(target, input, others), await measure(target, input, others)];
  return again.every(({ cpuSeconds }) => cpuSeconds > MOST_CPU_SECONDS);
}

async function fails(
  target: Runnable,
  input: Uint8Array,
  others: readonly Uint8Array[],
  first: unknown,
): Promise<boolean> {
  const { error } = await measure(target, input, others);
  return error !== undefined && headOf(error) === headOf(first);
}

/** Takes away halves, quarters and smaller pieces as long as the same error comes. */
async function minimise(
  input: Uint8Array,
  stillFails: (input: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  const until = performance.now() + MINIMISE_SECONDS * 1000;
  let smallest = input;
  let tries = 0;
  for (let size = smallest.length >> 1; size > 0; size >>= 1)
    for (let at = 0; at < smallest.length;) {
      if (++tries > MOST_TRIES || performance.now() > until) return smallest;
      const less = new Uint8Array(Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + size)]));
      if (await stillFails(less)) smallest = less;
      else at += size;
    }
  return smallest;
}

/** Of an error, what tells it from others: its message without numbers, and where it was thrown. */
function headOf(error: unknown): string {
  const [message = '', place = ''] = textOf(error).split('\n');
  return `${message.replace(/\d+/gu, 'N')} ${place.trim()}`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
