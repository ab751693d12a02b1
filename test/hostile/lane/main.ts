/**
 * The hostile lane: hostile servers, files and trees, one after the other, each against a fresh process of the product.
 * Prints memory and time of each; last line `N passed, N failed`. Knows no attack: those are test/hostile/cases.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { MB, type CaseModule, type HostileCase } from './hostileCase.js';
import { randomFrom } from '../../support/random.js';
import { runCase, type CaseResult } from './runCase.js';

export interface LanePlace {
  readonly root: string;
  /** Bundles of this folder. */
  readonly folder: string;
  /** Names of the files below `cases`. */
  readonly cases: readonly string[];
}

const USAGE = `npm run test:hostile -- [--only TEXT] [--minutes N] [--seed N]
  --only TEXT    cases whose file or name contains it
  --minutes N    again and again with other random parameters, until N minutes are over
  --seed N       the first round's parameters (1 where not given)`;

interface Wanted {
  readonly only: string;
  readonly minutes: number;
  readonly seed: number;
}

interface Loaded {
  readonly file: string;
  readonly attacked: HostileCase;
}

/** Resolves with the exit code. */
export async function main(words: readonly string[], place: LanePlace): Promise<number> {
  const wanted = readWords(words);
  if (wanted === undefined) {
    console.log(USAGE);
    return words.includes('--help') ? 0 : 2;
  }
  const all = await loadCases(place);
  const chosen = all.filter(({ file, attacked }) => `${file} ${attacked.name}`.includes(wanted.only));
  if (chosen.length === 0) {
    console.error(`no case contains ${wanted.only}`);
    return 2;
  }
  const untilMs = performance.now() + wanted.minutes * 60_000;
  const sum = { passed: 0, failed: 0 };
  let seed = wanted.seed;
  do {
    await runRound(chosen, place, seed, sum);
    // Any number will do, as it is printed.
    seed = Math.floor(Math.random() * 2 ** 31);
  } while (performance.now() < untilMs);
  console.log(`${sum.passed} passed, ${sum.failed} failed`);
  return sum.failed === 0 ? 0 : 1;
}

async function runRound(
  chosen: readonly Loaded[],
  { folder }: LanePlace,
  seed: number,
  sum: { passed: number; failed: number },
): Promise<void> {
  const width = Math.max(...chosen.map(({ attacked }) => attacked.name.length));
  console.log(`seed ${seed}`);
  console.log(`${'case'.padEnd(width)}  memory   cap MB     time    cap s  blocked`);
  for (const [index, { file, attacked }] of chosen.entries()) {
    const caseFile = path.join(folder, 'cases', `${file}.mjs`);
    // A seed of its own for each: `--only` repeats what the whole round did.
    const random = randomFrom(seed + hashOf(attacked.name));
    const result = await runCase(
      attacked,
      { childFile: path.join(folder, 'lane/child.mjs'), caseFile },
      random,
    ).catch((error: unknown) => notPrepared(attacked, error));
    console.log(rowOf(attacked, result, width));
    if (result.failure === undefined) sum.passed++;
    else {
      sum.failed++;
      console.log(`  FAILED: ${result.failure.replaceAll('\n', '\n  ')}`);
      console.log(`  again: npm run test:hostile -- --seed ${seed} --only '${attacked.name}'`);
    }
    if (index === chosen.length - 1) console.log('');
  }
}

async function loadCases({ folder, cases }: LanePlace): Promise<Loaded[]> {
  const loaded: Loaded[] = [];
  for (const file of cases) {
    const url = pathToFileURL(path.join(folder, 'cases', `${file}.mjs`)).href;
    const module = (await import(url)) as CaseModule;
    loaded.push(...module.cases.map(attacked => ({ file, attacked })));
  }
  const names = loaded.map(({ attacked }) => attacked.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two cases are named ${twice}`);
  return loaded;
}

function notPrepared({ name }: HostileCase, error: unknown): CaseResult {
  const failure = `not prepared: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  return { name, bytes: 0, seconds: 0, blockedSeconds: 0, failure };
}

function rowOf({ name, capBytes, capSeconds }: HostileCase, result: CaseResult, width: number): string {
  const megabytes = (bytes: number): string => (bytes / MB).toFixed(0);
  const { bytes, seconds, blockedSeconds } = result;
  return [
    name.padEnd(width),
    `${megabytes(bytes)} MB`.padStart(7),
    megabytes(capBytes).padStart(7),
    `${seconds.toFixed(2)} s`.padStart(8),
    String(capSeconds).padStart(7),
    `${blockedSeconds.toFixed(2)} s`.padStart(8),
  ].join(' ');
}

function readWords(words: readonly string[]): Wanted | undefined {
  const wanted = { only: '', minutes: 0, seed: 1 };
  for (let at = 0; at < words.length; at += 2) {
    const [word, value] = words.slice(at, at + 2);
    if (word === '--only' && value !== undefined) wanted.only = value;
    else if (word === '--minutes' && Number(value) > 0) wanted.minutes = Number(value);
    else if (word === '--seed' && Number.isSafeInteger(Number(value))) wanted.seed = Number(value);
    else return undefined;
  }
  return wanted;
}

function hashOf(text: string): number {
  let hash = 0;
  for (const character of text) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash;
}
