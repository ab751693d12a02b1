/**
 * The licences of what the bundles hold, as one text for the package: MIT, BSD, ISC and Apache 2.0 ask that theirs goes
 * with every copy. Made from what esbuild put in, so that no list has to be kept; a package without a known licence ends the build.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const PACKAGES = 'node_modules/';
/** Licence files by the names that packages give them; NOTICE is what Apache 2.0 (4d) asks for. */
const LICENSE_FILE = /^(?:(?:un)?licen[sc]e|copying|notices?|license-3rdparty)(?:[-.][\w.-]+)?$/i;

/** For packages that name MIT in their package.json and ship no file: https://spdx.org/licenses/MIT.html */
const MIT = holder => `MIT License

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/**
 * Folders of the packages that are among `files`, sorted by name.
 * @param {Iterable<string>} files  paths relative to the root, `/` between the parts
 * @returns {string[]} such as `node_modules/pump`
 */
export function bundledPackages(files) {
  const folders = new Set();
  for (const file of files) {
    const at = file.lastIndexOf(PACKAGES);
    if (at < 0) continue;
    const [first = '', second = ''] = file.slice(at + PACKAGES.length).split('/');
    folders.add(file.slice(0, at + PACKAGES.length) + (first.startsWith('@') ? `${first}/${second}` : first));
  }
  return [...folders].sort();
}

/**
 * Rejects where a package has neither a licence file nor MIT in its package.json.
 * @param {string} root
 * @param {readonly string[]} folders  as {@link bundledPackages} gives them
 * @returns {Promise<string>}
 */
export async function writeNotices(root, folders) {
  const entries = await Promise.all(folders.map(folder => noticeOf(path.join(root, folder))));
  const head =
    'THIRD-PARTY NOTICES\n\nNode Triage for Kubernetes is licensed under the Apache License 2.0 (LICENSE). Its bundles hold the\npackages below, each under its own licence.\n';
  return [head, ...entries].join(`\n${'='.repeat(100)}\n`);
}

/** @param {string} folder */
async function noticeOf(folder) {
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const names = (await readdir(folder)).filter(name => LICENSE_FILE.test(name)).sort();
  const texts = await Promise.all(names.map(name => readFile(path.join(folder, name), 'utf8')));
  const { name, version, license } = manifest;
  if (!names.some(file => !/^notice/i.test(file))) {
    if (license !== 'MIT')
      throw new Error(`${name} ${version}: no licence file, and package.json says ${license}`);
    texts.unshift(MIT(holderOf(manifest)));
  }
  const address = addressOf(manifest.repository);
  const heading = `${name} ${version} (${license})${address === undefined ? '' : `\n${address}`}`;
  return `${heading}\n\n${texts.map(text => text.replaceAll('\r\n', '\n').trim()).join('\n\n')}\n`;
}

/** `Jane Doe <jane@example.org> (https://example.org)`, or the same as an object: the name alone. */
function holderOf({ author, name }) {
  const text = typeof author === 'string' ? author.replace(/[<(].*$/, '').trim() : author?.name;
  return text || `the authors of ${name}`;
}

function addressOf(repository) {
  const url = typeof repository === 'string' ? repository : repository?.url;
  return url?.replace(/^git\+/, '').replace(/\.git$/, '');
}
