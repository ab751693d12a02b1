/**
 * Which release of Go a frame's file is of: by the path of GOROOT, by what the kubelet says, by the table of Kubernetes
 * releases, and never older than the files the profile itself names.
 */
import { DEPENDENCY_VERSIONS } from '../data/dependencyVersions.js';
import type { Confidence, SourceFacts } from '../frame/frame.js';
import type { KubernetesBuild } from './kubernetesBuild.js';
import { because, type Reason } from '../frame/reason.js';

export interface GoRevision {
  /** Tag in golang/go (`go1.22.5`), or `HEAD`. */
  readonly revision: string;
  readonly confidence: Confidence;
  readonly reason: Reason | undefined;
}

/** Files by the minor release they appeared in; newest first. Origin: the trees of Go 1.19, 1.24, 1.26 and 1.27. */
const APPEARED: readonly (readonly [prefix: string, minor: number])[] = [
  ['src/internal/runtime/maps/memhash_', 27],
  ['src/net/http/internal/http2/', 27],
  ['src/internal/runtime/syscall/linux/', 26],
  ['src/internal/runtime/gc/scan/', 26],
  ['src/internal/runtime/maps/', 24],
  ['src/internal/sync/', 24],
  ['src/slices/', 21],
  ['src/cmp/', 21],
];

/** The minor release a file below GOROOT asks for at least, or 0. */
export function goMinorOfFile(path: string): number {
  return APPEARED.find(([prefix]) => path.startsWith(prefix))?.[1] ?? 0;
}

/**
 * @param rootVersion what the file's GOROOT says (`go1.22.5`, `go1.19`), or ''
 */
export function findGoRevision(
  rootVersion: string,
  facts: SourceFacts,
  build: KubernetesBuild | undefined,
): GoRevision {
  const stated = /^go\d+\.\d+(?:\.\d+|rc\d+|beta\d+)?/.exec(rootVersion || (facts.goVersion ?? ''))?.[0];
  if (stated !== undefined) return ofStated(stated, rootVersion !== '');
  const atLeast = facts.goAtLeast ?? 0;
  const row = build && DEPENDENCY_VERSIONS[build.minor];
  if (row && goMinor(row.go[0]) >= atLeast) {
    const [tag, known] = row.go;
    const kubernetes = `1.${build.minor}`;
    return {
      revision: tag,
      confidence: known === 'exact' && build.patch === 0 ? 'table' : 'approximate',
      reason: because('go-first-release', { go: tag, kubernetes }),
    };
  }
  if (atLeast > 0) {
    const tag = firstRelease(atLeast);
    return { revision: tag, confidence: 'approximate', reason: because('go-files', { go: tag }) };
  }
  return { revision: 'HEAD', confidence: 'approximate', reason: because('go-unknown', {}) };
}

/** A directory name like go-1.19 may stand for any patch release; `go version` says go1.19 for the first one only. */
function ofStated(stated: string, isDirectory: boolean): GoRevision {
  const minor = goMinor(stated);
  const isMinorOnly = /^go\d+\.\d+$/.test(stated);
  if (!isMinorOnly) return { revision: stated, confidence: 'exact', reason: undefined };
  const tag = firstRelease(minor);
  if (!isDirectory && minor < 21) return { revision: tag, confidence: 'exact', reason: undefined };
  return { revision: tag, confidence: 'approximate', reason: because('go-minor-only', { go: tag }) };
}

function goMinor(tag: string): number {
  return Number(/^go1\.(\d+)/.exec(tag)?.[1] ?? 0);
}

/** Until Go 1.20 the first release had two numbers, since 1.21 it has three. */
function firstRelease(minor: number): string {
  return minor >= 21 ? `go1.${minor}.0` : `go1.${minor}`;
}
