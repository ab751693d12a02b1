/** Where Go keeps sources on this machine, by its environment variables and defaults. Touches no disk. */
import path from 'node:path';
import type { SourceRoots } from './localSource.js';

export interface GoEnvironment {
  readonly GOMODCACHE?: string | undefined;
  readonly GOPATH?: string | undefined;
  readonly GOROOT?: string | undefined;
}

/** Where distributions and the installer of go.dev put a Go release. */
const USUAL_GO_ROOTS = ['/usr/local/go', '/usr/lib/go', '/usr/lib/golang', '/opt/homebrew/opt/go/libexec'];

/** @param folders workspace folders and the setting's, absolute, the preferred first */
export function sourceRoots(
  folders: readonly string[],
  environment: GoEnvironment,
  homeDirectory: string,
): SourceRoots {
  const goPaths = listOf(environment.GOPATH, path.join(homeDirectory, 'go'));
  const moduleCaches = listOf(environment.GOMODCACHE, path.join(goPaths[0] ?? '', 'pkg', 'mod'));
  return {
    // A folder of the setting may be a module cache or a Go release itself.
    moduleCaches: [...folders, ...folders.map(folder => path.join(folder, 'pkg', 'mod')), ...moduleCaches],
    goRoots: [...folders, ...folders.map(folder => path.join(folder, 'go'))],
    installedGoRoots: [...listOf(environment.GOROOT), ...USUAL_GO_ROOTS],
    checkouts: [...folders, ...goPaths],
  };
}

function listOf(value: string | undefined, otherwise?: string): readonly string[] {
  const given = (value ?? '').split(path.delimiter).filter(part => path.isAbsolute(part));
  if (given.length > 0) return given;
  return otherwise === undefined ? [] : [otherwise];
}
