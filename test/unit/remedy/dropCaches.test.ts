/** The script that drops caches, in each shell, over a proc of the test's own: no kernel is told anything. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dropCaches, readDropSeconds } from '../../../src/remedy/dropCaches.js';
import { folderFor } from '../../support/procTree.js';
import { SHELLS } from '../../support/shells.js';

function proc(name: string): { readonly root: string; readonly file: string } {
  const root = folderFor(name);
  const file = path.join(root, 'sys/vm/drop_caches');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '');
  writeFileSync(path.join(root, 'uptime'), '1234.50 99.00\n');
  return { root, file };
}

describe.each(SHELLS)('dropping caches in $name', shell => {
  it.each([2, 3] as const)('writes %i and says when', value => {
    const { root, file } = proc('drop');
    const stdout = shell.run(dropCaches(value, root).argv);
    expect(readFileSync(file, 'utf8')).toBe(`${value}\n`);
    expect(readDropSeconds(stdout)).toBe(0);
  });

  it('fails where the kernel does not take it', () => {
    const { root } = proc('drop-missing');
    const missing = path.join(root, 'elsewhere');
    expect(() => shell.run(dropCaches(2, missing).argv)).toThrow(/drop_caches is not writable here/);
  });

  it('writes no other number, whatever it is given', () => {
    const { root, file } = proc('drop-other');
    const argv = [...dropCaches(2, root).argv.slice(0, -1), '1; echo 4'];
    expect(() => shell.run(argv)).toThrow();
    expect(readFileSync(file, 'utf8')).toBe('');
  });
});

describe('what it prints', () => {
  it('is how long the write took', () => {
    expect(readDropSeconds('began: 100.10\nended: 161.35\n')).toBe(61.25);
  });

  it.each(['', 'began: 100.10\n', 'began: 5\nended: 4\n', 'began: x\nended: y\n'])(
    '%j says nothing',
    text => {
      expect(readDropSeconds(text)).toBeUndefined();
    },
  );
});
