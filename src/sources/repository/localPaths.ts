/**
 * Where the source of a frame may lie on this machine, as paths below the module cache, GOROOT or a checkout. Which of
 * them exists is for those to find out who may touch a disk.
 */
import type { LocalPaths, SourcePlace } from '../frame/frame.js';
import type { SourceFile } from '../go/sourceFile.js';

/** Candidates of a file; places without a file have none. */
export function localPathsOf(
  source: SourceFile,
  place: SourcePlace | undefined,
  vendored: SourcePlace | undefined,
): LocalPaths {
  return {
    moduleCache: source.kind === 'module' ? moduleCachePath(source) : undefined,
    goRoot: source.kind === 'go' && place?.kind === 'file' ? source.path : undefined,
    repository: place?.kind === 'file' ? { name: place.repository, path: place.path } : undefined,
    vendored: vendored?.kind === 'file' ? vendored.path : undefined,
  };
}

function moduleCachePath(source: Extract<SourceFile, { kind: 'module' }>): string | undefined {
  const { module, version, directory, base } = source;
  if (module === '' || version === '' || version === 'v0.0.0' || base === '') return undefined;
  const below = directory.slice(module.length);
  return `${escapeUpper(module)}@${escapeUpper(version)}${below}/${base}`;
}

/** The module cache's spelling for file systems that do not tell case apart. */
function escapeUpper(path: string): string {
  return path.replace(/[A-Z]/g, letter => `!${letter.toLowerCase()}`);
}
