// @ts-check
/**
 * `npm run package`: makes dist/node-triage.vsix and compares it with what is expected: the very files, their sizes, and the
 * licences of what is bundled.
 * Last line: `N passed, N failed`.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { listFiles, PackageManager } from '@vscode/vsce';
import { buildVsix } from './buildVsix.mjs';
import { EXPECTED_FILES, PACKAGE_KILOBYTES } from './expectedFiles.mjs';
import { compareNotices } from './notices.mjs';

const KILOBYTE = 1024;
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
let passed = 0;
let failed = 0;

const vsix = await buildVsix(root);
// By the rules that packed it, so the names are those of the checkout.
const names = (await listFiles({ cwd: root, packageManager: PackageManager.None })).map(name =>
  name.split(path.sep).join('/'),
);
const files = await Promise.all(
  names.map(async name => ({ name, bytes: (await stat(path.join(root, name))).size })),
);

for (const { name } of files) {
  if (!EXPECTED_FILES.some(expected => expected.name.test(name))) check(`no unexpected file: ${name}`, false);
}
for (const expected of EXPECTED_FILES) {
  const matching = files.filter(({ name }) => expected.name.test(name));
  check(`has ${expected.name.source}`, matching.length > 0);
  checkSize(expected.name.source, sum(matching), expected.kilobytes);
}
const { bundled, missing } = await compareNotices(root);
check(`licences of ${String(bundled)} bundled packages`, bundled > 20 && missing.length === 0);
for (const name of missing) check(`licence of ${name}`, false);
checkSize('the package', (await stat(vsix)).size, PACKAGE_KILOBYTES);
console.log(`${String(passed)} passed, ${String(failed)} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/**
 * @param {string} what
 * @param {boolean} holds
 */
function check(what, holds) {
  if (holds) passed += 1;
  else failed += 1;
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}`);
}

/**
 * @param {string} what
 * @param {number} bytes
 * @param {number} kilobytes
 */
function checkSize(what, bytes, kilobytes) {
  const used = (bytes / KILOBYTE).toFixed(0);
  check(`${what}: ${used} of ${String(kilobytes)} KB`, bytes <= kilobytes * KILOBYTE);
}

/** @param {readonly { readonly bytes: number }[]} matching */
function sum(matching) {
  return matching.reduce((total, { bytes }) => total + bytes, 0);
}
