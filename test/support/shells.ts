/**
 * The shells that scripts for pods must run in: the machine's own sh, dash, bash, and busybox with nothing but its own
 * tools in PATH. Those that are not installed are left out, and test/unit/support/shells.test.ts says so; one is always
 * there, except on Windows.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface ShellOptions {
  readonly cwd?: string;
  readonly limitSeconds?: number;
  /** None where undefined. */
  readonly stdin?: Uint8Array | undefined;
}

export interface Shell {
  readonly name: string;
  /** PATH and the first words that stand for `sh`; absolute but for `sh` itself, as tests make PATHs of their own. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly words: readonly [string, ...string[]];
  /**
   * Runs a command whose argv begins with `sh`. Its whole stdout; throws where it exits with another status than 0, or
   * not within `limitSeconds`.
   */
  run(argv: readonly string[], options?: ShellOptions): string;
}

function shell(
  name: string,
  words: Shell['words'],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Shell {
  return {
    name,
    words,
    environment,
    run(argv, options = {}) {
      const [file, ...first] = words;
      if (argv[0] !== 'sh') throw new Error(`not a shell's command: ${argv.join(' ')}`);
      return execFileSync(file, [...first, ...argv.slice(1)], {
        encoding: 'utf8',
        env: environment,
        cwd: options.cwd,
        maxBuffer: 64 * 1024 * 1024,
        timeout: options.limitSeconds === undefined ? undefined : options.limitSeconds * 1000,
        killSignal: 'SIGKILL',
        input: options.stdin,
        stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      });
    },
  };
}

function realPathOf(program: string): string {
  return realpathSync(execFileSync('which', [program], { encoding: 'utf8' }).trim());
}

function isThere(words: Shell['words']): boolean {
  const [file, ...first] = words;
  return spawnSync(file, [...first, '-c', ':']).status === 0;
}

/** A folder with a link for each of busybox's tools: a script that needs another one fails. */
function busyboxPath(): string {
  const bin = mkdtempSync(path.join(os.tmpdir(), 'node-triage-busybox-'));
  process.once('exit', () => rmSync(bin, { recursive: true, force: true }));
  const busybox = execFileSync('which', ['busybox'], { encoding: 'utf8' }).trim();
  for (const tool of execFileSync(busybox, ['--list'], { encoding: 'utf8' }).split('\n'))
    if (tool !== '') symlinkSync(busybox, path.join(bin, tool));
  return bin;
}

/** What the machine's own `sh` is, besides. */
const isSh = (program: string): boolean => realPathOf('sh') === realPathOf(program);

function findShells(): readonly Shell[] {
  if (process.platform === 'win32') return [];
  const found = [shell('sh', ['sh'])];
  // On Debian sh is dash, on Fedora bash.
  if (isThere(['dash']) && !isSh('dash')) found.push(shell('dash', [realPathOf('dash')]));
  // As images have it that call it sh.
  if (isThere(['bash']) && !isSh('bash')) found.push(shell('bash', [realPathOf('bash'), '--posix']));
  if (isThere(['busybox', 'sh'])) {
    const bin = busyboxPath();
    found.push(shell('busybox sh', [path.join(bin, 'sh')], { ...process.env, PATH: bin }));
  }
  return found;
}

export const SHELLS: readonly Shell[] = findShells();

/** Of the three that every script is tested in, those that this machine lacks. */
export const MISSING_SHELLS: readonly string[] =
  process.platform === 'win32'
    ? ['dash', 'bash', 'busybox']
    : [
        ...['dash', 'bash'].filter(name => !isThere([name])),
        ...(isThere(['busybox', 'sh']) ? [] : ['busybox']),
      ];
