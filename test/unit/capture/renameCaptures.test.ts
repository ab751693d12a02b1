import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { groupCaptures, type CaptureCase } from '../../../src/capture/captureCases.js';
import { listCaptures } from '../../../src/capture/captureFolder.js';
import { renameCase } from '../../../src/capture/renameCaptures.js';
import { START_MS } from './captureFakes.js';
import { folderWith } from './folderWith.js';

async function casesIn(root: string): Promise<readonly CaptureCase[]> {
  return groupCaptures((await listCaptures(root, START_MS)).captures).nodes.flatMap(({ cases }) => cases);
}

async function onlyCase(root: string): Promise<CaptureCase> {
  const [only, ...others] = await casesIn(root);
  expect(others).toEqual([]);
  return only!;
}

const record = (startedAt: string, more: object = {}): string =>
  JSON.stringify({ node: 'a', startedAt, endedAt: startedAt, future: 1, ...more });

describe('renameCase', () => {
  it('gives all captures the title, at schema 1, and keeps all other fields', async () => {
    const named = { case: { id: 'abc', title: 'before', owner: 'ada' } };
    const root = await folderWith({
      'c1/capture.json': record('2026-11-23T08:00:00Z', named),
      'c2/capture.json': record('2026-11-23T09:00:00Z', named),
    });
    await renameCase((await onlyCase(root)).captures, 'after the fix', 'new');
    expect((await onlyCase(root)).title).toBe('after the fix');
    for (const name of ['c1', 'c2'])
      expect(JSON.parse(await readFile(path.join(root, name, 'capture.json'), 'utf8'))).toMatchObject({
        case: { id: 'abc', title: 'after the fix', owner: 'ada' },
        future: 1,
      });
    await renameCase((await onlyCase(root)).captures, undefined, 'new');
    expect((await onlyCase(root)).title).toBeUndefined();
  });

  it('makes one case of captures that only the time joined, and of no others', async () => {
    const root = await folderWith({
      'c1/capture.json': record('2026-11-23T08:00:00Z'),
      'c2/capture.json': record('2026-11-23T08:10:00Z'),
      'c3/cpu.pb.gz': '',
      'c4/capture.json': record('2026-11-23T12:00:00Z'),
    });
    const chain = (await casesIn(root)).find(({ captures }) => captures.length === 2)!;
    await renameCase(chain.captures, 'slow start', 'new');
    const titles = (await casesIn(root)).map(({ id, title, captures }) => [
      title,
      captures.length,
      id === 'new',
    ]);
    expect(titles).toContainEqual(['slow start', 2, true]);
    expect(titles.filter(([title]) => title !== undefined)).toHaveLength(1);
  });

  it('writes a record where a person collected files without one', async () => {
    const root = await folderWith({ 'c1/cpu.pb.gz': '' });
    await renameCase((await onlyCase(root)).captures, 'by hand', 'new');
    expect(await onlyCase(root)).toMatchObject({ id: 'new', title: 'by hand' });
  });
});
