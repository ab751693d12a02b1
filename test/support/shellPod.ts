/**
 * A debug pod that is this machine's own shell: jobs run in a folder, files are read from it. For captures, whose scripts
 * shall really run; the life of pods is not here.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { TriageError, throwIfCancelled } from '../../src/base/errors.js';
import type { JobEnd, PodCommand, PodJob } from '../../src/base/podCommand.js';
import type { DebugPod, PodTool } from '../../src/debugpod/debugPodPorts.js';

export class ShellPod implements DebugPod {
  readonly info = {
    namespace: 'triage',
    name: 'node-triage-node1-x',
    uid: 'u',
    node: 'node1',
    image: 'busybox',
    level: 'ptrace',
  } as const;
  private readonly folder = mkdtempSync(path.join(os.tmpdir(), 'node-triage-pod-'));

  /** `stdoutOf`: what commands print. `change`: of a job, before it runs. */
  constructor(
    private readonly stdoutOf: (command: PodCommand<unknown>) => string,
    private readonly change: (job: PodJob) => PodJob = job => job,
  ) {
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  run<T>(command: PodCommand<T>, signal: AbortSignal): Promise<T> {
    throwIfCancelled(signal);
    return Promise.resolve(command.parse(this.stdoutOf(command)));
  }

  runJob(job: PodJob, signal: AbortSignal, onSecondsLeft?: (seconds: number) => void): Promise<JobEnd> {
    onSecondsLeft?.(job.seconds);
    if (signal.aborted) return Promise.reject(new TriageError('cancelled', 'Cancelled.'));
    const [file = 'sh', ...rest] = this.change(job).argv;
    const { status, stdout, stderr } = spawnSync(file, rest, { cwd: this.folder, encoding: 'utf8' });
    const files = readdirSync(this.folder).map(name => ({
      name,
      bytes: statSync(path.join(this.folder, name)).size,
    }));
    return Promise.resolve({ exitCode: status ?? 137, stdout, stderr, files });
  }

  fetch(
    _: PodJob,
    file: string,
    signal: AbortSignal,
    onBytes?: (received: number) => void,
  ): Promise<Uint8Array> {
    throwIfCancelled(signal);
    const bytes = readFileSync(path.join(this.folder, file));
    onBytes?.(bytes.length);
    return Promise.resolve(bytes);
  }

  upload({ name, bytes }: PodTool, signal: AbortSignal, onBytes?: (sent: number) => void): Promise<string> {
    throwIfCancelled(signal);
    const file = path.join(this.folder, name);
    writeFileSync(file, bytes, { mode: 0o500 });
    onBytes?.(bytes.length);
    return Promise.resolve(file);
  }
}
