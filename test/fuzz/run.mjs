#!/usr/bin/env node
// @ts-check
// The fuzzer's door: compiles test/fuzz into out/ and runs its main.ts. What it does and its arguments: main.ts, docs/testing.md.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const outdir = path.join(root, 'out/fuzz/code');
await rm(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ['test/fuzz/main.ts', 'test/fuzz/child.ts'],
  outdir,
  outbase: 'test/fuzz',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external: ['vscode', 'esbuild'],
  banner: {
    js: "import { createRequire as createRequireHere } from 'node:module'; const require = createRequireHere(import.meta.url);",
  },
  sourcemap: true,
  logLevel: 'warning',
});
const { main } = await import(pathToFileURL(path.join(outdir, 'main.mjs')).href);
process.exitCode = await main(process.argv.slice(2), { root, child: path.join(outdir, 'child.mjs') });
