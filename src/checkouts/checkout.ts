/**
 * What a folder on this machine is a checkout of, and whether it is at a revision. Reads a few small files; runs no git,
 * which may not be there and could be made to run programs by a repository's own configuration.
 */
import path from 'node:path';
import { FILE_BYTES } from '../base/limits.js';
import { findInside, readTextInside } from '../files/insideFolder.js';
import { requireRegularFile } from '../files/regularFile.js';
import { findPackageHome } from '../sources/repository/repositories.js';

/** The regular file at `below` in a folder, by no link out of it; undefined where there is none. Never rejects. */
export async function findFile(folder: string, below: string): Promise<string | undefined> {
  const file = await findInside(folder, below);
  if (file === undefined) return undefined;
  try {
    await requireRegularFile(file, 'refuse');
    return file;
  } catch {
    return undefined; // whatever the reason, there is nothing to open
  }
}

async function hasFile(folder: string, below: string): Promise<boolean> {
  return (await findFile(folder, below)) !== undefined;
}

/** Whether a folder is the root of `owner/name`: by its go.mod, or what Go and the kernel have in their place. */
export async function isCheckoutOf(folder: string, repository: string): Promise<boolean> {
  if (repository === 'golang/go') return isGoRoot(folder);
  if (repository === 'torvalds/linux')
    return (await hasFile(folder, 'Kbuild')) && hasFile(folder, 'MAINTAINERS');
  const module = /^module\s+(\S+)/m.exec(await readRecord(folder, 'go.mod'))?.[1];
  // Before there were modules, the folder's name is all there is.
  if (module === undefined) return path.basename(folder) === repository.slice(repository.indexOf('/') + 1);
  const home = findPackageHome(module, module);
  if (home?.kind === 'kubernetes')
    return repository === 'kubernetes/kubernetes' && home.staging === undefined;
  return home?.repository === repository;
}

export async function isGoRoot(folder: string): Promise<boolean> {
  return hasFile(folder, 'src/runtime/proc.go');
}

/** Whether the checkout is at a tag or commit; undefined where that cannot be told. */
export async function isAtRevision(folder: string, revision: string): Promise<boolean | undefined> {
  const release = /^(go\S+)/.exec(await readRecord(folder, 'VERSION'))?.[1];
  if (release !== undefined) return release === revision;
  const kernel = kernelTagOf(await readRecord(folder, 'Makefile'));
  if (kernel !== undefined) return kernel === revision;
  const head = (await readRecord(folder, '.git/HEAD')).trim();
  const packed = await readRecord(folder, '.git/packed-refs');
  const reference = /^ref: (.+)$/.exec(head)?.[1];
  const commit = reference === undefined ? head : await readReference(folder, packed, reference);
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return undefined;
  if (/^[0-9a-f]{7,64}$/.test(revision)) return commit.startsWith(revision);
  const tag = await readReference(folder, packed, `refs/tags/${revision}`);
  if (tag === commit) return true;
  // An annotated tag outside packed-refs names an object of its own, which may well lead to this commit.
  return packed.includes(tag) && tag !== '' ? false : undefined;
}

/** The release a kernel tree's Makefile begins with, as its tag: the first of a series has no third number. */
function kernelTagOf(makefile: string): string | undefined {
  const found = /^VERSION = (\d+)\nPATCHLEVEL = (\d+)\nSUBLEVEL = (\d+)\nEXTRAVERSION =(.*)$/m.exec(makefile);
  if (found === null) return undefined;
  const [, version = '', level = '', sub = '', extra = ''] = found;
  const series = `v${version}.${level}`;
  return (sub === '0' ? series : `${series}.${sub}`) + extra.trim();
}

/** The commit a packed reference leads to (its peeled line where it has one), else what the loose file says; or ''. */
async function readReference(folder: string, packed: string, name: string): Promise<string> {
  const rows = packed.split('\n');
  const at = rows.findIndex(row => row.endsWith(` ${name}`));
  const loose = (await readRecord(folder, `.git/${name}`)).trim();
  if (loose !== '' || at < 0) return loose;
  const peeled = rows[at + 1]?.startsWith('^') === true ? rows[at + 1]?.slice(1) : undefined;
  return (peeled ?? rows[at]?.split(' ')[0] ?? '').trim();
}

/** '' for what cannot be read, or leads out of the folder: a reference's name is the checkout's own text. */
async function readRecord(folder: string, below: string): Promise<string> {
  return (await readTextInside(folder, below, FILE_BYTES.checkoutRecord)) ?? '';
}
