/**
 * Intents of debug pods as files in a folder that all windows of a machine share: `<pod's name>.json`. What an intent
 * is and who acts on it is src/debugpod's.
 */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { TriageError } from '../base/errors.js';
import { fileProblemOf } from '../base/fileProblem.js';
import { CAPTURE_ENTRIES, FILE_BYTES } from '../base/limits.js';
import { decodeIntent, encodeIntent } from '../debugpod/intentJson.js';
import type { IntentStore, PodIntent } from '../debugpod/debugPodPorts.js';
import { writeFileAtomically } from '../files/atomicWrite.js';
import { readFolderEntries } from '../files/folderEntries.js';
import { readRegularText } from '../files/regularFile.js';

const SUFFIX = '.json';
/** A DNS subdomain (apimachinery, util/validation): a file name everywhere, and never a path. */
const POD_NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;

/** `folder` is made when the first intent is written. `write` rejects with `intent-write-failed`. */
export class PodIntentFolder implements IntentStore {
  constructor(private readonly folder: string) {}

  async write(intent: PodIntent): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await writeFileAtomically(this.fileOf(intent.name), new TextEncoder().encode(encodeIntent(intent)));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new TriageError('intent-write-failed', `The debug pod could not be written down: ${reason}`, {
        facts: { folder: this.folder, reason, problem: fileProblemOf(error) },
        cause: error,
      });
    }
  }

  async forget(name: string): Promise<void> {
    // The API server says what a pod is called: what no pod can be called was never written down.
    if (POD_NAME.test(name)) await rm(this.fileOf(name), { force: true });
  }

  async list(): Promise<readonly PodIntent[]> {
    const intents: PodIntent[] = [];
    for (const file of await listIntentFiles(this.folder)) {
      const intent = decodeIntent(await readIntentText(path.join(this.folder, file)));
      // Its name is its file's: who forgets it removes no other file.
      if (intent !== undefined && file === `${intent.name}${SUFFIX}`) intents.push(intent);
    }
    return intents;
  }

  /** Of a name that is ours, or was looked at. */
  private fileOf(name: string): string {
    return path.join(this.folder, `${name}${SUFFIX}`);
  }
}

/** Names of the files in `folder` that may hold an intent. No folder: nothing was ever written down. Never rejects. */
export async function listIntentFiles(folder: string): Promise<readonly string[]> {
  try {
    const { entries } = await readFolderEntries(folder, CAPTURE_ENTRIES.intents);
    const files = entries.filter(entry => entry.isFile() && entry.name.endsWith(SUFFIX));
    return files.map(({ name }) => name).sort();
  } catch {
    return []; // no folder: nothing was ever written down
  }
}

/** '' for what cannot be read: another window may have forgotten it meanwhile. */
async function readIntentText(file: string): Promise<string> {
  try {
    return await readRegularText(file, { maxBytes: FILE_BYTES.record, links: 'refuse' });
  } catch {
    return '';
  }
}
