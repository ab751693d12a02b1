/**
 * The scripts around strace, run for real: a stand-in for strace that does what it is told, and strace itself where it is
 * installed and may attach, on a process of our own.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isTriageError } from '../../../src/base/errors.js';
import type { JobEnd, PodJob } from '../../../src/base/podCommand.js';
import { parseLog } from '../../../src/strace/parseLog.js';
import {
  checkTraced,
  probeStrace,
  readStraceEnd,
  straceJob,
  type StracePass,
  type StraceTool,
} from '../../../src/strace/straceJobs.js';
import { futexOptions, parseStraceVersion, summaryOptions } from '../../../src/strace/toolOptions.js';
import { SHELLS, type Shell } from '../../support/shells.js';

describe('options by version of strace', () => {
  // From NEWS of strace: -w in 4.9, `?` in 4.17, -U in 5.6, --syscall-limit in 6.3.
  it.each([
    ['4.8', '-f -b execve -c', '-f -b execve -tt -T -e trace=futex'],
    ['4.24', '-f -b execve -c -w', '-f -b execve -tt -T -e trace=futex,NEW'],
    ['5.10', '-f -b execve -c -w COLUMNS', '-f -b execve -tt -T -e trace=futex,NEW'],
    ['6.3', '-f -b execve -c -w COLUMNS FUSE', '-f -b execve -tt -T FUSE -e trace=futex,NEW'],
    ['7.1', '-f -b execve -c -w COLUMNS FUSE', '-f -b execve -tt -T FUSE -e trace=futex,NEW'],
  ])('%s', (text, summary, futex) => {
    const version = parseStraceVersion(`strace -- version ${text}\nCopyright (c)`);
    if (version === undefined) throw new Error('no version');
    const fill = (options: string) =>
      options
        .replace('COLUMNS', '-U time,total-time,max-time,avg-time,calls,errors,name')
        .replace('FUSE', '--syscall-limit=1000000')
        .replace('NEW', '?futex_waitv,?futex_wait,?futex_wake,?futex_requeue');
    expect(summaryOptions(version).join(' ')).toBe(fill(summary));
    expect(futexOptions(version).join(' ')).toBe(fill(futex));
  });

  it('reads no version from something else', () => {
    expect(parseStraceVersion('BusyBox v1.35.0')).toBeUndefined();
  });
});

describe('probing', () => {
  const parse = (stdout: string) => probeStrace('busybox:1.36').parse(stdout);

  it('takes the tool of the image, or the one of the node', () => {
    expect(parse('tool - /usr/bin/strace\nstrace -- version 6.1\n')).toEqual({
      path: '/usr/bin/strace',
      root: undefined,
      version: { major: 6, minor: 1 },
    });
    expect(parse('tool /host /usr/bin/strace\nstrace -- version 4.24\n').root).toBe('/host');
  });

  it.each([
    ['nothing', 'missing strace\n', 'no strace in the image busybox:1.36'],
    ['one that would leave threads stopped', 'tool - /s\nstrace -- version 4.6\n', 'no strace from 4.8 on'],
  ])('refuses %s', (_, stdout, message) => {
    expect(() => parse(stdout)).toThrow(message);
  });
});

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'node-triage-strace-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A stand-in that takes strace's arguments; FILE and PROCESS are set in `body`. */
function standIn(folder: string, body: string): StraceTool {
  const file = path.join(folder, 'strace');
  const takeArguments = `while [ $# -gt 0 ]; do
    case $1 in -o) FILE=$2; shift ;; -p) PROCESS=$2; shift ;; esac
    shift
  done`;
  writeFileSync(file, `#!/bin/sh\n${takeArguments}\n${body}\n`);
  chmodSync(file, 0o755);
  return { path: file, root: undefined, version: { major: 6, minor: 1 } };
}

function startTicksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
}

/** Empty where there is no such process. */
function stateOf(pid: number): string {
  try {
    return /\) (.) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? '';
  } catch {
    return '';
  }
}

/** Something to trace. */
function sleeper(): { readonly pid: number; readonly startTicks: number } {
  const child = spawn('sleep', ['60']);
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.pid === undefined) throw new Error('no process');
  return { pid: child.pid, startTicks: startTicksOf(child.pid) };
}

const times = (seconds: number) => ({ seconds, quietSeconds: 0 });

interface Ran {
  readonly folder: string;
  readonly end: JobEnd;
  readonly seconds: number;
}

function runJob(shell: Shell, job: PodJob, folder = temporaryFolder()): Ran {
  const [file, ...first] = shell.words;
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(file, [...first, ...job.argv.slice(1)], {
    cwd: folder,
    env: shell.environment,
    encoding: 'utf8',
  });
  const seconds = (performance.now() - began) / 1000;
  return { folder, end: { exitCode: status ?? -1, stdout, stderr, files: [] }, seconds };
}

function refusalOf(pass: StracePass, end: JobEnd): { readonly code: string; readonly message: string } {
  try {
    readStraceEnd(pass, end);
  } catch (error) {
    if (isTriageError(error)) return error;
    throw error;
  }
  throw new Error(`not refused: ${end.stdout}`);
}

const isLinux = process.platform === 'linux';

describe.skipIf(!isLinux).each(SHELLS)('the job, run by $name', shell => {
  it('ends strace at its time, and says what it did', () => {
    const folder = temporaryFolder();
    const tool = standIn(folder, 'echo line > "$FILE"; trap "exit 143" TERM; while :; do sleep 0.05; done');
    const { end, seconds } = runJob(shell, straceJob('futex', tool, sleeper(), times(1)), folder);
    expect(readStraceEnd('futex', end)).toMatchObject({
      file: 'futex.strace.txt',
      threads: { existing: 1, traced: 0 },
      left: { traced: 0, stopped: 0 },
      wasContinued: false,
      wasKilled: false,
      isFull: false,
    });
    expect(seconds).toBeGreaterThan(0.9);
    expect(seconds).toBeLessThan(4);
  });

  it('kills one that does not end', () => {
    const folder = temporaryFolder();
    const tool = standIn(folder, 'trap "" TERM; echo $$ > pid; while :; do sleep 0.05; done');
    const { end } = runJob(shell, straceJob('futex', tool, sleeper(), times(1)), folder);
    expect(readStraceEnd('futex', end)).toMatchObject({ wasKilled: true, file: undefined });
    expect(stateOf(Number(readFileSync(path.join(folder, 'pid'), 'utf8')))).toBe('');
  });

  it('does not wait for one that cannot attach, and says why', () => {
    const folder = temporaryFolder();
    const words = 'attach: ptrace(PTRACE_SEIZE, 42): Operation not permitted';
    const tool = standIn(folder, `echo "strace: ${words}" >&2; exit 1`);
    const { end, seconds } = runJob(shell, straceJob('summary', tool, sleeper(), times(30)), folder);
    expect(refusalOf('summary', end)).toMatchObject({ code: 'trace-refused' });
    expect(refusalOf('summary', end).message).toContain(words);
    expect(seconds).toBeLessThan(5);
  });

  it('stops at the size limit, and a tracer that writes on is given errors, not space', () => {
    const folder = temporaryFolder();
    const block = 'head -c 8388608 /dev/zero >> "$FILE" 2>/dev/null';
    const tool = standIn(folder, `trap "exit 143" TERM; while :; do ${block}; done`);
    const { end } = runJob(shell, straceJob('futex', tool, sleeper(), times(30)), folder);
    const read = readStraceEnd('futex', end);
    expect(read).toMatchObject({ isFull: true, file: 'futex.strace.txt.gz' });
    const size = gunzipSync(readFileSync(path.join(folder, 'futex.strace.txt.gz'))).length;
    expect(size).toBeGreaterThanOrEqual(32 * 1024 * 1024);
    expect(size).toBeLessThanOrEqual(34 * 1024 * 1024);
  });

  it('wakes a process that stands still afterwards', () => {
    const folder = temporaryFolder();
    const tool = standIn(folder, 'trap "kill -STOP $PROCESS; exit 143" TERM; while :; do sleep 0.05; done');
    const target = sleeper();
    const { end } = runJob(shell, straceJob('futex', tool, target, times(1)), folder);
    expect(readStraceEnd('futex', end)).toMatchObject({
      wasContinued: true,
      left: { traced: 0, stopped: 0 },
    });
    expect(stateOf(target.pid)).toBe('S');
  });

  it('attaches to nothing but the process it was told, by its start time', () => {
    const folder = temporaryFolder();
    const tool = standIn(folder, 'echo attached > was-run');
    const { end } = runJob(
      shell,
      straceJob('futex', tool, { ...sleeper(), startTicks: 1 }, times(5)),
      folder,
    );
    expect(refusalOf('futex', end).code).toBe('kubelet-not-found');
    expect(existsSync(path.join(folder, 'was-run'))).toBe(false);
  });

  it('leaves a stopped process alone', () => {
    const folder = temporaryFolder();
    const target = sleeper();
    process.kill(target.pid, 'SIGSTOP');
    const { end } = runJob(shell, straceJob('futex', standIn(folder, ':'), target, times(5)), folder);
    expect(refusalOf('futex', end).message).toContain('the kubelet is stopped');
  });

  it('ends strace when the job is told to end', async () => {
    const folder = temporaryFolder();
    const tool = standIn(
      folder,
      'echo $$ > pid; trap "echo yes > detached; exit 143" TERM; while :; do sleep 0.05; done',
    );
    const job = straceJob('futex', tool, sleeper(), times(30));
    const [file, ...first] = shell.words;
    const child = spawn(file, [...first, ...job.argv.slice(1)], { cwd: folder, env: shell.environment });
    await expect.poll(() => existsSync(path.join(folder, 'pid'))).toBe(true);
    child.kill('SIGTERM');
    expect(await new Promise(resolve => child.once('exit', resolve))).toBe(143);
    expect(existsSync(path.join(folder, 'detached'))).toBe(true);
  });

  it('undoes what a killed job left: the tracer, and a stopped process', async () => {
    const folder = temporaryFolder();
    const tool = standIn(folder, 'echo $$ > pid; trap "" TERM; while :; do sleep 0.05; done');
    const target = sleeper();
    const job = straceJob('futex', tool, target, times(30));
    const [file, ...first] = shell.words;
    const child = spawn(file, [...first, ...job.argv.slice(1)], { cwd: folder, env: shell.environment });
    await expect.poll(() => existsSync(path.join(folder, 'pid'))).toBe(true);
    child.kill('SIGKILL');
    process.kill(target.pid, 'SIGSTOP');
    shell.run(job.undo ?? [], { cwd: folder });
    const tracer = Number(readFileSync(path.join(folder, 'pid'), 'utf8'));
    await expect.poll(() => stateOf(tracer)).toMatch(/^[ZX]?$/);
    expect(stateOf(target.pid)).toBe('S');
    // Twice, and where there is nothing to take back.
    shell.run(job.undo ?? [], { cwd: folder });
    shell.run(job.undo ?? [], { cwd: temporaryFolder() });
  });

  it('says how a process stands with tracers', () => {
    const target = sleeper();
    const command = checkTraced(target.pid);
    const expected = { startTicks: target.startTicks, threads: 1, traced: 0, stopped: 0, tracerPid: 0 };
    expect(command.parse(shell.run(command.argv)).process).toEqual(expected);
    const none = checkTraced(99_999_999);
    expect(none.parse(shell.run(none.argv)).process).toBeUndefined();
  });
});

it('does not take the end of a script that failed for a trace', () => {
  const end: JobEnd = { exitCode: 2, stdout: 'ran 100\n', stderr: 'sh: syntax error', files: [] };
  expect(refusalOf('futex', end)).toMatchObject({
    code: 'command-failed',
    message: 'strace-futex failed with status 2: sh: syntax error',
  });
});

/** A process with futex calls in several threads: node itself, waking its thread pool. Says so when all of it has worked. */
const BUSY = `
  const { pbkdf2 } = require('node:crypto');
  let rounds = 0;
  const again = () => {
    if (++rounds === 40) process.stdout.write('busy');
    pbkdf2('a', 'b', 2000, 32, 'sha256', again);
  };
  for (let i = 0; i < 4; i++) again();
`;

const strace = isLinux ? probeStrace('none') : undefined;
const realTool = strace === undefined ? undefined : findRealTool();

function findRealTool(): StraceTool | undefined {
  const { status } = spawnSync('strace', ['-e', 'trace=none', 'true']);
  return status === 0 ? strace?.parse(SHELLS[0]?.run(strace.argv) ?? '') : undefined;
}

describe.skipIf(realTool === undefined).each(SHELLS)('strace itself, run by $name', shell => {
  it('traces every thread, writes a log that is read, and is gone', async () => {
    if (realTool === undefined) throw new Error('no strace');
    const child = spawn(process.execPath, ['-e', BUSY], { stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    // Threads that it still starts would be in one count and not in the other.
    await once(child.stdout, 'data');
    const pid = child.pid ?? 0;
    const target = { pid, startTicks: startTicksOf(pid) };
    const { folder, end } = runJob(shell, straceJob('futex', realTool, target, times(1)));
    const read = readStraceEnd('futex', end);
    expect(read.threads?.traced).toBe(read.threads?.existing);
    expect(read.threads?.existing).toBeGreaterThan(3);
    expect(read.left).toEqual({ traced: 0, stopped: 0 });
    const file = path.join(folder, read.file ?? '');
    const bytes = readFileSync(file);
    const log = parseLog((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString());
    expect(log.calls.filter(call => call.futex !== undefined).length).toBeGreaterThan(20);
    expect(log.unparsedLines).toBe(0);
    expect(statSync(path.join(folder, 'messages.txt')).size).toBeGreaterThan(0);

    const summary = runJob(shell, straceJob('summary', realTool, target, times(1)));
    const table = readFileSync(
      path.join(summary.folder, readStraceEnd('summary', summary.end).file ?? ''),
      'utf8',
    );
    expect(parseLog(table).summary.find(row => row.syscall === 'futex')?.calls).toBeGreaterThan(0);
  });

  it('refuses a process that is traced, and names the tracer', async () => {
    if (realTool === undefined) throw new Error('no strace');
    const target = sleeper();
    const other = spawn('strace', ['-p', String(target.pid)], { stdio: 'ignore' });
    onTestFinished(() => void other.kill('SIGKILL'));
    const traced = () => checkTraced(target.pid).parse(shell.run(checkTraced(target.pid).argv)).process;
    await expect.poll(() => traced()?.tracerPid).toBe(other.pid);
    const { end } = runJob(shell, straceJob('futex', realTool, target, times(5)));
    expect(refusalOf('futex', end).message).toContain(
      `process ${other.pid} (strace) traces the kubelet already`,
    );
  });
});
