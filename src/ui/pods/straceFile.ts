/**
 * The strace that a person keeps for clusters that can pull nothing: read from this machine's disk, and looked at
 * before anything is asked or made. What was read is what is shown, and what is uploaded.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { describeError, throwIfCancelled, TriageError } from '../../base/errors.js';
import type { ClusterNode } from '../../cluster/ports.js';
import { parseElfProgram } from '../../strace/elfProgram.js';

export interface StraceFile {
  /** As its folder has it. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** 64 digits. */
  readonly sha256: string;
  /** The loader it needs; undefined: it is static. */
  readonly interpreter: string | undefined;
}

/** strace with all its decoders, static and not stripped, has 6 MB; the pod's memory holds this and the trace. */
const LIMIT_BYTES = 32 * 2 ** 20;

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
  if (!path.isAbsolute(file)) throw unreadable(file, 'it is no absolute path');
  try {
    const found = await stat(file);
    // Opening a pipe would wait for a writer.
    if (!found.isFile()) throw unreadable(file, 'it is no file');
    requireSize(file, node, found.size);
    const bytes = await readFile(file, { signal });
    requireSize(file, node, bytes.length);
    return bytes;
  } catch (error) {
    throwIfCancelled(signal);
    if (error instanceof TriageError) throw error;
    throw unreadable(file, describeError(error).message, error);
  }
}

function requireSize(file: string, node: string, bytes: number): void {
  if (bytes <= LIMIT_BYTES) return;
  const megabytes = (size: number): number => Math.ceil(size / 2 ** 20);
  throw unfit(file, node, {
    problem: 'too-large',
    found: megabytes(bytes),
    wanted: megabytes(LIMIT_BYTES),
  });
}

function unreadable(file: string, reason: string, cause?: unknown): TriageError {
  return new TriageError('file-unreadable', `The file ${file} cannot be read: ${reason}.`, {
    facts: { file, reason },
    cause,
  });
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
