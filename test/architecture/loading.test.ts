/**
 * What every window pays for: the bundle that is loaded at activation takes the editor's object as it is, and loads only
 * modules that cost next to nothing. How long that takes is activationBench's to measure.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const out = mkdtempSync(path.join(tmpdir(), 'node-triage-loading-'));

/** Of the editor's API. */
const names = Array.from(
  readFileSync(path.join(root, 'node_modules/@types/vscode/index.d.ts'), 'utf8').matchAll(
    /^\s+export (?:namespace|class|enum|const|function) (\w+)/gm,
  ),
  ([, name]) => name,
);

/** Loads the bundle with an editor that counts who lists its names, which is what a copy begins with. */
const LOAD = `
const Module = require('node:module');
const anything = () => new Proxy(function () {}, {
  get: (target, name) => name === 'prototype' ? target.prototype : anything(),
  apply: () => anything(),
  construct: () => anything(),
});
let copies = 0;
const names = Object.fromEntries(JSON.parse(process.argv[2]).map(name => [name, anything()]));
const editor = new Proxy(names, { ownKeys: target => (copies++, Reflect.ownKeys(target)) });
const load = Module._load;
const modules = new Set();
Module._load = (name, parent, isMain) => {
  // What Node's own modules load is theirs.
  if (parent?.filename === process.argv[1]) modules.add(name);
  return name === 'vscode' ? editor : load(name, parent, isMain);
};
require(process.argv[1]);
console.log(JSON.stringify({ copies, modules: [...modules].sort() }));
`;

describe('the bundle of activation', () => {
  let loaded: { readonly copies: number; readonly modules: readonly string[] };

  beforeAll(() => {
    const run = (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
      return stdout;
    };
    run('esbuild.mjs', '--quiet', '--only', 'extension', '--out', out);
    loaded = JSON.parse(
      run('-e', LOAD, path.join(out, 'extension.cjs'), JSON.stringify(names)),
    ) as typeof loaded;
  }, 60_000);
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  it('copies the editor’s names nowhere', () => {
    expect(loaded.copies).toBe(0);
  });

  it('loads neither a cluster’s client nor Node’s cryptography', () => {
    expect(loaded.modules).toEqual([
      'node:fs',
      'node:fs/promises',
      'node:os',
      'node:path',
      'node:worker_threads',
      'vscode',
    ]);
  });
});
