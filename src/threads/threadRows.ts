/** The table of threads, and of the calls they were found in. */
import type { CallShare, ThreadPlace, ThreadRow } from './model.js';
import type { Observation, ObservedCall, ObservedRound } from './observe.js';
import type { NodeLook, ThreadSample } from './parseSamples.js';
import { SECONDS_PER_TICK } from './ticks.js';

export type PlaceCounts = Record<ThreadPlace, number>;

export function noPlaces(): PlaceCounts {
  return { kernel: 0, user: 0, cpu: 0, waiting: 0, disk: 0, stopped: 0, other: 0 };
}

/** One thread, from its first sample to its last. A thread number that is used again is another thread. */
interface Life {
  readonly first: ThreadSample;
  readonly firstSeconds: number;
  readonly firstRound: number;
  last: ThreadSample;
  lastSeconds: number;
  lastRound: number;
  readonly places: PlaceCounts;
  samples: number;
  readonly calls: CallCounter;
}

export function buildThreadRows(
  rounds: readonly ObservedRound[],
  looks: readonly NodeLook[],
): readonly ThreadRow[] {
  const lives = new Map<string, Life>();
  rounds.forEach((observed, index) => {
    for (const thread of observed.threads) addToLife(lives, thread, observed.round.uptimeSeconds, index);
  });
  const rows = [...lives.values()].map(life => toRow(life, rounds.length, looks));
  const inCall = (row: ThreadRow) => row.samples - row.places.waiting;
  return rows.sort(
    (a, b) =>
      b.userSeconds + b.systemSeconds - (a.userSeconds + a.systemSeconds) ||
      inCall(b) - inCall(a) ||
      a.tid - b.tid,
  );
}

function addToLife(
  lives: Map<string, Life>,
  { sample, place, call }: Observation,
  seconds: number,
  index: number,
): void {
  const key = `${sample.tid} ${sample.startTicks}`;
  let life = lives.get(key);
  if (life === undefined) {
    life = {
      first: sample,
      firstSeconds: seconds,
      firstRound: index,
      last: sample,
      lastSeconds: seconds,
      lastRound: index,
      places: noPlaces(),
      samples: 0,
      calls: new CallCounter(),
    };
    lives.set(key, life);
  }
  life.last = sample;
  life.lastSeconds = seconds;
  life.lastRound = index;
  life.samples++;
  life.places[place]++;
  if (call !== undefined) life.calls.add(call);
}

function toRow(life: Life, roundCount: number, looks: readonly NodeLook[]): ThreadRow {
  const { first, last } = life;
  const isNew = life.firstRound > 0;
  // All it used, it used since it came.
  const userTicks = last.userTicks - (isNew ? 0 : first.userTicks);
  const systemTicks = last.systemTicks - (isNew ? 0 : first.systemTicks);
  const from = isNew ? first.startTicks * SECONDS_PER_TICK : life.firstSeconds;
  const seconds = life.lastSeconds - from;
  const userSeconds = userTicks * SECONDS_PER_TICK;
  const systemSeconds = systemTicks * SECONDS_PER_TICK;
  return {
    tid: last.tid,
    command: last.command,
    samples: life.samples,
    places: life.places,
    calls: life.calls.list(),
    userSeconds,
    systemSeconds,
    cores: seconds > 0 ? (userSeconds + systemSeconds) / seconds : 0,
    runDelaySeconds: isNew ? undefined : runDelayOf(last.tid, looks),
    isNew,
    isGone: life.lastRound < roundCount - 1,
  };
}

function runDelayOf(tid: number, looks: readonly NodeLook[]): number | undefined {
  const before = looks[0]?.threadRunDelays.get(tid);
  const after = looks.length < 2 ? undefined : looks.at(-1)?.threadRunDelays.get(tid);
  return before === undefined || after === undefined ? undefined : (after - before) / 1e9;
}

interface OpenCall {
  detail: string;
  samples: number;
  readonly waits: Map<string, number>;
}

/** Counts by call and file. */
export class CallCounter {
  private readonly calls = new Map<string, OpenCall & Pick<CallShare, 'syscall' | 'file'>>();

  add({ syscall, file, detail, waitsIn }: ObservedCall): void {
    const key = `${syscall}\n${file ?? ''}`;
    let call = this.calls.get(key);
    if (call === undefined) {
      call = { syscall, file, detail, samples: 0, waits: new Map() };
      this.calls.set(key, call);
    }
    call.samples++;
    call.detail = detail;
    if (waitsIn !== undefined) call.waits.set(waitsIn, (call.waits.get(waitsIn) ?? 0) + 1);
  }

  /** Most frequent first. */
  list(): readonly CallShare[] {
    return [...this.calls.values()]
      .map(({ waits, ...call }) => ({ ...call, waitsIn: mostFrequent(waits) }))
      .sort((a, b) => b.samples - a.samples || (a.syscall < b.syscall ? -1 : 1));
  }
}

function mostFrequent(counts: ReadonlyMap<string, number>): string | undefined {
  let best: string | undefined;
  let most = 0;
  for (const [name, count] of counts)
    if (count > most) {
      best = name;
      most = count;
    }
  return best;
}
