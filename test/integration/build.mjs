// @ts-check
/** Builds what the extension host loads: the extension itself and the Mocha files, each bundled to CommonJS. */
import { spawnSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

/**
 * dist/, as `npm run build` makes it.
 * @param {string} root
 */
export async function buildExtension(root) {
  const { status } = spawnSync(process.execPath, ['esbuild.mjs', '--quiet'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(`building the extension failed with exit code ${String(status)}`);
}

/**
 * out/test/suite: index.js and every *.test.ts of the suite folder, found by their names.
 * @param {string} root
 * @returns {Promise<string>} path of the entry that exports run()
 */
export async function buildSuite(root) {
  const outdir = path.join(root, 'out', 'test', 'suite');
  // A file that was removed from the suite must not run from here.
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  // The project's own package.json says "module"; these are CommonJS.
  await writeFile(path.join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
  await build({
    absWorkingDir: root,
    entryPoints: ['test/integration/suite/index.ts', 'test/integration/suite/**/*.test.ts'],
    outbase: 'test/integration/suite',
    outdir,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  return path.join(outdir, 'index.js');
}
