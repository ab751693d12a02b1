import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readCaseFolders } from '../../../../src/worker/node/caseFolders.js';

function captures(
  folders: Readonly<Record<string, { readonly node?: string; readonly id?: string; readonly file: string }>>,
): string {
  const root = mkdtempSync(path.join(tmpdir(), 'node-triage-case-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [name, { node = 'node1', id, file }] of Object.entries(folders)) {
    mkdirSync(path.join(root, name));
    const record = { node: { name: node }, ...(id !== undefined && { case: { id } }) };
    writeFileSync(path.join(root, name, 'capture.json'), JSON.stringify(record));
    writeFileSync(path.join(root, name, file), 'text');
  }
  return root;
}

const namesOf = (folder: string): readonly string[] => readCaseFolders(folder).files.map(({ name }) => name);

describe('the files of a case', () => {
  it('are those of its captures of the same node, the own ones first', () => {
    const root = captures({
      triage: { id: 'a', file: 'node.triage.json' },
      threads: { id: 'a', file: 'threads.samples.txt' },
      'other triage': { id: 'a', file: 'node.triage.json' },
      'other case': { id: 'b', file: 'b.txt' },
      'other node': { id: 'a', node: 'node2', file: 'c.txt' },
      'no case': { file: 'd.txt' },
    });
    expect(namesOf(path.join(root, 'triage'))).toEqual([
      'capture.json',
      'node.triage.json',
      '../threads/capture.json',
      '../threads/threads.samples.txt',
    ]);
  });

  it('are its own alone where it is of no case', () => {
    const root = captures({ one: { file: 'a.txt' }, two: { file: 'b.txt' } });
    expect(namesOf(path.join(root, 'one'))).toEqual(['a.txt', 'capture.json']);
  });

  it('are not looked for behind links, nor in hidden folders', () => {
    const root = captures({ one: { id: 'a', file: 'a.txt' }, '.two': { id: 'a', file: 'b.txt' } });
    const elsewhere = captures({ three: { id: 'a', file: 'c.txt' } });
    symlinkSync(path.join(elsewhere, 'three'), path.join(root, 'three'));
    expect(namesOf(path.join(root, 'one'))).toEqual(['a.txt', 'capture.json']);
  });
});
