/**
 * Files that a reader sees whole or not at all: written beside their place under a name of their own, flushed to the
 * disk, then renamed over it. Knows nothing of captures.
 */
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { randomHex } from '../base/randomHex.js';

const TEMPORARY = /^\..+\.node-triage-[0-9a-f]{12}\.tmp$/;
/** On Windows a rename fails for the moment in which a virus scanner or an indexer has the target open. */
const RENAME_TRIES = 10;
const RENAME_PAUSE_MS = 50;

/** The hidden name, unique, under which something called `name` is prepared. */
export function temporaryName(name: string): string {
  return `.${name}.node-triage-${randomHex(6)}.tmp`;
}

/** True for names that {@link temporaryName} makes: what a crash leaves behind and a sweep may delete. */
export function isTemporaryName(name: string): boolean {
  return TEMPORARY.test(name);
}

/** Puts `bytes` at `file`, replacing what is there. Rejects with the system's error and leaves no temporary file. */
export async function writeFileAtomically(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = path.join(path.dirname(file), temporaryName(path.basename(file)));
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renamePatiently(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** fs.rename that outlasts a short hold by another program. */
export async function renamePatiently(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      if (attempt === RENAME_TRIES || !isHeldByAnother(error)) throw error;
      await new Promise(resolve => setTimeout(resolve, RENAME_PAUSE_MS));
    }
  }
}

function isHeldByAnother(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return process.platform === 'win32' && (code === 'EPERM' || code === 'EBUSY' || code === 'EACCES');
}
