/**
 * A program run for its output: without a shell, for a limited time, with a limited output, and ended with all that it
 * started. Knows nothing of credentials.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { TriageError } from '../../base/errors.js';

export interface ProcessLimits {
  readonly timeMs: number;
  /** Of standard output and of standard error, in bytes each. */
  readonly outputBytes: number;
  /** How long its output is waited for after its end, where another process holds it open. */
  readonly drainMs: number;
}

export type ProcessEnd =
  | { readonly kind: 'ended'; readonly code: number | null; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'too-much' };

export interface ProcessStart {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Windows: `args` are quoted already. */
  readonly isVerbatim?: boolean | undefined;
}

/** Rejects with `cancelled`, or with Node's error where the program cannot be started. */
export function runProcess(
  { file, args, env, isVerbatim = false }: ProcessStart,
  limits: ProcessLimits,
  signal: AbortSignal,
): Promise<ProcessEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      windowsVerbatimArguments: isVerbatim,
      // A group of its own, so that what it started can be ended with it. On Windows that would open a console window.
      detached: process.platform !== 'win32',
    });
    const output = { stdout: new Output(limits.outputBytes), stderr: new Output(limits.outputBytes) };
    let timer = setTimeout(() => stop({ kind: 'too-long' }), limits.timeMs);
    let isRunning = true;

    const leave = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      // A process that still holds the other end may go on; it is not read.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const stop = (end: ProcessEnd | TriageError): void => {
      leave();
      if (isRunning) killTree(child);
      if (end instanceof TriageError) reject(end);
      else resolve(end);
    };
    const cancel = (): void => stop(new TriageError('cancelled', 'Cancelled.'));
    const finish = (code: number | null): void => {
      leave();
      resolve({ kind: 'ended', code, stdout: output.stdout.text(), stderr: output.stderr.text() });
    };

    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (chunk: Buffer) => {
        if (!output[name].take(chunk)) stop({ kind: 'too-much' });
      });
    child.on('error', error => {
      leave();
      reject(error);
    });
    child.on('exit', code => {
      isRunning = false;
      clearTimeout(timer);
      timer = setTimeout(() => finish(code), limits.drainMs);
    });
    child.on('close', finish);
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) cancel();
  });
}

/** Bytes in one block that grows: a flood of single bytes costs no object each. */
class Output {
  private block = Buffer.alloc(4096);
  private length = 0;

  constructor(private readonly maxBytes: number) {}

  /** False beyond the limit. */
  take(chunk: Buffer): boolean {
    const wanted = this.length + chunk.length;
    if (wanted > this.maxBytes) return false;
    if (wanted > this.block.length) {
      const longer = Buffer.alloc(Math.max(wanted, this.block.length * 2));
      this.block.copy(longer, 0, 0, this.length);
      this.block = longer;
    }
    chunk.copy(this.block, this.length);
    this.length = wanted;
    return true;
  }

  text(): string {
    return this.block.toString('utf8', 0, this.length);
  }
}

/** The process and all that it started and that did not leave its group. */
function killTree(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    // There are no groups: taskkill follows the parents.
    const taskkill = path.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'taskkill.exe');
    spawn(taskkill, ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true }).on(
      'error',
      () => child.kill('SIGKILL'),
    );
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The whole group has gone meanwhile.
  }
}
