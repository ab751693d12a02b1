/**
 * The scripts of a debug pod, run by real shells: the keeper as a process of this machine, and what exec runs beside
 * it. `dash` stands for Debian's images, busybox for busybox and Alpine. Linux only: they read /proc.
 */
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, vi, type TestContext } from 'vitest';
import type { PodJob } from '../../../src/base/podCommand.js';
import {
  fetchArgv,
  heartbeatArgv,
  jobEndArgv,
  jobStart,
  jobWaitArgv,
  parseFileMark,
  parseJobEnd,
  STATUS_CUT_OFF,
  STATUS_NO_SETSID,
  STATUS_NO_SUCH_JOB,
  STATUS_STILL_RUNNING,
} from '../../../src/debugpod/jobScripts.js';
import { POD_KEEPER } from '../../../src/debugpod/keeperScript.js';

const run = promisify(execFile);

interface Shell {
  readonly name: string;
  /** First in PATH: its `sh` is the shell under test. */
  readonly folder: string;
}

const shells: readonly Shell[] = process.platform === 'linux' ? findShells() : [];

function findShells(): Shell[] {
  const found: Shell[] = [];
  for (const [name, program] of [
    ['dash', '/bin/dash'],
    ['busybox', '/bin/busybox'],
    ['busybox', '/usr/bin/busybox'],
    ['bash', '/bin/bash'],
  ] as const) {
    if (!existsSync(program) || found.some(shell => shell.name === name)) continue;
    const folder = mkdtempSync(path.join(os.tmpdir(), 'node-triage-shell-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    // A busybox image has its own of everything; for the others the machine's tools follow in PATH.
    const applets =
      name === 'busybox' ? execFileSync(program, ['--list'], { encoding: 'utf8' }).split('\n') : ['sh'];
    for (const applet of applets) if (applet !== '') symlinkSync(program, path.join(folder, applet));
    found.push({ name, folder });
  }
  return found;
}

interface TestPod {
  readonly work: string;
  readonly keeper: ChildProcess;
  /** Resolves with the keeper's exit status. */
  readonly ended: Promise<number | null>;
  exec(
    argv: readonly string[],
    stdin?: Uint8Array,
  ): Promise<{ stdout: Buffer; stderr: string; exitCode: number }>;
  /** Processes whose command line contains the pod's folder, and the keeper's shell is not one. */
  processes(): readonly number[];
}

async function startPod(
  { onTestFinished }: TestContext,
  shell: Shell,
  { lifetime = 60, silence = 60 } = {},
): Promise<TestPod> {
  const work = mkdtempSync(path.join(os.tmpdir(), 'node-triage-pod-'));
  const env = { PATH: `${shell.folder}:/usr/bin:/bin` };
  const argv = ['-c', POD_KEEPER, 'node-triage-pod', work, String(lifetime), String(silence)];
  const keeper = spawn(path.join(shell.folder, 'sh'), argv, { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const ended = new Promise<number | null>(resolve => keeper.once('exit', resolve));
  onTestFinished(async () => {
    keeper.kill('SIGTERM');
    await ended;
    rmSync(work, { recursive: true, force: true });
  });
  await expect.poll(() => existsSync(path.join(work, 'pid')), { timeout: 15_000 }).toBe(true);
  return {
    work,
    keeper,
    ended,
    exec: async ([program = '', ...values], stdin = new Uint8Array()) => {
      const running = run(path.join(shell.folder, program), values, {
        env,
        encoding: 'buffer',
        maxBuffer: 64 * 1024 * 1024,
      });
      // It may end without having read.
      running.child.stdin?.on('error', () => undefined).end(stdin);
      return running.then(
        ({ stdout, stderr }) => ({ stdout, stderr: stderr.toString(), exitCode: 0 }),
        (error: unknown) => {
          const { code, stdout, stderr } = error as { code: number; stdout: Buffer; stderr: Buffer };
          return { stdout, stderr: stderr.toString(), exitCode: code };
        },
      );
    },
    processes: () =>
      readdirSync('/proc')
        .filter(name => /^\d+$/.test(name))
        .filter(name => commandLine(name).includes(`marker-${path.basename(work)}`))
        .map(Number),
  };
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // It ended while we looked.
  }
}

/** A job that can be told by its command line, whatever it does. */
function shellJob(pod: TestPod, script: string, change: Partial<PodJob> = {}): PodJob {
  const argv = ['sh', '-c', script, `marker-${path.basename(pod.work)}`];
  return { name: 'work', argv, seconds: 1, limitSeconds: 30, ...change };
}

function start(pod: TestPod, job: PodJob) {
  const { argv, stdin } = jobStart(job, pod.work);
  return pod.exec(argv, stdin);
}

const wait = async (pod: TestPod) => parseJobEnd((await pod.exec(jobWaitArgv('work', 40, pod.work))).stdout);

// Real shells by the dozen: on a machine whose processors are busy each command takes many times as long.
vi.setConfig({ testTimeout: 60_000 });

// Most of their time they wait: side by side.
describe.concurrent.each(shells)('in $name', shell => {
  it('a job outlives what started it, and its status, outputs and files are told', async test => {
    const pod = await startPod(test, shell);
    const job = shellJob(pod, 'echo out; echo err >&2; printf 12345 >data.bin; : >empty; exit 3');

    expect(await start(pod, job)).toMatchObject({ exitCode: 0, stderr: '' });

    expect(await wait(pod)).toEqual({
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
      files: [
        { name: 'data.bin', bytes: 5 },
        { name: 'empty', bytes: 0 },
      ],
    });
  });

  it('words reach the job as they are', async test => {
    const pod = await startPod(test, shell);
    const words = [
      '',
      ' ',
      'two words',
      "it's",
      '"$HOME" `id` $(id)',
      'line\nend\n\n',
      '*',
      '-n',
      '\\n %s',
      'ü',
    ];
    const argv = ['sh', '-c', 'for word do printf "<%s>" "$word"; done', 'name', ...words];

    await start(pod, { name: 'work', argv, seconds: 1, limitSeconds: 30 });

    expect((await wait(pod)).stdout).toBe(words.map(word => `<${word}>`).join(''));
  });

  it('a job whose words do not arrive whole is not started', async test => {
    const pod = await startPod(test, shell);
    const { argv, stdin } = jobStart(shellJob(pod, 'echo one\necho two'), pod.work);
    // Behind a line, within one, and before any.
    for (const bytes of [stdin.indexOf(0x0a) + 1, stdin.length - 2, 0]) {
      expect(await pod.exec(argv, stdin.subarray(0, bytes))).toMatchObject({ exitCode: STATUS_CUT_OFF });
      expect(readdirSync(path.join(pod.work, 'jobs'))).toEqual([]);
    }
    expect(await pod.exec(argv, stdin)).toMatchObject({ exitCode: 0 });
    expect((await wait(pod)).stdout).toBe('one\ntwo\n');
  });

  it('a job that runs too long is killed with all it started, whatever they ignore', async test => {
    const pod = await startPod(test, shell);
    const script = 'trap "" TERM INT HUP; sh -c "sleep 300; :" "$0" & sh -c "sleep 300; :" "$0"';
    await start(pod, shellJob(pod, script, { limitSeconds: 3 }));
    await expect.poll(() => pod.processes().length, { timeout: 15_000 }).toBeGreaterThan(1);

    expect((await wait(pod)).exitCode).toBe(137);

    expect(pod.processes()).toEqual([]);
    expect(pod.keeper.exitCode).toBeNull();
  });

  it('what a job leaves running is killed when its command ends', async test => {
    const pod = await startPod(test, shell);
    await start(pod, shellJob(pod, 'sh -c "sleep 300; :" "$0" & exit 0'));

    expect((await wait(pod)).exitCode).toBe(0);

    expect(pod.processes()).toEqual([]);
  });

  it('a job that is told to end has ended when the command that told it has', async test => {
    const pod = await startPod(test, shell);
    await start(pod, shellJob(pod, 'trap "" TERM; sleep 300; :'));
    await expect.poll(() => pod.processes().length, { timeout: 15_000 }).toBe(1);

    expect(await pod.exec(jobEndArgv('work', 5, pod.work))).toMatchObject({ exitCode: 0, stderr: '' });

    expect(pod.processes()).toEqual([]);
    expect((await wait(pod)).exitCode).toBe(137);
  });

  it.for<{ way: string; script: string; act?: (pod: TestPod) => unknown }>([
    { way: 'its end', script: 'exit 0' },
    { way: 'its failure', script: 'exit 1' },
    { way: 'its kill', script: 'sleep 300; :' },
    { way: 'abort', script: 'sleep 300; :', act: pod => pod.exec(jobEndArgv('work', 5, pod.work)) },
    { way: 'deletion of the pod', script: 'sleep 300; :', act: pod => pod.keeper.kill('SIGTERM') },
  ])('what a job left on the node is taken back once after $way', async ({ script, act }, test) => {
    const pod = await startPod(test, shell);
    const trace = path.join(pod.work, 'undone by');
    const undo = ['sh', '-c', 'printf "%s;" "$1" "$PWD" >>"$2"', 'undo', "it's", trace];
    await start(pod, shellJob(pod, script, { limitSeconds: 2, undo }));
    await expect
      .poll(() => existsSync(path.join(pod.work, 'jobs/work/session')), { timeout: 15_000 })
      .toBe(true);
    await act?.(pod);

    await expect.poll(() => existsSync(trace), { timeout: 15_000 }).toBe(true);
    pod.keeper.kill('SIGTERM');
    await pod.ended;

    expect(readFileSync(trace, 'utf8')).toBe(`it's;${path.join(pod.work, 'jobs/work/files')};`);
    expect(pod.processes()).toEqual([]);
  });

  it('an undo that hangs is given up', async test => {
    const pod = await startPod(test, shell);
    await start(pod, shellJob(pod, 'exit 0', { undo: ['sleep', '300'] }));
    expect((await wait(pod)).exitCode).toBe(0);
    expect(pod.processes()).toEqual([]);
  });

  it('the pod ends, and its jobs with it, when no client is heard of', async test => {
    const pod = await startPod(test, shell, { silence: 2 });
    // The start of a job allows its time and 120 s of silence: this one has no client any more.
    await start(pod, shellJob(pod, 'sleep 300; :'));
    await pod.exec(['sh', '-c', 'echo 0 >"$1/alive"', 'silence', pod.work]);

    expect(await pod.ended).toBe(0);
    expect(pod.processes()).toEqual([]);
  });

  it('heartbeats keep it alive, its lifetime ends it all the same', async test => {
    const pod = await startPod(test, shell, { lifetime: 5, silence: 2 });
    const began = performance.now();
    expect(await pod.exec(heartbeatArgv(pod.work))).toMatchObject({ exitCode: 0, stderr: '' });

    expect(await pod.ended).toBe(0);
    expect(performance.now() - began).toBeGreaterThan(3000);
  });

  it('a job of the same name starts when the last one is over, and with an empty folder', async test => {
    const pod = await startPod(test, shell);
    await start(pod, shellJob(pod, ': >old; sleep 1'));
    expect((await start(pod, shellJob(pod, 'exit 0'))).exitCode).toBe(STATUS_STILL_RUNNING);
    expect((await wait(pod)).files).toEqual([{ name: 'old', bytes: 0 }]);

    expect((await start(pod, shellJob(pod, ': >new'))).exitCode).toBe(0);

    expect((await wait(pod)).files).toEqual([{ name: 'new', bytes: 0 }]);
  });

  it('waiting for a job that runs on, or that is unknown, says so', async test => {
    const pod = await startPod(test, shell);
    await start(pod, shellJob(pod, 'sleep 300; :'));
    expect((await pod.exec(jobWaitArgv('work', 1, pod.work))).exitCode).toBe(STATUS_STILL_RUNNING);
    expect((await pod.exec(jobWaitArgv('other', 1, pod.work))).exitCode).toBe(STATUS_NO_SUCH_JOB);
    expect((await pod.exec(jobEndArgv('other', 1, pod.work))).exitCode).toBe(0);
  });

  it('a file comes byte for byte, described on standard error', async test => {
    const pod = await startPod(test, shell);
    await start(pod, shellJob(pod, 'head -c 300000 /dev/urandom >data.bin'));
    await wait(pod);

    const { stdout, stderr, exitCode } = await pod.exec(fetchArgv('work', 'data.bin', pod.work));

    expect(exitCode).toBe(0);
    const sent = readFileSync(path.join(pod.work, 'jobs/work/files/data.bin'));
    expect(stdout.equals(sent)).toBe(true);
    expect(parseFileMark(stderr)).toMatchObject({ bytes: 300_000, algorithm: 'sha256' });
    expect((await pod.exec(fetchArgv('work', 'other', pod.work))).exitCode).toBe(STATUS_NO_SUCH_JOB);
  });

  it('an image without setsid is told before anything is started', async test => {
    const pod = await startPod(test, shell);
    const { argv, stdin } = jobStart(shellJob(pod, 'exit 0'), pod.work);
    const env = { PATH: '/nonexistent' };
    const program = existsSync('/bin/dash') ? '/bin/dash' : '/bin/sh';
    const running = run(program, argv.slice(1), { env });
    running.child.stdin?.on('error', () => undefined).end(stdin);
    await expect(running).rejects.toMatchObject({ code: STATUS_NO_SETSID });
    expect(existsSync(path.join(pod.work, 'jobs/work'))).toBe(false);
  });
});
