/**
 * Runs cases one after the other and says each to its parent before it begins: what hangs or takes the process with it is then
 * known by its number. A case is made of the seed and its number alone.
 */
import { randomFrom } from '../support/random.js';
import { judgeCase, type Fault } from './judgeCase.js';
import { MADE_SEEDS } from './madeSeeds.js';
import { mutate } from './mutate.js';
import { readSeeds, type Seed } from './seeds.js';
import { TARGETS, type Target } from './targets.js';

export interface FuzzRequest {
  readonly seed: number;
  /** The first case, and how many. */
  readonly from: number;
  readonly count: number;
  /** Absolute path of test/fixtures. */
  readonly fixtures: string;
}

export type FuzzNews =
  | { readonly kind: 'begun'; readonly at: number; readonly target: string; readonly seedName: string }
  | {
      readonly kind: 'finding';
      readonly at: number;
      readonly target: string;
      readonly seedName: string;
      readonly what: Fault['what'];
      readonly detail: string;
      /** Base64: the smallest input found that does the same. */
      readonly input: string;
    }
  | { readonly kind: 'end'; readonly cpuSeconds: number; readonly peakBytes: number };

interface Case {
  readonly target: Target;
  readonly seed: Seed;
  readonly input: Uint8Array;
  readonly others: readonly Uint8Array[];
}

const tell = (news: FuzzNews): void => void process.send?.(news);

async function main({ seed, from, count, fixtures }: FuzzRequest): Promise<void> {
  const seeds = [...readSeeds(fixtures), ...MADE_SEEDS];
  const started = process.cpuUsage();
  let peakBytes = 0;
  for (let at = from; at < from + count; at++) {
    const one = caseOf(seed, at, seeds);
    tell({ kind: 'begun', at, target: one.target.name, seedName: one.seed.name });
    for (const fault of await judgeCase(one.target, one.input, one.others)) found(at, one, fault);
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }
  const { user, system } = process.cpuUsage(started);
  tell({ kind: 'end', cpuSeconds: (user + system) / 1e6, peakBytes });
}

function caseOf(seed: number, at: number, seeds: readonly Seed[]): Case {
  const random = randomFrom((Math.imul(seed, 0x9e3779b1) ^ Math.imul(at + 1, 0x85ebca6b)) >>> 0);
  const target = random.pick(TARGETS);
  const fitting = seeds.filter(({ name }) => target.takes.test(name));
  const chosen = random.pick(fitting);
  const others = [random.pick(fitting).bytes, random.pick(seeds).bytes];
  return { target, seed: chosen, input: mutate(chosen.bytes, others, random), others };
}

function found(at: number, { target, seed }: Case, { what, detail, input }: Fault): void {
  const bytes = Buffer.from(input).toString('base64');
  tell({ kind: 'finding', at, target: target.name, seedName: seed.name, what, detail, input: bytes });
}

process.once('message', request => {
  void main(request as FuzzRequest).then(() => process.disconnect());
});
