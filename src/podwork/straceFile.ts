/**
 * The strace that a person keeps for clusters that can pull nothing: read from this machine's disk, and looked at
 * before anything is asked or made. What was read is what is shown, and what is uploaded.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { isTriageError, throwIfCancelled, TriageError } from '../base/errors.js';
import { FILE_BYTES } from '../base/limits.js';
import type { ClusterNode } from '../cluster/clusterPorts.js';
import { readRegularFile, requireRegularFile, unreadableFile } from '../files/regularFile.js';
import { parseElfProgram } from '../strace/elfProgram.js';

export interface StraceFile {
  /** As its folder has it. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** 64 digits. */
  readonly sha256: string;
  /** The loader it needs; undefined: it is static. */
  readonly interpreter: string | undefined;
}

/**
 * Reads and judges it for a node. Rejects with `file-unreadable`, or `tool-unfit` where it is too large, no program for
 * Linux, or one for another architecture.
 */
export async function readStraceFile(
  file: string,
  node: Pick<ClusterNode, 'name' | 'architecture'>,
  signal: AbortSignal,
): Promise<StraceFile> {
  const bytes = await readBytes(file, node.name, signal);
  const program = parseElfProgram(bytes);
  if (program === undefined) throw unfit(file, node.name, { problem: 'not-elf' });
  const { architecture, interpreter } = program;
  // A node that does not say what it is gets the benefit of the doubt: it is tried there by `strace -V`.
  if (node.architecture !== '' && node.architecture !== architecture)
    throw unfit(file, node.name, {
      problem: 'other-machine',
      found: architecture,
      wanted: node.architecture,
    });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name: path.basename(file), bytes, sha256, interpreter };
}

async function readBytes(file: string, node: string, signal: AbortSignal): Promise<Uint8Array> {
  if (!path.isAbsolute(file)) throw unreadableFile(file, 'not-absolute');
  const size = await requireRegularFile(file, 'follow');
  throwIfCancelled(signal);
  if (size > FILE_BYTES.straceProgram) throw tooLarge(file, node, size);
  try {
    return await readRegularFile(file, { maxBytes: FILE_BYTES.straceProgram, links: 'follow' }, signal);
  } catch (error) {
    // It grew while it was read.
    if (isTriageError(error) && error.code === 'file-too-large')
      throw tooLarge(file, node, FILE_BYTES.straceProgram + 1);
    throw error;
  }
}

function tooLarge(file: string, node: string, bytes: number): TriageError {
  const megabytes = (size: number): number => Math.ceil(size / 2 ** 20);
  const wanted = megabytes(FILE_BYTES.straceProgram);
  return unfit(file, node, { problem: 'too-large', found: megabytes(bytes), wanted });
}

interface Misfit {
  readonly problem: 'not-elf' | 'other-machine' | 'too-large';
  readonly found?: string | number;
  readonly wanted?: string | number;
}

function unfit(file: string, node: string, { problem, found, wanted }: Misfit): TriageError {
  const detail = found === undefined ? '' : ` (${found}, wanted: ${wanted ?? ''})`;
  return new TriageError('tool-unfit', `${file} cannot be used on ${node}: ${problem}${detail}.`, {
    node,
    facts: { file, problem, found, wanted },
  });
}
