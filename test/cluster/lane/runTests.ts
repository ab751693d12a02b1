/** Runs the vitest project `cluster` against a chosen cluster and counts. The tests read the choice by laneChoice.ts. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { LANE_VARIABLE, type LaneChoice } from './laneChoice.js';

export interface TestRun {
  readonly root: string;
  readonly lane: LaneChoice;
  readonly filters: readonly string[];
}

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
}

/** A run that did not come to its tests. */
export const failedRun: TestCounts = { passed: 0, failed: 1 };

export function countsLine({ passed, failed }: TestCounts): string {
  return `${passed} passed, ${failed} failed`;
}

/** Resolves with the counts, whatever they are; rejects where the signal ended the run. */
export async function runTests({ root, lane, filters }: TestRun, signal: AbortSignal): Promise<TestCounts> {
  signal.throwIfAborted();
  const results = path.join(root, 'out/cluster-lane/results.json');
  mkdirSync(path.dirname(results), { recursive: true });
  rmSync(results, { force: true });
  const vitest = [
    path.join(root, 'node_modules/vitest/vitest.mjs'),
    ...[
      'run',
      '--project',
      'cluster',
      '--reporter=verbose',
      '--reporter=json',
      '--reporter=./test/support/repeatsReporter.mjs',
      `--outputFile.json=${results}`,
    ],
    ...filters,
  ];
  const env = { ...process.env, [LANE_VARIABLE]: JSON.stringify(lane) };
  // A group of its own: a Ctrl-C reaches us alone, and vitest's workers are ended with it. Where the kernel offers it,
  // vitest dies with us also when we are killed, instead of trying a cluster that is gone.
  const setpriv = process.platform === 'linux' && existsSync('/usr/bin/setpriv');
  const argv = [process.execPath, ...vitest];
  const [command, ...rest] = setpriv ? ['setpriv', '--pdeathsig', 'KILL', ...argv] : argv;
  const child = spawn(command!, rest, {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const end = () => killGroup(child.pid);
  signal.addEventListener('abort', end);
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    signal.throwIfAborted();
    return readCounts(results, status);
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

function readCounts(results: string, status: number | null): TestCounts {
  if (!existsSync(results)) return failedRun;
  const report = JSON.parse(readFileSync(results, 'utf8')) as {
    readonly numPassedTests: number;
    readonly numFailedTests: number;
  };
  const { numPassedTests: passed, numFailedTests: failed } = report;
  // A file that could not be loaded and an error outside of any test have no failed test of their own.
  return { passed, failed: failed === 0 && status !== 0 ? 1 : failed };
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Ended already.
  }
}
