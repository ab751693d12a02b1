/**
 * Runs a program to its end and returns what it printed. No shell: arguments are arguments. Programs that stay are
 * started by box.ts.
 */
import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Output goes to the terminal as it comes; the result is empty. */
  readonly isShown?: boolean;
  /** Abort kills it. */
  readonly signal?: AbortSignal | undefined;
}

/** A program ended with a status that is not 0, or could not be started. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  constructor(
    command: string,
    argv: readonly string[],
    readonly status: number | string,
    readonly output: string,
  ) {
    super(
      `${[command, ...argv].join(' ')} ended with ${status}${output === '' ? '' : `:\n${output.slice(-4000)}`}`,
    );
  }
}

/** Resolves with stdout; rejects with CommandError (its output: stderr and stdout as they came). */
export async function runCommand(
  command: string,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { cwd, environment, input, isShown = false, signal } = options;
  const child = spawn(command, argv, {
    cwd,
    env: environment ?? process.env,
    signal,
    stdio: [
      input === undefined ? 'ignore' : 'pipe',
      isShown ? 'inherit' : 'pipe',
      isShown ? 'inherit' : 'pipe',
    ],
  });
  let stdout = '';
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
  // A program that ends without reading its input is judged by its status, not by our broken pipe.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  const status = await new Promise<number | string>((resolve, reject) => {
    child.once('error', error => reject(new CommandError(command, argv, error.message, output)));
    child.once('close', (code, killedBy) => resolve(code ?? killedBy ?? 'no status'));
  });
  if (status !== 0) throw new CommandError(command, argv, status, output);
  return stdout;
}

/** Asks `check` every 250 ms until it is true. Rejects after `seconds` with what was waited for. */
export async function waitUntil(
  what: string,
  seconds: number,
  check: () => Promise<boolean> | boolean,
  signal?: AbortSignal,
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await check())) {
    signal?.throwIfAborted();
    if (performance.now() > end) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await new Promise(resolve => setTimeout(resolve, 250));
  }
}
