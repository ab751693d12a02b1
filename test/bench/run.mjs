/**
 * `npm run bench [-- NAME…] [-- --large]`: runs every `*Bench.ts` of this folder, or those named, one after the other.
 * Each prints JSON lines `{"bench": …, numbers}` on stdout. Measures; asserts nothing.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(folder, '..', '..');
const flags = process.argv.slice(2).filter(argument => argument.startsWith('--'));
const wanted = process.argv.slice(2).filter(argument => !argument.startsWith('--'));

const all = readdirSync(folder)
  .filter(file => file.endsWith('Bench.ts'))
  .map(file => file.slice(0, -'.ts'.length))
  .sort();
const unknown = wanted.filter(name => !all.includes(name));
if (unknown.length > 0) {
  console.error(`no such bench: ${unknown.join(', ')}; there are ${all.join(', ')}`);
  process.exit(2);
}

const benches = wanted.length > 0 ? wanted : all;
await build({
  absWorkingDir: root,
  entryPoints: benches.map(name => `test/bench/${name}.ts`),
  outdir: 'out/bench',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // Benches drive browsers and bundle pages with the real packages.
  packages: 'external',
  logLevel: 'warning',
});
for (const name of benches) {
  const { status } = spawnSync(process.execPath, [path.join(root, 'out', 'bench', `${name}.mjs`), ...flags], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
