/**
 * Finds the source of a frame on this machine: the module cache, GOROOT, and checkouts. The right file is one whose
 * place fits and that declares the function; a checkout at another version is used, and said so. Places come from a
 * profile, which may be of any origin: what leads out of its root, by its name or by a link, is not there.
 */
import path from 'node:path';
import { FILE_BYTES } from '../base/limits.js';
import { findInside, isPathBelow } from '../files/insideFolder.js';
import { readRegularText } from '../files/regularFile.js';
import type { FrameLinks, KernelLink } from '../sources/frame/frame.js';
import { GoText } from '../sources/go/functionDeclaration.js';
import { findLocalLines, localLineOf } from '../sources/localLines.js';
import { findFile, isAtRevision, isCheckoutOf, isGoRoot } from './checkout.js';

/** Absolute folders, the preferred first. */
export interface SourceRoots {
  readonly moduleCaches: readonly string[];
  readonly goRoots: readonly string[];
  /** Releases that the system or the user installed: their `src` may be a link (Debian keeps it below /usr/share). */
  readonly installedGoRoots: readonly string[];
  /** Checkouts, or folders that hold some. */
  readonly checkouts: readonly string[];
}

export interface LocalSource {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Whether the text is what was built; undefined where that cannot be told. */
  readonly isSameVersion: boolean | undefined;
  /** The revision that was built, where it is known. */
  readonly revision: string;
  /** The profile says another line: the function stands elsewhere here. */
  readonly isMoved: boolean;
}

export interface LocalFrame {
  readonly name: string;
  /** The line that is wanted, or 0. */
  readonly line: number;
  readonly startLine: number;
}

interface Candidate {
  readonly file: string;
  readonly isSameVersion: boolean | undefined;
  readonly revision: string;
}

/** The first that declares the function; undefined where this machine has none. Never rejects. */
export async function findLocalSource(
  frame: LocalFrame,
  links: FrameLinks,
  roots: SourceRoots,
): Promise<LocalSource | undefined> {
  const { source, kernel } = links;
  if (source?.kind === 'identifier') return kernel && findLocalKernel(kernel, roots);
  for await (const { file, isSameVersion, revision } of candidatesOf(links, roots)) {
    const text = await readSource(file);
    const lines = findLocalLines(new GoText(text), { ...frame, isKernel: false }, isSameVersion === true);
    if (lines.kind === 'missing') continue;
    const line = localLineOf(lines, frame.line);
    return { file, line, isSameVersion, revision, isMoved: frame.line > 0 && line !== frame.line };
  }
  return undefined;
}

/** The kernel function behind a frame, in a kernel tree of this machine, where it is defined there. Never rejects. */
export async function findLocalKernel(
  { symbol, file: link, confidence }: KernelLink,
  roots: SourceRoots,
): Promise<LocalSource | undefined> {
  if (link === undefined) return undefined;
  const { repository, path: place, revision } = link;
  for await (const candidate of inCheckouts(roots.checkouts, repository, place, revision)) {
    // A vendor's kernel is never the upstream release that its name begins with.
    const isSameVersion = confidence === 'exact' ? candidate.isSameVersion : undefined;
    const subject = { name: symbol, startLine: 0, isKernel: true };
    const lines = findLocalLines(
      new GoText(await readSource(candidate.file)),
      subject,
      isSameVersion === true,
    );
    if (lines.kind === 'missing') continue;
    return { file: candidate.file, line: lines.declaration, isSameVersion, revision, isMoved: false };
  }
  return undefined;
}

async function* candidatesOf(links: FrameLinks, roots: SourceRoots): AsyncGenerator<Candidate> {
  const { local, source, vendored } = links;
  const revision = source?.revision ?? '';
  if (local.moduleCache !== undefined)
    for (const cache of roots.moduleCaches) {
      const file = await findFile(cache, local.moduleCache);
      if (file !== undefined) yield { file, isSameVersion: true, revision };
    }
  if (local.goRoot !== undefined) {
    yield* inGoRoots(roots.goRoots, local.goRoot, revision);
    yield* inInstalledGo(roots.installedGoRoots, local.goRoot, revision);
  }
  if (local.repository !== undefined)
    yield* inCheckouts(roots.checkouts, local.repository.name, local.repository.path, revision);
  if (local.vendored !== undefined && vendored !== undefined)
    yield* inCheckouts(roots.checkouts, vendored.repository, local.vendored, vendored.revision);
}

async function* inGoRoots(
  folders: readonly string[],
  place: string,
  revision: string,
): AsyncGenerator<Candidate> {
  for (const folder of folders) {
    const file = await findFile(folder, place);
    if (file !== undefined && (await isGoRoot(folder)))
      yield { file, isSameVersion: await isAtRevision(folder, revision), revision };
  }
}

async function* inInstalledGo(
  folders: readonly string[],
  place: string,
  revision: string,
): AsyncGenerator<Candidate> {
  for (const folder of folders) {
    const sources = path.join(folder, 'src');
    const file = await findFile(sources, place.replace(/^src\//, ''));
    if (file !== undefined && (await findFile(sources, 'runtime/proc.go')) !== undefined)
      yield { file, isSameVersion: await isAtRevision(folder, revision), revision };
  }
}

async function* inCheckouts(
  checkouts: readonly string[],
  repository: string,
  file: string,
  revision: string,
): AsyncGenerator<Candidate> {
  for (const root of checkouts)
    for (const below of possibleRoots(repository, revision)) {
      const folder = path.join(root, below);
      // The root is the bound, and the checkout in it once more: neither a name nor a link leads out of them.
      if (below !== '' && (await findInside(root, below)) === undefined) continue;
      const place = await findFile(folder, file);
      if (place !== undefined && (await isCheckoutOf(folder, repository)))
        yield { file: place, isSameVersion: await isAtRevision(folder, revision), revision };
    }
}

/** A root itself, and where people keep several: side by side, by owner, as GOPATH does, unpacked archives. */
function possibleRoots(repository: string, revision: string): readonly string[] {
  const name = repository.slice(repository.indexOf('/') + 1);
  const unpacked = `${name}-${revision.replace(/^v/, '')}`;
  const inner = [name, unpacked, repository, `github.com/${repository}`, `k8s.io/${name}`].filter(
    isPathBelow,
  );
  return ['', ...inner, ...inner.map(below => `src/${below}`)];
}

/** '' for what cannot be read: it declares nothing. */
async function readSource(file: string): Promise<string> {
  try {
    return await readRegularText(file, { maxBytes: FILE_BYTES.source, links: 'refuse' });
  } catch {
    return '';
  }
}

/**
 * Whether a file is one that could have been found below the roots: for commands, which any extension may run with any path. A
 * path outside of them is not looked at: on Windows that look alone may hand a credential to another machine.
 */
export async function isInRoots(file: string, roots: SourceRoots): Promise<boolean> {
  const installed = roots.installedGoRoots.map(folder => path.join(folder, 'src'));
  for (const root of [...roots.checkouts, ...roots.moduleCaches, ...roots.goRoots, ...installed]) {
    const below = path.relative(root, file).split(path.sep).join('/');
    if ((await findFile(root, below)) !== undefined) return true;
  }
  return false;
}
