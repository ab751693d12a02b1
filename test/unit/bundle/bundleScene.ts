/** A folder of captures on the disk, and bundles that come to it. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { importBundle } from '../../../src/bundle/importBundle.js';
import { rawZip, type RawEntry } from '../../support/rawZip.js';
import { FakeClock, temporaryFolder } from '../capture/captureFakes.js';

export const never = new AbortController().signal;

export interface Scene {
  /** Of all captures. */
  readonly root: string;
  /** Beside it. */
  readonly file: (name: string) => string;
  /** Imports what these entries make; absolute paths of the new folders. */
  readonly take: (entries: readonly RawEntry[], signal?: AbortSignal) => Promise<readonly string[]>;
  /** All names below the folder of captures, hidden ones too. */
  readonly tree: () => Promise<readonly string[]>;
}

export async function createScene(): Promise<Scene> {
  const parent = await temporaryFolder();
  const root = path.join(parent, 'captures');
  const file = (name: string): string => path.join(parent, name);
  return {
    root,
    file,
    async take(entries, signal = never) {
      await writeFile(file('night.zip'), rawZip(entries));
      const source = { kind: 'file', path: file('night.zip') } as const;
      return importBundle({ source, root, clock: new FakeClock() }, signal, () => undefined);
    },
    tree: async () => (await readdir(root, { recursive: true }).catch(() => [])).sort(),
  };
}

/** Writes a capture, as files by name. */
export async function plantCapture(
  root: string,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = path.join(root, name);
  await mkdir(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(path.join(folder, file), text);
  return folder;
}

export async function recordOf(folder: string): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse(await readFile(path.join(folder, 'capture.json'), 'utf8')) as Record<string, unknown>;
}
