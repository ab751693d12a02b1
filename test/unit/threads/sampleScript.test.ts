/** The script that samples threads, in every shell here: on a /proc made of files, and on real processes. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { formatSentence } from '../../../src/base/sentence.js';
import { analyseThreads } from '../../../src/threads/analyse.js';
import { sampleThreads, type SampleRequest } from '../../../src/threads/command.js';
import { parseSamples } from '../../../src/threads/parseSamples.js';
import { SHELLS, type Shell } from '../../support/shells.js';
import { writeProcTree } from '../../support/threadTree.js';

const hasProc = existsSync('/proc/self/syscall');

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'node-triage-threads-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function sample(shell: Shell, request: SampleRequest) {
  const cwd = temporaryFolder();
  shell.run(sampleThreads(request).argv, { cwd });
  const files = readdirSync(cwd);
  expect(files).toHaveLength(1);
  const [file = ''] = files;
  expect(file).toMatch(/^threads\.samples\.txt(\.gz)?$/);
  const bytes = readFileSync(path.join(cwd, file));
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  return { text, samples: parseSamples(text), report: analyseThreads(parseSamples(text)) };
}

describe.skipIf(!hasProc).each(SHELLS)(`in $name${hasProc ? '' : ' [not run: no /proc here]'}`, shell => {
  it('samples every thread of a tree, with calls, files, stacks and the node', () => {
    const proc = temporaryFolder();
    writeProcTree(
      proc,
      42,
      [
        {
          tid: 42,
          command: 'kubelet',
          state: 'S',
          syscall: '202 0x10 0x80 0x0 0x0 0x0 0x0 0x7ff 0x400',
          waitsIn: 'futex_do_wait',
          stack: ['futex_do_wait', 'do_syscall_64'],
        },
        {
          tid: 43,
          command: 'kubelet',
          state: 'S',
          syscall: '0 0x9 0x1 0x2 0x0 0x0 0x0 0x1 0x2',
          waitsIn: 'pipe_read',
        },
        { tid: 44, command: 'a ) b', state: 'R', syscall: 'running' },
      ],
      { 3: '/var/log/kubelet.log', 9: '/sys/fs/cgroup/memory/memory.stat', 4: 'socket:[123]' },
    );

    const { samples, report } = sample(shell, { pid: 42, startTicks: 1000, seconds: 1, rounds: 5, proc });

    expect(samples).toMatchObject({ end: 'complete', unparsedLines: 0 });
    expect(samples.rounds).toHaveLength(5);
    expect(samples.looks).toHaveLength(2);
    expect([...(samples.looks[0]?.processes.values() ?? [])].map(process => process.command).sort()).toEqual([
      'kubelet',
      'other (x)',
    ]);
    expect(samples.looks[0]?.threadRunDelays.get(43)).toBe(2000);
    expect(report.facts).toMatchObject({
      pid: 42,
      command: 'kubelet',
      rounds: 5,
      secondsAsked: 1,
      hasStacks: true,
    });
    const rows = new Map(report.threads.map(row => [row.tid, row]));
    expect([...rows.keys()].sort()).toEqual([42, 43, 44]);
    expect(rows.get(44)).toMatchObject({ command: 'a ) b', samples: 5, places: { cpu: 5 } });
    if (process.arch === 'x64') {
      expect(rows.get(42)?.calls).toMatchObject([
        { syscall: 'futex', detail: 'FUTEX_WAIT_PRIVATE val 0', waitsIn: 'futex_do_wait', samples: 5 },
      ]);
      expect(rows.get(43)?.calls).toMatchObject([
        { syscall: 'read', detail: 'fd 9', file: '/sys/fs/cgroup/memory/memory.stat', samples: 5 },
      ]);
    }
    expect(report.files.map(file => file.path).sort()).toEqual([
      '/sys/fs/cgroup/memory/memory.stat',
      '/var/log/kubelet.log',
    ]);
  });

  it('takes no other process of the same number, and says so', () => {
    const proc = temporaryFolder();
    writeProcTree(proc, 42, [{ tid: 42, command: 'kubelet', state: 'S', syscall: 'running' }], {});
    const cwd = temporaryFolder();
    const run = (request: Partial<SampleRequest>) =>
      shell.run(sampleThreads({ pid: 42, seconds: 1, rounds: 2, proc, ...request }).argv, { cwd });
    expect(() => run({ startTicks: 999 })).toThrow(expect.objectContaining({ status: 3 }));
    expect(() => run({ pid: 41 })).toThrow(expect.objectContaining({ status: 3 }));
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('ends early where the process does', () => {
    // An orphan, so that another process than this one takes its end.
    const pid = Number(execFileSync('sh', ['-c', 'sleep 0.7 >/dev/null & echo $!'], { encoding: 'utf8' }));
    const { samples, report } = sample(shell, { pid, seconds: 5, rounds: 20 });
    expect(samples.end).toBe('gone');
    expect(report.facts.rounds).toBeGreaterThan(0);
    expect(report.facts.seconds).toBeLessThan(2);
    expect(report.warnings.map(formatSentence)).toEqual([`Process ${pid} ended while it was sampled.`]);
  });

  it('tells a program that burns from one that sleeps, and stays under its budget', () => {
    const burning = spawn('sh', ['-c', 'while :; do :; done']);
    const sleeping = spawn('sleep', ['60']);
    onTestFinished(() => {
      burning.kill('SIGKILL');
      sleeping.kill('SIGKILL');
    });

    const busy = sample(shell, { pid: burning.pid ?? 0, seconds: 2, rounds: 16 }).report;
    const idle = sample(shell, { pid: sleeping.pid ?? 0, seconds: 1, rounds: 12 }).report;

    const [thread] = busy.threads;
    expect(busy.total.cores).toBeGreaterThan(0.1);
    expect(busy.total.userSeconds).toBeGreaterThan(busy.total.systemSeconds);
    expect((thread?.places.user ?? 0) + (thread?.places.cpu ?? 0) + (thread?.places.kernel ?? 0)).toBe(
      thread?.samples,
    );
    expect(busy.processes.find(row => row.pid === burning.pid)?.userCores).toBeGreaterThan(0.1);
    // 2 % of a core, and what looking at all processes of this machine twice takes.
    expect(busy.facts.samplerCpuSeconds).toBeLessThan(0.5);
    expect(idle.threads).toMatchObject([{ command: 'sleep', userSeconds: 0, systemSeconds: 0 }]);
    expect(idle.threads[0]?.places.waiting).toBe(idle.facts.rounds);
    expect(idle.verdict.map(line => line.id)).not.toContain('slow-memory-stat');
  });
});

it('is a job with values as parameters, never as part of the script', () => {
  const job = sampleThreads({ pid: 42, seconds: 10, rounds: 50 });
  expect(job.argv.slice(0, 2)).toEqual(['sh', '-c']);
  expect(job.argv.slice(3)).toEqual(['node-triage-threads', '42', '10', '50', '', '/proc']);
  expect(job).toMatchObject({ name: 'threads', seconds: 10, limitSeconds: 40 });
});
