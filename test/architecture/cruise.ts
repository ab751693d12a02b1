/** Runs dependency-cruiser with the project's rules over a folder and hands back what it found. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');
export const configFile = path.join(root, '.dependency-cruiser.cjs');

/** A file and what it imports; paths from the folder that was cruised. */
export interface CruisedModule {
  readonly source: string;
  readonly dependencies: readonly { readonly resolved: string }[];
}

export interface CruiseOutput {
  readonly modules: readonly CruisedModule[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

/** Imports of types count, too. Throws where dependency-cruiser printed nothing. Takes seconds for the whole project. */
export function cruise(folder: string): CruiseOutput {
  const cli = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const wanted = ['src', 'webview', 'test'].filter(name => existsSync(path.join(folder, name)));
  const run = spawnSync(process.execPath, [cli, '--config', configFile, '--output-type', 'json', ...wanted], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (run.stdout === '') throw new Error(`dependency-cruiser said nothing: ${run.stderr}`);
  return JSON.parse(run.stdout) as CruiseOutput;
}
