/** What a triage takes on the node: several jobs in one pod, each a capture of its own. Scripts run in this machine's shell. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PodJob } from '../../../src/base/podCommand.js';
import {
  captureNodeEvidence,
  NODE_EVIDENCE,
  type NodeEvidenceRequest,
} from '../../../src/capture/captureNodeEvidence.js';
import { systemClock } from '../../../src/capture/clock.js';
import { kubeletOn } from '../../../src/capture/profileTarget.js';
import { samplesInProcess } from '../../support/samplesInProcess.js';
import { ShellPod } from '../../support/shellPod.js';

const hasProc = existsSync('/proc/self/syscall');
const NODE = {
  name: 'node1',
  kubeletVersion: 'v1.32.5',
  kernelVersion: '6.18.44',
} as NodeEvidenceRequest['node'];
const never = new AbortController().signal;

function request(): NodeEvidenceRequest {
  const root = mkdtempSync(path.join(os.tmpdir(), 'node-triage-evidence-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const place = { context: 'test', root, writtenBy: 'test', case: { id: 'one-case' } };
  return { ...place, ...kubeletOn(NODE), threadSeconds: 1 };
}

const ports = (pod: ShellPod) => ({ pod, clock: systemClock, samples: samplesInProcess });

/** What findKubelet's script prints where a process stands for the kubelet. */
function aKubelet(): string {
  const child = spawn('sleep', ['60']);
  onTestFinished(() => void child.kill('SIGKILL'));
  const pid = child.pid ?? 0;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const start = stat.slice(stat.lastIndexOf(') ') + 2).split(' ')[19] ?? '';
  const facts = ['comm kubelet', `start ${start}`, 'uid 0', 'threads 1', 'tracer 0', 'cgroup 0::/kubelet'];
  const candidate = [`candidate ${pid}`, ...facts, `end ${pid}`, 'done yes', ''];
  return ['kernel 6.18.44', 'machine x86_64', ...candidate].join('\n');
}

const noKubelet = (): string => ['kernel 6.18.44', 'machine x86_64', 'done yes', ''].join('\n');

/** Jobs of these names fail. */
const failing =
  (...names: readonly string[]) =>
  (job: PodJob): PodJob =>
    names.includes(job.name) ? { ...job, argv: ['sh', '-c', 'exit 9', 'failing'] } : job;

describe.skipIf(!hasProc)(`evidence of a node${hasProc ? '' : ' [not run: no /proc here]'}`, () => {
  it('is one capture a job, all of the case that was asked for', async () => {
    const steps: string[] = [];
    const asked = request();
    const listed = aKubelet();
    const outcome = await captureNodeEvidence(ports(new ShellPod(() => listed)), asked, never, ({ step }) =>
      steps.push(step),
    );

    expect(outcome.failed).toEqual([]);
    expect(outcome.captures.map(({ record }) => record.profile)).toEqual([...NODE_EVIDENCE]);
    expect(outcome.captures.map(({ record }) => record.case?.id)).toEqual(
      NODE_EVIDENCE.map(() => 'one-case'),
    );
    expect([...new Set(steps)]).toEqual([...NODE_EVIDENCE]);
    expect(readdirSync(asked.root)).toHaveLength(NODE_EVIDENCE.length);
  });

  it('keeps what can be taken where a job fails, and says what that met', async () => {
    const asked = request();
    const { captures, failed } = await captureNodeEvidence(
      ports(new ShellPod(noKubelet)),
      asked,
      never,
      () => undefined,
    );
    expect(captures.map(({ record }) => record.profile)).toEqual(['facts', 'cgroups']);
    expect(failed.map(({ step, error }) => [step, error.code])).toEqual([['threads', 'kubelet-not-found']]);
    expect(readdirSync(asked.root)).toHaveLength(2);
  });

  it('rejects with what the first job met where none gave anything', async () => {
    const asked = request();
    await expect(
      captureNodeEvidence(
        ports(new ShellPod(noKubelet, failing('facts', 'cgroups'))),
        asked,
        never,
        () => undefined,
      ),
    ).rejects.toMatchObject({ code: 'command-failed', facts: { command: 'facts', exitCode: 9 } });
    expect(readdirSync(asked.root)).toEqual([]);
  });

  it('cancelled between two jobs keeps the first, and takes no more', async () => {
    const asked = request();
    const cancel = new AbortController();
    const listed = aKubelet();
    const started: string[] = [];
    const pod = new ShellPod(
      () => listed,
      job => {
        started.push(job.name);
        return job;
      },
    );
    await expect(
      captureNodeEvidence(ports(pod), asked, cancel.signal, ({ step }) => {
        if (step === 'threads') cancel.abort();
      }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect(started).toEqual(['facts', 'cgroups']);
    expect(readdirSync(asked.root)).toHaveLength(2);
  });
});
