/** An entry of the product as its own process or thread runs it: bundled as esbuild.mjs does, into a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

export interface Bundle {
  readonly file: string;
  remove(): void;
}

/** `entry`: path from the project's folder, `src/cli/inspect.ts`. */
export function bundleEntry(entry: string): Bundle {
  const folder = mkdtempSync(path.join(tmpdir(), 'node-triage-'));
  const file = path.join(folder, 'entry.cjs');
  buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
  });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
