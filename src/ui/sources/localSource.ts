/**
 * Finds the source of a frame on this machine: the module cache, GOROOT, and checkouts. The right file is one whose
 * place fits and that declares the function; a checkout at another version is used, and said so.
 */
import path from 'node:path';
import type { FrameLinks, KernelLink } from '../../sources/frame.js';
import { findLocalLines, localLineOf } from '../../sources/localLines.js';
import { isAtRevision, isCheckoutOf, isFile, isGoRoot, readText } from './checkout.js';

/** Absolute folders, the preferred first. */
export interface SourceRoots {
  readonly moduleCaches: readonly string[];
  readonly goRoots: readonly string[];
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
    const text = await readText(file);
    const lines = findLocalLines(text, { ...frame, isKernel: false }, isSameVersion === true);
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
    const lines = findLocalLines(await readText(candidate.file), subject, isSameVersion === true);
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
      const file = path.join(cache, local.moduleCache);
      if (await isFile(file)) yield { file, isSameVersion: true, revision };
    }
  if (local.goRoot !== undefined) yield* inGoRoots(roots.goRoots, local.goRoot, revision);
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
    const file = path.join(folder, place);
    if ((await isGoRoot(folder)) && (await isFile(file)))
      yield { file, isSameVersion: await isAtRevision(folder, revision), revision };
  }
}

async function* inCheckouts(
  checkouts: readonly string[],
  repository: string,
  file: string,
  revision: string,
): AsyncGenerator<Candidate> {
  for (const folder of checkouts.flatMap(root => possibleRoots(root, repository, revision))) {
    const place = path.join(folder, file);
    if ((await isFile(place)) && (await isCheckoutOf(folder, repository)))
      yield { file: place, isSameVersion: await isAtRevision(folder, revision), revision };
  }
}

/** The folder itself, and where people keep several: side by side, by owner, as GOPATH does, unpacked archives. */
function possibleRoots(root: string, repository: string, revision: string): readonly string[] {
  const name = repository.slice(repository.indexOf('/') + 1);
  const unpacked = `${name}-${revision.replace(/^v/, '')}`;
  const inner = ['', name, unpacked, repository, `github.com/${repository}`, `k8s.io/${name}`];
  return [...inner, ...inner.slice(1).map(below => `src/${below}`)].map(below => path.join(root, below));
}
