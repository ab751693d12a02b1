#!/usr/bin/env node
// @ts-check
// The cluster lane's door: compiles test/cluster/lane/main.ts (strict TypeScript, as the rest of the project) into
// out/ and runs it. What it does and its arguments: `node test/cluster/run.mjs --help`, docs/testing.md.
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const outfile = path.join(root, 'out/cluster-lane/main.mjs');
await build({
  entryPoints: [path.join(root, 'test/cluster/lane/main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  sourcemap: 'inline',
  logLevel: 'warning',
});
process.setSourceMapsEnabled(true);
const { main } = await import(pathToFileURL(outfile).href);
process.exitCode = await main(process.argv.slice(2), root);
