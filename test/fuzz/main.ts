/**
 * The fuzzer: cases in a child process, which is watched. Prints what it found, with what runs it again, writes each
 * input to out/fuzz, and fails by its exit code. Last line: `N passed, N failed`.
 */
import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { FuzzNews, FuzzRequest } from './child.js';

const USAGE = `Usage: npm run fuzz -- [--minutes N] [--cases N] [--seed N] [--at N]

  --minutes N  as many cases as come in so many minutes, of a seed of its own unless one is given
  --cases N    so many cases: the same everywhere for one seed (what npm test does)
  --at N       that one case of the seed`;

/** Of npm test: a minute of a processor. */
const USUAL_CASES = 8_000;
const USUAL_SEED = 20_261_127;
/** Of one child: what a case leaves behind in memory does not add up without limit. */
const BATCH = 500;
/** Without a word of a new case: it hangs. On a loaded machine a case of a second takes several. */
const SILENCE_SECONDS = 60;
const CHILD_HEAP_MB = 768;
const MOST_FINDINGS = 20;

export interface FuzzPlace {
  readonly root: string;
  /** Absolute path of the compiled child. */
  readonly child: string;
  readonly silenceSeconds?: number;
}

interface Plan {
  readonly seed: number;
  readonly from: number;
  readonly cases: number;
  readonly untilMs: number;
}

type Finding = Extract<FuzzNews, { kind: 'finding' }>;

/** Resolves with the exit code. */
export async function main(args: readonly string[], place: FuzzPlace): Promise<number> {
  const plan = readPlan(args);
  if (plan === undefined) {
    console.error(USAGE);
    return 2;
  }
  console.log(`fuzz: seed ${plan.seed}`);
  const findings: Finding[] = [];
  let at = plan.from;
  let cpuSeconds = 0;
  let peakBytes = 0;
  while (at < plan.from + plan.cases && Date.now() < plan.untilMs && findings.length < MOST_FINDINGS) {
    const count = Math.min(BATCH, plan.from + plan.cases - at);
    const batch = await runBatch(place, { seed: plan.seed, from: at, count });
    for (const finding of batch.findings) report(place, plan.seed, finding);
    findings.push(...batch.findings);
    at = batch.next;
    cpuSeconds += batch.cpuSeconds;
    peakBytes = Math.max(peakBytes, batch.peakBytes);
  }
  const megabytes = Math.round(peakBytes / 2 ** 20);
  console.log(`${at - plan.from} cases, ${cpuSeconds.toFixed(0)} s of CPU, at most ${megabytes} MB`);
  // All cases are one test: their number says how long was looked, not how much was tested.
  console.log(findings.length === 0 ? '1 passed, 0 failed' : `0 passed, ${findings.length} failed`);
  return findings.length === 0 ? 0 : 1;
}

function readPlan(args: readonly string[]): Plan | undefined {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { minutes: option, cases: option, seed: option, at: option },
  });
  const numbers = Object.values(values).map(Number);
  if (numbers.some(value => !Number.isFinite(value) || value < 0)) return undefined;
  const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
  const own = minutes === undefined ? USUAL_SEED : Date.now() % 2 ** 31;
  return {
    seed: values.seed === undefined ? own : Number(values.seed),
    from: values.at === undefined ? 0 : Number(values.at),
    cases: values.at !== undefined ? 1 : casesOf(values.cases, minutes),
    untilMs: minutes === undefined ? Infinity : Date.now() + minutes * 60_000,
  };
}

function casesOf(cases: string | undefined, minutes: number | undefined): number {
  if (cases !== undefined) return Number(cases);
  return minutes === undefined ? USUAL_CASES : Number.MAX_SAFE_INTEGER;
}

interface Batch {
  readonly findings: readonly Finding[];
  /** The case to go on with. */
  readonly next: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** One child. One that hangs or dies is a finding of the case that it had begun; the next child goes on behind it. */
function runBatch(place: FuzzPlace, request: Omit<FuzzRequest, 'fixtures'>): Promise<Batch> {
  const { silenceSeconds = SILENCE_SECONDS } = place;
  const fixtures = path.join(place.root, 'test/fixtures');
  const child = fork(place.child, [], {
    execArgv: ['--enable-source-maps', `--max-old-space-size=${CHILD_HEAP_MB}`],
  });
  const findings: Finding[] = [];
  let begun = { at: request.from, target: 'process', seedName: '' };
  let end: Extract<FuzzNews, { kind: 'end' }> | undefined;
  let hangs = false;
  const silence = (): NodeJS.Timeout =>
    setTimeout(() => {
      hangs = true;
      child.kill('SIGKILL');
    }, silenceSeconds * 1000);
  let timer = silence();
  child.on('message', (news: FuzzNews) => {
    clearTimeout(timer);
    timer = silence();
    if (news.kind === 'begun') begun = news;
    else if (news.kind === 'finding') findings.push(news);
    else end = news;
  });
  child.send({ ...request, fixtures });
  return new Promise(resolve => {
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      const { cpuSeconds = 0, peakBytes = 0 } = end ?? {};
      const usual = { findings, cpuSeconds, peakBytes };
      if (end !== undefined) {
        resolve({ ...usual, next: request.from + request.count });
        return;
      }
      const detail = hangs ? `no end in ${silenceSeconds} s` : `the process ended: ${signal ?? code ?? ''}`;
      const died: Finding = {
        ...begun,
        ...{ kind: 'finding', what: 'exception', detail, input: '' },
      };
      resolve({ ...usual, findings: [...findings, died], next: begun.at + 1 });
    });
  });
}

function report(
  { root }: FuzzPlace,
  seed: number,
  { at, target, seedName, what, detail, input }: Finding,
): void {
  console.log(`\nFAILED: ${what} in ${target}, from ${seedName || 'unknown'}: ${detail.slice(0, 1500)}`);
  console.log(`  again: npm run fuzz -- --seed ${seed} --at ${at}`);
  if (input === '') return;
  const folder = path.join(root, 'out/fuzz/found');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${seed}-${at}-${target}`);
  writeFileSync(file, Buffer.from(input, 'base64'));
  console.log(`  input: ${path.relative(root, file)}`);
}
