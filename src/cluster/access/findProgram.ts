/**
 * Where a credential plugin's program lies, by our own PATH, as client-go's exec.Command does it (Go, os/exec,
 * lp_unix.go and lp_windows.go): parts of the PATH that are not absolute are passed over, so that a folder cannot bring
 * its own `aws`. Starts nothing.
 */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** What Go takes where PATHEXT is not set, in its order. batchCommand.ts says how the last two are started. */
const WINDOWS_ENDINGS = ['.com', '.exe', '.bat', '.cmd'];

/** Whose rules count: this machine's, where a test does not say otherwise. */
export interface ProgramHost {
  readonly isWindows: boolean;
  readonly isProgram: (file: string) => Promise<boolean>;
}

const THIS_MACHINE: ProgramHost = { isWindows: process.platform === 'win32', isProgram };

/**
 * Absolute path of the program to start; undefined where the PATH has none. A path is taken as it is, on Windows with the
 * first ending under which there is a program.
 */
export async function findProgram(
  command: string,
  environment: Environment,
  host: ProgramHost = THIS_MACHINE,
): Promise<string | undefined> {
  const paths = host.isWindows ? path.win32 : path.posix;
  const names = namesOf(command, host);
  if (paths.isAbsolute(command)) return (await firstProgram(names, host)) ?? command;
  for (const folder of pathOf(environment, host).split(paths.delimiter)) {
    if (!paths.isAbsolute(folder)) continue;
    const found = await firstProgram(
      names.map(name => paths.join(folder, name)),
      host,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

async function firstProgram(files: readonly string[], host: ProgramHost): Promise<string | undefined> {
  for (const file of files) if (await host.isProgram(file)) return file;
  return undefined;
}

function namesOf(command: string, { isWindows }: ProgramHost): readonly string[] {
  if (!isWindows) return [command];
  const hasEnding = WINDOWS_ENDINGS.includes(path.win32.extname(command).toLowerCase());
  return hasEnding ? [command] : WINDOWS_ENDINGS.map(ending => command + ending);
}

/** Windows writes it `Path`, and knows no capitals in names of variables. */
function pathOf(environment: Environment, { isWindows }: ProgramHost): string {
  if (!isWindows) return environment['PATH'] ?? '';
  const name = Object.keys(environment).find(key => key.toUpperCase() === 'PATH');
  return (name === undefined ? undefined : environment[name]) ?? '';
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    // Not there, or not ours to run: the next folder of the PATH may have it.
    return false;
  }
}
