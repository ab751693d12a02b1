/**
 * Intents of debug pods as files in a folder that all windows of a machine share: `<pod's name>.json`. What an intent
 * is and who acts on it is src/debugpod's.
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { TriageError } from '../base/errors.js';
import { decodeIntent, encodeIntent } from '../debugpod/intentJson.js';
import type { IntentStore, PodIntent } from '../debugpod/ports.js';
import { writeFileAtomically } from '../files/atomicWrite.js';

const SUFFIX = '.json';
/** A DNS subdomain (apimachinery, util/validation): a file name everywhere, and never a path. */
const POD_NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;

/** `folder` is made when the first intent is written. `write` rejects with `capture-write-failed`. */
export class PodIntentFolder implements IntentStore {
  constructor(private readonly folder: string) {}

  async write(intent: PodIntent): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await writeFileAtomically(this.fileOf(intent.name), new TextEncoder().encode(encodeIntent(intent)));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new TriageError('capture-write-failed', `The debug pod could not be written down: ${reason}`, {
        facts: { folder: this.folder, reason },
        cause: error,
      });
    }
  }

  async forget(name: string): Promise<void> {
    // The API server says what a pod is called: what no pod can be called was never written down.
    if (POD_NAME.test(name)) await rm(this.fileOf(name), { force: true });
  }

  async list(): Promise<readonly PodIntent[]> {
    // No folder: nothing was ever written down.
    const names = await readdir(this.folder).catch(() => []);
    const files = names.filter(name => name.endsWith(SUFFIX)).sort();
    const read = await Promise.all(
      // Another window may forget it between the two.
      files.map(name => readFile(path.join(this.folder, name), 'utf8').catch(() => '')),
    );
    return read.flatMap(text => decodeIntent(text) ?? []);
  }

  /** Of a name that is ours, or was looked at. */
  private fileOf(name: string): string {
    return path.join(this.folder, `${name}${SUFFIX}`);
  }
}
