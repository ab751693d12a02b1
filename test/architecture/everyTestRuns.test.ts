/** No test file lies where nothing runs it: what vitest lists and what the extension host's runner globs is all there is. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
/** The runner bundles each *.test.ts below it (test/integration/build.mjs). */
const SUITE = 'test/integration/suite/';

function filesBelow(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const file = `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [file];
    return entry.name === 'node_modules' || entry.name === 'fixtures' ? [] : filesBelow(file);
  });
}

function listedByVitest(): string[] {
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const run = spawnSync(process.execPath, [vitest, 'list', '--filesOnly', '--json'], {
    cwd: root,
    encoding: 'utf8',
  });
  const files = JSON.parse(run.stdout) as readonly { readonly file: string }[];
  return files.map(({ file }) => path.relative(root, file).split(path.sep).join('/'));
}

it('runs every test file of the project', () => {
  const files = ['src', 'webview', 'test']
    .flatMap(filesBelow)
    .filter(file => /\.(test|spec)\.[cm]?[jt]sx?$/.test(file));
  const run = new Set(listedByVitest());
  expect(run.has('test/architecture/everyTestRuns.test.ts')).toBe(true);
  expect(files.filter(file => !run.has(file) && !file.startsWith(SUITE))).toEqual([]);
  expect(files.filter(file => file.startsWith(SUITE)).length).toBeGreaterThan(0);
}, 120_000);
