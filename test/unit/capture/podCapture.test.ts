/** Sampled threads and cgroup checks as captures: the scripts run by this machine's shell, the pod's life left out. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { samplesInProcess } from '../../support/samplesInProcess.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isTriageError, type TriageError } from '../../../src/base/errors.js';
import type { PodJob } from '../../../src/base/podCommand.js';
import { captureCgroups } from '../../../src/capture/captureCgroups.js';
import { captureNodeFacts } from '../../../src/capture/captureNodeFacts.js';
import { captureThreads } from '../../../src/capture/captureThreads.js';
import { systemClock } from '../../../src/capture/clock.js';
import type { PodCaptureProgress } from '../../../src/capture/podCapture.js';
import { kubeletOn } from '../../../src/capture/profileTarget.js';
import { inspectFindings } from '../../../src/cli/inspectFindings.js';
import { runInspect } from '../../../src/cli/runInspect.js';
import { ShellPod } from '../../support/shellPod.js';

const hasProc = existsSync('/proc/self/syscall');
const NODE = { name: 'node1', kubeletVersion: 'v1.32.5', kernelVersion: '6.18.44' } as Parameters<
  typeof captureThreads
>[1]['node'];

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'node-triage-captures-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A process that stands for the kubelet, as findKubelet's script would list it. */
function startKubelet(): { readonly pid: number; readonly listed: string } {
  const child = spawn('sleep', ['60']);
  onTestFinished(() => void child.kill('SIGKILL'));
  const pid = child.pid ?? 0;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const start = stat.slice(stat.lastIndexOf(') ') + 2).split(' ')[19] ?? '';
  const facts = [
    `candidate ${pid}`,
    'comm kubelet',
    `start ${start}`,
    'uid 0',
    'threads 1',
    'tracer 0',
    'cgroup 0::/kubelet',
    `end ${pid}`,
    'done yes',
    '',
  ];
  return { pid, listed: ['kernel 6.18.44', 'machine x86_64', ...facts].join('\n') };
}

const request = (root: string) => ({ context: 'test', ...kubeletOn(NODE), root, writtenBy: 'test' });

async function refusal(promise: Promise<unknown>): Promise<TriageError> {
  const reason = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!isTriageError(reason)) throw new Error('not refused with a TriageError', { cause: reason });
  return reason;
}

describe.skipIf(!hasProc)(`captures in a pod${hasProc ? '' : ' [not run: no /proc here]'}`, () => {
  it('of threads: samples, folded stacks and a record; inspect says the same', async () => {
    const { pid, listed } = startKubelet();
    const root = temporaryFolder();
    const phases = new Set<string>();
    const pod = new ShellPod(() => listed);

    const { report, folder, record } = await captureThreads(
      { pod, clock: systemClock, samples: samplesInProcess },
      { ...request(root), seconds: 1, roundsPerTenSeconds: 100 },
      new AbortController().signal,
      ({ phase }: PodCaptureProgress) => phases.add(phase),
    );

    expect([...phases]).toEqual(['finding', 'measuring', 'fetching', 'saving']);
    expect(report.facts).toMatchObject({ pid, command: 'sleep', secondsAsked: 1, roundsAsked: 10 });
    expect(readdirSync(folder).sort()).toEqual(['capture.json', 'threads.folded', 'threads.samples.txt']);
    expect(record).toMatchObject({
      profile: 'threads',
      state: 'complete',
      secondsPlanned: 1,
      files: [
        { name: 'threads.samples.txt', kind: 'thread-samples' },
        { name: 'threads.folded', kind: 'folded' },
      ],
    });
    const { output } = runInspect(['--json', path.join(folder, 'threads.samples.txt')]);
    expect(output).toMatchObject({
      format: 'thread-samples',
      facts: report.facts,
      verdict: inspectFindings(report.verdict),
    });
  });

  it('of threads where the kubelet ended meanwhile says that it was not found, and leaves nothing', async () => {
    const { listed } = startKubelet();
    const root = temporaryFolder();
    const pod = new ShellPod(() => listed.replace(/start \d+/, 'start 1'));
    const { code, facts } = await refusal(
      captureThreads(
        { pod, clock: systemClock, samples: samplesInProcess },
        request(root),
        new AbortController().signal,
        () => undefined,
      ),
    );
    expect(code).toBe('kubelet-not-found');
    expect(facts['reason']).toMatch(/ended before it could be sampled$/);
    expect(readdirSync(root)).toEqual([]);
  });

  it('of cgroups: the check and a record; inspect says the same', async () => {
    const root = temporaryFolder();
    const pod = new ShellPod(() => '');
    const { assessment, folder, record } = await captureCgroups(
      { pod, clock: systemClock },
      request(root),
      new AbortController().signal,
      () => undefined,
    );
    expect(assessment.verdict.length).toBeGreaterThan(0);
    expect(readdirSync(folder).sort()).toEqual(['capture.json', 'cgroups.health.txt']);
    expect(record).toMatchObject({ profile: 'cgroups', files: [{ kind: 'cgroup-health' }] });
    const { output } = runInspect(['--json', path.join(folder, 'cgroups.health.txt')]);
    expect(output).toMatchObject({ format: 'cgroup-health', verdict: inspectFindings(assessment.verdict) });
  });

  it('of the facts of a node: a record, and no secret of its logs', async () => {
    const root = temporaryFolder();
    // Beside the script's own sections one more, as a journal would have it.
    const secret = 'kubelet[1]: Failed: password=hunter2secret';
    const addJournal = (job: PodJob): PodJob => ({
      ...job,
      argv: job.argv.map((word, at) =>
        at === 2
          ? word.replace('# Reading rules', `printf '# section: journal 1.00\\n%s\\n\\n' '${secret}'\n#`)
          : word,
      ),
    });
    const { evidence, folder, record } = await captureNodeFacts(
      { pod: new ShellPod(() => '', addJournal), clock: systemClock },
      request(root),
      new AbortController().signal,
      () => undefined,
    );
    expect(readdirSync(folder).sort()).toEqual(['capture.json', 'facts.node.txt']);
    expect(record).toMatchObject({ profile: 'facts', state: 'complete', files: [{ kind: 'node-facts' }] });
    expect(evidence.facts.journal.map(({ text }) => text)).toEqual(['kubelet[1]: Failed: password=•••']);
    expect(readFileSync(path.join(folder, 'facts.node.txt'), 'utf8')).not.toContain('hunter2');
    const { output } = runInspect(['--json', path.join(folder, 'facts.node.txt')]);
    expect(output).toMatchObject({ format: 'node-facts', verdict: inspectFindings(evidence.verdict) });
  });

  it.each([
    ['killed by the watchdog', 'kill -KILL $$', 'timed-out'],
    ['with a status', 'echo no such thing >&2; exit 4', 'command-failed'],
    ['without a file', 'exit 0', 'command-failed'],
    ['with another format', 'echo hello >cgroups.health.txt', 'format-unknown'],
  ])('that ends %s rejects, and leaves nothing', async (_, script, code) => {
    const root = temporaryFolder();
    const failing = (job: PodJob): PodJob => ({ ...job, argv: ['sh', '-c', script] });
    const pod = new ShellPod(() => '', failing);
    const error = await refusal(
      captureCgroups(
        { pod, clock: systemClock },
        request(root),
        new AbortController().signal,
        () => undefined,
      ),
    );
    expect(error).toMatchObject({ code });
    if (code === 'command-failed') expect(error.node).toBe('node1');
    expect(readdirSync(root)).toEqual([]);
  });

  it.each(['measuring', 'fetching', 'saving'])('cancelled while %s leaves nothing', async phase => {
    const root = temporaryFolder();
    const cancel = new AbortController();
    const error = await refusal(
      captureCgroups(
        { pod: new ShellPod(() => ''), clock: systemClock },
        request(root),
        cancel.signal,
        progress => {
          if (progress.phase === phase) cancel.abort();
        },
      ),
    );
    expect(error.code).toBe('cancelled');
    expect(readdirSync(root)).toEqual([]);
  });
});
