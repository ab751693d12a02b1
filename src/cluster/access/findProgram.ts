/**
 * Where a credential plugin's program lies, by our own PATH, as client-go's exec.Command does it (Go, os/exec,
 * lp_unix.go and lp_windows.go): parts of the PATH that are not absolute are passed over, so that a folder cannot bring
 * its own `aws`. Starts nothing.
 */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Windows starts nothing else without a shell. */
const WINDOWS_ENDINGS = ['.exe', '.com'];

/** Absolute path of the program to start; undefined where the PATH has none. A path is taken as it is. */
export async function findProgram(command: string, environment: Environment): Promise<string | undefined> {
  if (path.isAbsolute(command)) return command;
  for (const folder of pathOf(environment).split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    for (const name of namesOf(command)) {
      const file = path.join(folder, name);
      if (await isProgram(file)) return file;
    }
  }
  return undefined;
}

function namesOf(command: string): readonly string[] {
  if (process.platform !== 'win32') return [command];
  const hasEnding = WINDOWS_ENDINGS.includes(path.extname(command).toLowerCase());
  return hasEnding ? [command] : WINDOWS_ENDINGS.map(ending => command + ending);
}

/** Windows writes it `Path`, and knows no capitals in names of variables. */
function pathOf(environment: Environment): string {
  if (process.platform !== 'win32') return environment['PATH'] ?? '';
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
