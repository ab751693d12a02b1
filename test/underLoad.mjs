// @ts-check
/**
 * Whether the lanes hold on a busy machine: unit, contract and page ten times, integration and e2e three times, with
 * every core kept busy, then `npm test` five times with nothing beside it. Takes hours, so it can be stopped (Ctrl+C,
 * SIGTERM, even SIGKILL) and goes on with the run it was in; what ended is kept in out/underLoad, with each run's log.
 * Counts what failed and what passed only when it was tried again. Runs lanes, knows no test.
 *
 * --only NAME  some lanes, or `idle`; may be repeated    --times N  instead of ten, three and five
 * --fresh      forget what ended before                  --report   only show it
 */
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const folder = path.join(root, 'out', 'underLoad');
const record = path.join(folder, 'runs.json');
/** For a lane to take its browsers and servers down, once it is told to end. */
const GRACE_MS = 20_000;

/**
 * @typedef {object} Series
 * @property {number} times
 * @property {boolean} isLoaded
 * @property {string[]} lanes  of test/run.mjs; none: all of them
 *
 * @typedef {object} Run  one that ended
 * @property {string} name
 * @property {number} number  from 1
 * @property {number} passed
 * @property {number} failed
 * @property {number} repeated  tries beyond the first
 * @property {number} seconds
 */

/** @type {Readonly<Record<string, Series>>} */
const SERIES = {
  unit: { times: 10, isLoaded: true, lanes: ['unit'] },
  contract: { times: 10, isLoaded: true, lanes: ['contract'] },
  page: { times: 10, isLoaded: true, lanes: ['page'] },
  integration: { times: 3, isLoaded: true, lanes: ['integration'] },
  e2e: { times: 3, isLoaded: true, lanes: ['e2e'] },
  idle: { times: 5, isLoaded: false, lanes: [] },
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    times: { type: 'string' },
    fresh: { type: 'boolean' },
    report: { type: 'boolean' },
  },
});
const wanted = values.only ?? Object.keys(SERIES);
const unknown = wanted.filter(name => !(name in SERIES));
const times = values.times === undefined ? undefined : Number(values.times);
if (unknown.length > 0 || (times !== undefined && !(Number.isInteger(times) && times > 0))) {
  console.error(`--only takes ${Object.keys(SERIES).join(', ')}; --times a whole number above 0.`);
  process.exit(2);
}

/** What was shown holds for the commit that it was shown on; changes that are not committed count as another one. */
const version = `${git('rev-parse', 'HEAD')}${git('status', '--porcelain', '-uno') === '' ? '' : ', changed'}`;
if (values.fresh === true) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const runs = readRuns();

/** @type {import('node:child_process').ChildProcess | undefined} */
let running;
let isStopped = false;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, stop);

if (values.report !== true)
  for (const name of wanted) {
    const series = /** @type {Series} */ (SERIES[name]);
    const count = times ?? series.times;
    const load = series.isLoaded && missing(name, count).length > 0 ? keepCoresBusy() : [];
    for (const number of missing(name, count)) {
      const run = await runOnce(name, number, series.lanes);
      // One that was stopped is done again from its beginning.
      if (isStopped) break;
      runs.push(run);
      writeRuns();
      console.log(`${name} ${String(number)}/${String(count)}: ${outcome(run)}`);
    }
    await Promise.all(load.map(worker => worker.terminate()));
    if (isStopped) break;
  }
process.exitCode = isStopped ? 130 : summarise();

/** @param {string} name @param {number} count  @returns {number[]} numbers of the runs that have not ended yet */
function missing(name, count) {
  const ended = new Set(runs.filter(run => run.name === name).map(run => run.number));
  return Array.from({ length: count }, (_, index) => index + 1).filter(number => !ended.has(number));
}

/** Threads, not processes: they end with this one, however it ends. */
function keepCoresBusy() {
  return Array.from({ length: availableParallelism() }, () => new Worker('for (;;);', { eval: true }));
}

/**
 * @param {string} name
 * @param {number} number
 * @param {string[]} lanes
 * @returns {Promise<Run>}
 */
async function runOnce(name, number, lanes) {
  const started = performance.now();
  const log = createWriteStream(path.join(folder, `${name}-${String(number)}.log`));
  // A group of its own: Ctrl+C reaches it through `stop`, once. With CI set, lanes try again and count it.
  const child = spawn(process.execPath, ['test/run.mjs', ...lanes], {
    cwd: root,
    detached: true,
    env: { ...process.env, CI: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running = child;
  let output = '';
  child.stdout.on('data', (/** @type {Buffer} */ bytes) => {
    output += bytes.toString();
    log.write(bytes);
  });
  child.stderr.on('data', (/** @type {Buffer} */ bytes) => log.write(bytes));
  const code = await new Promise(resolve => child.once('close', resolve));
  running = undefined;
  await new Promise(resolve => log.end(() => resolve(undefined)));
  // The last two lines of test/run.mjs.
  const counts = /(\d+) repeated\n(\d+) passed, (\d+) failed\s*$/.exec(output);
  const [repeated = 0, passed = 0, failed = 0] = counts === null ? [] : counts.slice(1).map(Number);
  return {
    name,
    number,
    passed,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    repeated,
    seconds: Math.round((performance.now() - started) / 1000),
  };
}

function stop() {
  if (isStopped) return;
  isStopped = true;
  const child = running;
  if (child?.pid === undefined) return;
  const group = -child.pid;
  console.log('Stopping; the same command goes on from here.');
  endGroup(group, 'SIGTERM');
  const timer = setTimeout(() => endGroup(group, 'SIGKILL'), GRACE_MS);
  child.once('close', () => clearTimeout(timer));
}

/** @param {number} group @param {NodeJS.Signals} signal */
function endGroup(group, signal) {
  try {
    process.kill(group, signal);
  } catch {
    // It ended meanwhile.
  }
}

/** @returns {Run[]} those of this version */
function readRuns() {
  /** @type {{ version: string, runs: Run[] } | undefined} */
  let kept;
  try {
    kept = JSON.parse(readFileSync(record, 'utf8'));
  } catch {
    return []; // none yet
  }
  if (kept === undefined || kept.version === version) return kept?.runs ?? [];
  console.error(`out/underLoad has runs of ${kept.version}, and this is ${version}. --fresh drops them.`);
  process.exit(2);
}

/** Written aside and renamed, so that what a kill interrupts is one of the two. */
function writeRuns() {
  writeFileSync(`${record}.new`, JSON.stringify({ version, runs }, undefined, 2));
  renameSync(`${record}.new`, record);
}

/** @param {Run} run */
function outcome({ passed, failed, repeated, seconds }) {
  return `${String(passed)} passed, ${String(failed)} failed, ${String(repeated)} repeated, ${String(seconds)} s`;
}

/** @returns {number} the exit code */
function summarise() {
  const sum = { passed: 0, failed: 0, repeated: 0 };
  console.log('');
  for (const run of runs) {
    console.log(`${run.name.padEnd(12)}${String(run.number).padStart(3)}  ${outcome(run)}`);
    sum.passed += run.passed;
    sum.failed += run.failed;
    sum.repeated += run.repeated;
  }
  console.log(`\n${String(sum.repeated)} repeated`);
  console.log(`${String(sum.passed)} passed, ${String(sum.failed)} failed`);
  return sum.failed === 0 ? 0 : 1;
}

/** @param {string[]} args */
function git(...args) {
  return spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout.trim();
}
