// @ts-check
/**
 * Which bundled package lacks its licence in dist/THIRD-PARTY-NOTICES.txt. What is bundled is read from the source maps
 * of a build of its own, not from what the notices were made from.
 */
import { spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * @param {string} folder  with bundles and their source maps
 * @returns {Promise<string[]>} names of packages, with their version
 */
async function packagesInMaps(folder) {
  /** @type {Set<string>} */
  const folders = new Set();
  const files = await readdir(folder, { recursive: true });
  for (const file of files.filter(name => name.endsWith('.map'))) {
    const { sources } = JSON.parse(await readFile(path.join(folder, file), 'utf8'));
    for (const /** @type {string} */ source of sources) {
      const found = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(source);
      if (found !== null) folders.add(path.resolve(path.join(folder, path.dirname(file)), found[0]));
    }
  }
  const manifests = await Promise.all(
    [...folders].map(async one => JSON.parse(await readFile(path.join(one, 'package.json'), 'utf8'))),
  );
  return manifests.map(({ name, version }) => `${String(name)} ${String(version)}`).sort();
}

/** The texts begin with a grant or a holder; a heading without them is none. */
const GRANT = /copyright|permission is hereby granted|public domain/i;

/**
 * @param {string} root  the checkout, built for production
 * @returns {Promise<{ bundled: number, missing: string[] }>}
 */
export async function compareNotices(root) {
  const text = await readFile(path.join(root, 'dist', 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  // As long as thirdPartyNotices.mjs draws it: licences have shorter lines of their own.
  const sections = text.split(/^={100}$/m).map(section => section.trim());
  const folder = path.join(root, 'out', 'package-maps');
  const build = ['esbuild.mjs', '--quiet', '--out', folder];
  const { status, stderr } = spawnSync(process.execPath, build, { cwd: root, encoding: 'utf8', input: '' });
  if (status !== 0) throw new Error(`the build with source maps failed:\n${stderr}`);
  const bundled = await packagesInMaps(folder);
  const missing = bundled.filter(name => {
    const section = sections.find(one => one.startsWith(`${name} (`));
    return section === undefined || section.length < 300 || !GRANT.test(section);
  });
  return { bundled: bundled.length, missing };
}
