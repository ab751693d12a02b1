#!/usr/bin/env node
// @ts-check
// The hostile lane's door: compiles test/hostile (strict TypeScript, as the rest of the project) into out/ and runs its
// lane/main.ts. What it does and its arguments: `npm run test:hostile -- --help`, docs/testing.md.
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const outdir = path.join(root, 'out/hostile');
const cases = readdirSync(path.join(root, 'test/hostile/cases')).filter(file => file.endsWith('.ts'));
await rm(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: [
    ...['test/hostile/lane/main.ts', 'test/hostile/lane/child.ts', 'src/worker/node/decodeWorker.ts'],
    ...cases.map(file => `test/hostile/cases/${file}`),
  ],
  outdir,
  outbase: '.',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // Bundled, so that a child starts in a tenth of a second; what esbuild leaves of CommonJS asks for `require`.
  external: ['vscode', 'esbuild'],
  banner: {
    js: "import { createRequire as createRequireHere } from 'node:module'; const require = createRequireHere(import.meta.url);",
  },
  sourcemap: true,
  logLevel: 'warning',
});
process.setSourceMapsEnabled(true);
const { main } = await import(pathToFileURL(path.join(outdir, 'test/hostile/lane/main.mjs')).href);
process.exitCode = await main(process.argv.slice(2), {
  root,
  folder: path.join(outdir, 'test/hostile'),
  cases: cases.map(file => file.slice(0, -'.ts'.length)).sort(),
});
