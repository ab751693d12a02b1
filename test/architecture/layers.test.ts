/**
 * The gate of the layers tests itself: every rule of .dependency-cruiser.cjs reports a planted wrong import and lets the
 * nearest right one pass, and the gate sees the whole project (with a TypeScript it cannot read it would see nothing).
 */
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configFile, cruise, root, type CruiseOutput } from './cruise.js';
import { findFolderCycles } from './folderCycles.js';
import { PLANTED, PLANTED_SURROUNDINGS, type PlantedImport } from './plantedImports.js';

/**
 * Folders that import each other and should not. Nothing is added here: put what both need into the lower one, or move
 * a file. Who parts a pair takes its line out (the test asks for that).
 */
const KNOWN_FOLDER_CYCLES: readonly string[] = [];

/** Inside the project, so that the planted imports of packages resolve to its node_modules. */
const plantation = path.join(root, 'out', `planted-${process.pid}`);

const ruleNames = (): string[] => {
  const config = createRequire(import.meta.url)(configFile) as {
    readonly forbidden: readonly { readonly name: string }[];
  };
  return config.forbidden.map(({ name }) => name);
};

describe('each rule of the layers', () => {
  let found: CruiseOutput;

  beforeAll(() => {
    const plant = (file: string, code: string): void => {
      mkdirSync(path.dirname(path.join(plantation, file)), { recursive: true });
      writeFileSync(
        path.join(plantation, file),
        `${code}\nexport interface Planted { readonly planted: true }\n`,
      );
    };
    for (const [file, code] of Object.entries(PLANTED_SURROUNDINGS))
      plant(file, code.includes('planted') ? code : `${code}export const planted = 1;`);
    for (const { wrong, right } of Object.values(PLANTED))
      for (const { from, code } of [...wrong, ...right]) plant(from, code);
    copyFileSync(path.join(root, 'tsconfig.base.json'), path.join(plantation, 'tsconfig.base.json'));
    copyFileSync(path.join(root, 'package.json'), path.join(plantation, 'package.json'));
    found = cruise(plantation);
  }, 120_000);
  afterAll(() => rmSync(plantation, { recursive: true, force: true }));

  const reported = (rule: string, planted: PlantedImport): boolean =>
    found.summary.violations.some(
      ({ from, to, rule: { name } }) =>
        name === rule && from === planted.from && to.replace(/^(\.\.\/)*/, '').startsWith(planted.to),
    );

  it('has a planted import', () => {
    expect(Object.keys(PLANTED).concat('no-dead-files').sort()).toEqual(ruleNames().sort());
  });

  for (const [rule, { wrong, right }] of Object.entries(PLANTED)) {
    for (const planted of wrong)
      it(`${rule}: ${planted.from} → ${planted.to} is refused`, () =>
        expect(reported(rule, planted)).toBe(true));
    for (const planted of right)
      it(`${rule}: ${planted.from} → ${planted.to} passes`, () =>
        expect(reported(rule, planted)).toBe(false));
  }

  it('no-dead-files: what no entry point reaches is refused, what one reaches passes', () => {
    const dead = found.summary.violations
      .filter(({ rule }) => rule.name === 'no-dead-files')
      .map(({ to }) => to);
    expect(dead).toContain('src/ui/dead.ts');
    expect(dead).not.toContain('src/ui/reached.ts');
  });

  it('folders that import each other are refused, a folder and what is below it pass', () => {
    const { pairs, longer } = findFolderCycles(found.modules, ['webview/rooms']);
    expect(pairs).toEqual(['webview/rooms/flame <-> webview/rooms/ui']);
    expect(longer).toEqual(['webview/rooms/ring1, webview/rooms/ring2, webview/rooms/ring3']);
  });
});

describe('the project', () => {
  let whole: CruiseOutput;

  beforeAll(() => {
    whole = cruise(root);
  }, 120_000);

  it('is seen whole by the gate', () => {
    const seen = new Set(whole.modules.map(({ source }) => source));
    const files = ['src', 'webview'].flatMap(folder =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith('.ts') && !name.endsWith('.d.ts'))
        .map(name => path.posix.join(folder, name.split(path.sep).join('/'))),
    );
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter(file => !seen.has(file))).toEqual([]);
  });

  it('has no two folders that import each other, but for the known ones', () => {
    const { pairs, longer } = findFolderCycles(whole.modules, ['src', 'webview']);
    expect(pairs).toEqual(KNOWN_FOLDER_CYCLES);
    expect(longer).toEqual([]);
  });
});
