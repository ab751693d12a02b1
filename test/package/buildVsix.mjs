// @ts-check
/** Builds the extension for production and packs it as a .vsix. What may be in it: .vscodeignore and expectedFiles.mjs. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

/**
 * @param {string} root  the checkout
 * @returns {Promise<string>} path of the .vsix, in dist/
 */
export async function buildVsix(root) {
  runNode(root, ['esbuild.mjs', '--production', '--quiet']);
  const packagePath = path.join(root, 'dist', 'node-triage.vsix');
  runNode(root, [
    'node_modules/@vscode/vsce/vsce',
    ...['package', '--out', packagePath],
    // Everything is bundled; node_modules stays at home.
    '--no-dependencies',
    // The README's pictures are in the package; there is no address to rewrite their links to.
    ...['--no-rewrite-relative-links', '--allow-missing-repository'],
  ]);
  return packagePath;
}

/**
 * Quiet where it works.
 * @param {string} cwd
 * @param {string[]} args
 */
function runNode(cwd, args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8', input: '' });
  if (status !== 0)
    throw new Error(`${args.join(' ')} failed with exit code ${String(status)}:\n${stdout}${stderr}`);
}
