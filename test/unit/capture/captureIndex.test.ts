import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CaptureIndex } from '../../../src/capture/captureIndex.js';
import type { StoredCapture } from '../../../src/capture/captureFolder.js';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'node-triage-index-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(name: string, record: object): Promise<void> {
  await mkdir(path.join(root, name), { recursive: true });
  await writeFile(path.join(root, name, 'cpu.pb.gz'), '');
  await writeFile(path.join(root, name, 'capture.json'), JSON.stringify(record));
}

const index = () =>
  new CaptureIndex(
    () => root,
    () => Date.parse('2026-11-26T12:00:00Z'),
  );
const done = (title: string) => ({
  title,
  startedAt: '2026-11-23T10:00:00Z',
  endedAt: '2026-11-23T10:01:00Z',
});
const titles = (captures: readonly StoredCapture[]) =>
  captures.map(each => (each.kind === 'capture' ? each.record.title : 'invalid')).sort();

describe('CaptureIndex', () => {
  it('reads a capture once, and again when its record or its folder has changed', async () => {
    await put('one', done('a'));
    await put('two', done('b'));
    const captures = index();
    const first = (await captures.list()).captures;
    const second = (await captures.list()).captures;
    // The very object: nothing was parsed.
    expect(second[0]).toBe(first[0]);
    expect(second[1]).toBe(first[1]);
    await put('two', done('other'));
    const third = (await captures.list()).captures;
    expect(titles(third)).toEqual(['a', 'other']);
    expect(third.filter(each => first.includes(each))).toHaveLength(1);
    await rm(path.join(root, 'two', 'cpu.pb.gz'));
    const fourth = (await captures.list()).captures.find(each => each.folder.endsWith('two'));
    expect(fourth).toMatchObject({ kind: 'capture' });
    expect(third.includes(fourth as StoredCapture)).toBe(false);
  });

  it('reads a capture by hand once, too, that says no end', async () => {
    await put('by hand', { node: 'node7' });
    const captures = index();
    const [first] = (await captures.list()).captures;
    expect((await captures.list()).captures[0]).toBe(first);
  });

  it('sees what came and what went', async () => {
    await put('one', done('a'));
    const captures = index();
    await captures.list();
    await put('two', done('b'));
    expect(titles((await captures.list()).captures)).toEqual(['a', 'b']);
    await rm(path.join(root, 'one'), { recursive: true });
    expect(titles((await captures.list()).captures)).toEqual(['b']);
  });

  it('looks anew at a capture that is under way, whose writer may have died', async () => {
    await put('one', { state: 'running', startedAt: '2026-11-23T10:00:00Z' });
    const captures = index();
    const [first] = (await captures.list()).captures;
    const [second] = (await captures.list()).captures;
    expect(second).not.toBe(first);
    expect(second).toMatchObject({ record: { state: 'stopped' } });
  });

  it('lists once for all who ask meanwhile', async () => {
    await put('one', done('a'));
    const captures = index();
    const asked = captures.list();
    // It has begun, and no file can have answered yet.
    await Promise.resolve();
    await Promise.resolve();
    const [first, second, third] = await Promise.all([asked, captures.list(), captures.list()]);
    expect(third).toBe(second);
    expect(second).not.toBe(first);
  });

  it('gives a missing folder as an empty list', async () => {
    await rm(root, { recursive: true });
    expect((await index().list()).captures).toEqual([]);
  });
});
