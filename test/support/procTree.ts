/** A fake /proc in a folder of a test's own. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { fillProc, type FakeNode } from './fakeProc.js';

export type { FakeNode, FakeProcess } from './fakeProc.js';

/** Removed at the end of the test. */
export function folderFor(name: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), `node-triage-${name}-`));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Where it is mounted. */
export function buildProc(node: FakeNode): string {
  const proc = folderFor('proc');
  fillProc(proc, node);
  return proc;
}
