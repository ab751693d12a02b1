// @ts-check
/**
 * `npm test`: runs the lanes in order, each as a process of its own, and sums them up. Last line: `N passed, N failed`;
 * the exit code says the same. `npm test -- unit e2e` runs some of them. Knows no test: a lane says what it counted.
 */
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installBusybox } from './host/debianPackages.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const results = path.join(root, 'out', 'results');
const COUNT = /^(\d+) passed, (\d+) failed$/;
/** What a lane says of tests that passed only when they were tried again. */
const REPEATED = /^(\d+) repeated$/gm;

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} [repeated]  tries beyond the first; lanes that repeat nothing say nothing
 *
 * @typedef {object} Ended
 * @property {Counts} counts
 * @property {number} seconds
 * @property {string} output
 *
 * @typedef {object} Lane
 * @property {string[]} args  of node
 * @property {string} [beside]  the lane that it runs beside, where both are wanted: one waits, the other computes on one CPU
 * @property {(output: string) => Promise<Counts>} count
 */

/** @type {Readonly<Record<string, Lane>>} */
const LANES = {
  unit: vitestLane('unit'),
  contract: vitestLane('contract'),
  hostile: { args: ['test/hostile/run.mjs'], count: countOfLastLine },
  fuzz: { args: ['test/fuzz/run.mjs'], count: countOfLastLine, beside: 'contract' },
  page: vitestLane('page'),
  integration: { args: ['test/integration/run.mjs'], count: countOfLastLine },
  e2e: { args: ['test/e2e/run.mjs'], count: countOfLastLine },
};

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(LANES);
const unknown = wanted.filter(name => !(name in LANES));
if (unknown.length > 0) {
  console.error(`No such lane: ${unknown.join(', ')}. There are: ${Object.keys(LANES).join(', ')}.`);
  process.exit(2);
}
if (wanted.includes('unit')) installBusybox();
await rm(results, { recursive: true, force: true });
await mkdir(results, { recursive: true });

const sum = { passed: 0, failed: 0, repeated: 0 };
/** @type {string[]} */
const table = [];
/** @type {Map<string, Promise<Ended>>} */
const running = new Map();
for (const name of wanted) {
  console.log(`\n=== ${name}`);
  for (const other of wanted.filter(each => LANES[each]?.beside === name))
    running.set(other, runLane(/** @type {Lane} */ (LANES[other]), { isQuiet: true }));
  const ended = await (running.get(name) ?? runLane(/** @type {Lane} */ (LANES[name]), { isQuiet: false }));
  if (running.has(name)) process.stdout.write(ended.output);
  const { counts, seconds } = ended;
  sum.passed += counts.passed;
  sum.failed += counts.failed;
  sum.repeated += counts.repeated ?? 0;
  table.push(
    `${name.padEnd(12)}${String(counts.passed).padStart(6)} passed${String(counts.failed).padStart(4)} failed${seconds.toFixed(0).padStart(5)} s${counts.repeated ? `, ${String(counts.repeated)} repeated` : ''}`,
  );
}
console.log(`\n${table.join('\n')}\n`);
console.log(`${String(sum.repeated)} repeated`);
console.log(`${String(sum.passed)} passed, ${String(sum.failed)} failed`);
process.exitCode = sum.failed === 0 ? 0 : 1;

/**
 * Runs it with its output on the terminal, or kept where it is quiet. A lane that breaks without counting a failure is one.
 * @param {Lane} lane
 * @param {{ readonly isQuiet: boolean }} how
 * @returns {Promise<Ended>}
 */
async function runLane(lane, { isQuiet }) {
  const started = performance.now();
  const child = spawn(process.execPath, lane.args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (/** @type {Buffer} */ bytes) => {
    if (!isQuiet) process.stdout.write(bytes);
    output += bytes.toString();
  });
  /** @type {number | null} */
  const code = await new Promise(resolve => child.once('close', resolve));
  const found = [...output.matchAll(REPEATED)].reduce((all, [, count]) => all + Number(count), 0);
  const counts = { ...(await lane.count(output)), repeated: found };
  const isBroken = code !== 0 && counts.failed === 0;
  const seconds = (performance.now() - started) / 1000;
  return { counts: isBroken ? { ...counts, failed: 1 } : counts, seconds, output };
}

/**
 * @param {string} project
 * @returns {Lane}
 */
function vitestLane(project) {
  const file = path.join(results, `${project}.json`);
  return {
    args: [
      'node_modules/vitest/vitest.mjs',
      ...[
        'run',
        '--project',
        project,
        '--reporter=default',
        '--reporter=json',
        '--reporter=./test/support/repeatsReporter.mjs',
        `--outputFile.json=${file}`,
      ],
    ],
    count: () => countOfReport(file),
  };
}

/**
 * @param {string} file  vitest's JSON report
 * @returns {Promise<Counts>}
 */
async function countOfReport(file) {
  try {
    const report = JSON.parse(await readFile(file, 'utf8'));
    // A file that does not load has no tests, but counts as a failed suite.
    const unloadable = report.testResults.filter(
      (/** @type {{ status: string, assertionResults: unknown[] }} */ suite) =>
        suite.status === 'failed' && suite.assertionResults.length === 0,
    ).length;
    return { passed: report.numPassedTests, failed: report.numFailedTests + unloadable };
  } catch (error) {
    console.error(`vitest left no report: ${String(error)}`);
    return { passed: 0, failed: 1 };
  }
}

/**
 * @param {string} output
 * @returns {Promise<Counts>}
 */
async function countOfLastLine(output) {
  const counted = COUNT.exec(output.trimEnd().split('\n').at(-1) ?? '');
  return counted === null
    ? { passed: 0, failed: 1 }
    : { passed: Number(counted[1]), failed: Number(counted[2]) };
}
