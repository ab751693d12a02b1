/**
 * Who makes a debug pod end before its time, in every shell here: real processes of this machine, of which a file says
 * which are in the keeper's control group. What belongs to the pod must never be taken for foreign.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { jobStart } from '../../../src/debugpod/jobScripts.js';
import { POD_KEEPER } from '../../../src/debugpod/keeperScript.js';
import { announced, parseLastWords, STATUS_STRANGER } from '../../../src/debugpod/strangerScript.js';
import { pause } from '../../support/pause.js';
import { SHELLS, type Shell } from '../../support/shells.js';

/** Beyond the time for which a process is given the benefit of the doubt. */
const LONG_ENOUGH_MS = 5500;

interface Pod {
  readonly work: string;
  readonly lastWords: string;
  readonly keeper: ChildProcess;
  readonly ended: Promise<number | null>;
  /** As a runtime starts a command: a session of its own, nothing of the keeper's environment. */
  exec(argv: readonly string[]): ChildProcess;
  /** From now on these are in the container, besides the keeper. */
  contain(...processes: readonly (number | undefined)[]): void;
}

async function startPod({ onTestFinished }: TestContext, shell: Shell): Promise<Pod> {
  const work = mkdtempSync(path.join(os.tmpdir(), 'node-triage-stranger-'));
  const members = path.join(work, 'members');
  const lastWords = path.join(work, 'last-words');
  const started: ChildProcess[] = [];
  const run = (argv: readonly string[], detached: boolean): ChildProcess => {
    const [sh, ...first] = shell.words;
    const [program = '', ...rest] = argv;
    const words = program === 'sh' ? [sh, ...first, ...rest] : [program, ...rest];
    const child = spawn(words[0] ?? '', words.slice(1), {
      env: { ...shell.environment },
      stdio: ['ignore', 'ignore', 'inherit'],
      detached,
    });
    started.push(child);
    return child;
  };
  writeFileSync(members, '');
  const values = [work, '60', '60', '/proc', members, lastWords];
  const keeper = run(['sh', '-c', POD_KEEPER, 'node-triage-pod', ...values], true);
  const ended = new Promise<number | null>(resolve => keeper.once('exit', resolve));
  onTestFinished(async () => {
    keeper.kill('SIGTERM');
    for (const child of started) if (child !== keeper) child.kill('SIGKILL');
    await ended;
    rmSync(work, { recursive: true, force: true });
  });
  await expect.poll(() => existsSync(path.join(work, 'pid')), { timeout: 5000 }).toBe(true);
  return {
    work,
    lastWords,
    keeper,
    ended,
    exec: argv => run(argv, true),
    contain(...processes) {
      writeFileSync(members, [keeper.pid, ...processes].map(pid => `${pid ?? ''}\n`).join(''));
    },
  };
}

async function expectAlive(pod: Pod): Promise<void> {
  await pause(LONG_ENOUGH_MS);
  expect(existsSync(pod.lastWords) && readFileSync(pod.lastWords, 'utf8')).toBe(false);
  expect(pod.keeper.exitCode).toBeNull();
}

async function expectAlarm(pod: Pod, process: string, pid: number | undefined): Promise<void> {
  expect(await pod.ended).toBe(STATUS_STRANGER);
  expect(parseLastWords(readFileSync(pod.lastWords, 'utf8'))).toEqual({ process, pid });
}

/** Waits for a file that a process of a job writes its number to. */
async function numberIn(file: string): Promise<number> {
  await expect
    .poll(() => existsSync(file) && readFileSync(file, 'utf8') !== '', { timeout: 10_000 })
    .toBe(true);
  return Number(readFileSync(file, 'utf8'));
}

async function startJob(pod: Pod, script: string, undo?: readonly string[]): Promise<void> {
  const job = { name: 'work', argv: ['sh', '-c', script], seconds: 1, limitSeconds: 40, undo };
  const { argv, stdin } = jobStart(job, pod.work);
  const input = path.join(pod.work, 'input');
  writeFileSync(input, stdin);
  const starting = pod.exec(['sh', '-c', 'input=$1; shift; exec "$@" <"$input"', 'start', input, ...argv]);
  await new Promise(resolve => starting.once('exit', resolve));
}

const isLinux = process.platform === 'linux';

// Most of their time they wait: side by side.
describe.runIf(isLinux).concurrent.each(SHELLS)('in $name', shell => {
  it('a foreign process ends the pod, and what its jobs left is taken back', async test => {
    const pod = await startPod(test, shell);
    const undone = path.join(pod.work, 'undone');
    await startJob(pod, 'while :; do sleep 1; done', ['sh', '-c', `: >"${undone}"`]);
    const stranger = pod.exec(['sleep', '50']);
    pod.contain(stranger.pid);
    await expectAlarm(pod, 'sleep', stranger.pid);
    expect(existsSync(undone)).toBe(true);
  });

  it('a foreign shell does, whatever it calls itself', async test => {
    const pod = await startPod(test, shell);
    const stranger = pod.exec([
      'sh',
      '-c',
      'echo "a) S 1 [x](y)" >"/proc/$$/comm"; while :; do sleep 1; done',
    ]);
    pod.contain(stranger.pid);
    await expectAlarm(pod, 'a??S?1??x??y??', stranger.pid);
  });

  it('a job’s processes do not, nor one in a session of its own that the job has left behind', async test => {
    const pod = await startPod(test, shell);
    const orphanFile = path.join(pod.work, 'orphan');
    const childFile = path.join(pod.work, 'child');
    await startJob(
      pod,
      `(setsid sleep 40 & echo $! >"${orphanFile}"); sleep 40 & echo $! >"${childFile}"; wait`,
    );
    const [orphan, child] = [await numberIn(orphanFile), await numberIn(childFile)];
    const leader = await numberIn(path.join(pod.work, 'jobs/work/session'));
    pod.contain(leader, child, orphan);
    try {
      await expectAlive(pod);
    } finally {
      process.kill(orphan, 'SIGKILL');
    }
  });

  it('commands of ours do not, nor what they start and become', async test => {
    const pod = await startPod(test, shell);
    const childFile = path.join(pod.work, 'child');
    const becoming = pod.exec(announced(['sh', '-c', 'exec sleep 40', 'node-triage-x'], pod.work));
    const leaving = pod.exec(
      announced(['sh', '-c', `sleep 40 & echo $! >"${childFile}"`, 'node-triage-y'], pod.work),
    );
    const other = pod.exec(announced(['sleep', '40'], pod.work));
    const orphan = await numberIn(childFile);
    pod.contain(becoming.pid, leaving.pid, other.pid, orphan);
    try {
      await expectAlive(pod);
    } finally {
      process.kill(orphan, 'SIGKILL');
    }
  });

  it('a command of ours that has not said so yet does not, nor a runtime, nor what has ended', async test => {
    const pod = await startPod(test, shell);
    const slow = pod.exec(['sh', '-c', 'while :; do sleep 1; done', 'node-triage-slow']);
    const runtime = pod.exec([
      'sh',
      '-c',
      'echo "runc:[2:INIT]" >"/proc/$$/comm"; while :; do sleep 1; done',
    ]);
    const shortLived = pod.exec(['sleep', '0.01']);
    pod.contain(slow.pid, runtime.pid, shortLived.pid, 2 ** 22 + 1);
    await expectAlive(pod);
  });

  it('a visit that is over within a second or two is not seen: an alarm, not a wall', async test => {
    const pod = await startPod(test, shell);
    const visitor = pod.exec(['sleep', '50']);
    pod.contain(visitor.pid);
    await pause(800);
    visitor.kill('SIGKILL');
    await expectAlive(pod);
  });
});

it('a command says that it is ours before anything else, as a script of its own where it is none', () => {
  expect(announced(['sh', '-c', 'echo 1', 'node-triage-x', 'a'], '/node-triage')).toEqual([
    'sh',
    '-c',
    'true 2>/dev/null >"/node-triage/exec.$$"\necho 1',
    'node-triage-x',
    'a',
  ]);
  expect(announced(['ls', '-l'], '/w').slice(2)).toEqual([
    'true 2>/dev/null >"/w/exec.$$"\nexec "$@"',
    'node-triage-run',
    'ls',
    '-l',
  ]);
});
