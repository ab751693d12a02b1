import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { BUNDLE } from '../../../src/base/limits.js';
import { importBundle } from '../../../src/bundle/importBundle.js';
import { writeBundle } from '../../../src/bundle/writeBundle.js';
import { FakeClock } from '../capture/captureFakes.js';
import { createScene, never, plantCapture, recordOf } from './bundleScene.js';

const nothing = (): void => undefined;

describe('a bundle that is written', () => {
  it('is what another machine imports, byte for byte', async () => {
    const here = await createScene();
    const there = await createScene();
    const profile = 'p'.repeat(300_000);
    const folders = [
      await plantCapture(here.root, '2026-11-23T08-39-10Z-node1-cpu', {
        'capture.json': '{"node":"node1","case":{"id":"x"}}',
        'cpu.pb.gz': profile,
        'empty.txt': '',
      }),
      await plantCapture(here.root, 'by hand', { 'kubelet.strace.txt': 'futex() = 0' }),
    ];
    const progress: string[] = [];
    const to = here.file('night.zip');
    await writeBundle(folders, to, never, (done, total) => progress.push(`${done}/${total}`));
    expect(progress).toEqual(['0/4', '1/4', '2/4', '3/4']);
    const source = { kind: 'file', path: to } as const;
    const made = await importBundle({ source, root: there.root, clock: new FakeClock() }, never, nothing);
    expect(made.map(folder => path.basename(folder))).toEqual(['2026-11-23T08-39-10Z-node1-cpu', 'by_hand']);
    expect(await readFile(path.join(made[0] ?? '', 'cpu.pb.gz'), 'utf8')).toBe(profile);
    expect(await readFile(path.join(made[0] ?? '', 'empty.txt'), 'utf8')).toBe('');
    expect(await recordOf(made[0] ?? '')).toMatchObject({ node: 'node1', case: { id: 'x' } });
    expect(await readFile(path.join(made[1] ?? '', 'kubelet.strace.txt'), 'utf8')).toBe('futex() = 0');
  });

  it('holds no links and nothing hidden', async () => {
    const here = await createScene();
    const there = await createScene();
    await writeFile(here.file('secret'), 'secret');
    const folder = await plantCapture(here.root, 'c1', { 'cpu.pb.gz': 'p', '.writer': 'node-triage 1' });
    await symlink(here.file('secret'), path.join(folder, 'heap.pb.gz'));
    await writeBundle([folder], here.file('a.zip'), never, nothing);
    const source = { kind: 'file', path: here.file('a.zip') } as const;
    // Names stand in it as they are.
    expect(await readFile(here.file('a.zip'), 'latin1')).not.toMatch(/\.writer|heap/);
    await importBundle({ source, root: there.root, clock: new FakeClock() }, never, nothing);
    expect(await there.tree()).toEqual(['c1', 'c1/capture.json', 'c1/cpu.pb.gz']);
  });

  it('says which files other systems could not take', async () => {
    const here = await createScene();
    const folder = await plantCapture(here.root, 'c1', { 'cpu.pb.gz': 'p', 'a:b.txt': 'x' });
    const { leftOut } = await writeBundle([folder], here.file('a.zip'), never, nothing);
    expect(leftOut).toEqual(['a:b.txt']);
  });

  it('of two folders of one name has both', async () => {
    const here = await createScene();
    const folders = [
      await plantCapture(path.join(here.root, 'x'), 'c1', { 'cpu.pb.gz': 'p' }),
      await plantCapture(path.join(here.root, 'y'), 'C1', { 'cpu.pb.gz': 'q' }),
    ];
    const there = await createScene();
    await writeBundle(folders, here.file('a.zip'), never, nothing);
    const source = { kind: 'file', path: here.file('a.zip') } as const;
    const made = await importBundle({ source, root: there.root, clock: new FakeClock() }, never, nothing);
    expect(made.map(folder => path.basename(folder))).toEqual(['c1', 'C1-2']);
  });
});

describe('a bundle that is not written', () => {
  it('leaves what was there as it was when it is cancelled', async () => {
    const here = await createScene();
    const folder = await plantCapture(here.root, 'c1', { 'a.txt': 'a', 'cpu.pb.gz': 'p' });
    await writeFile(here.file('a.zip'), 'before');
    const cancelling = new AbortController();
    await expect(
      writeBundle([folder], here.file('a.zip'), cancelling.signal, done => {
        if (done === 1) cancelling.abort();
      }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readFile(here.file('a.zip'), 'utf8')).toBe('before');
    expect(await readdir(path.dirname(here.root))).toEqual(['a.zip', 'captures']);
  });

  it('says why where the folder is not there, and where a capture is gone', async () => {
    const here = await createScene();
    const folder = await plantCapture(here.root, 'c1', { 'cpu.pb.gz': 'p' });
    await expect(writeBundle([folder], here.file('missing/a.zip'), never, nothing)).rejects.toMatchObject({
      code: 'capture-write-failed',
      facts: { problem: 'missing' },
    });
    await expect(
      writeBundle([path.join(here.root, 'c2')], here.file('a.zip'), never, nothing),
    ).rejects.toMatchObject({ code: 'file-unreadable' });
  });

  it('would have more captures than a bundle holds', async () => {
    const here = await createScene();
    const folders = Array.from({ length: BUNDLE.captures + 1 }, (_, index) => `/c${index}`);
    await expect(writeBundle(folders, here.file('a.zip'), never, nothing)).rejects.toMatchObject({
      code: 'bundle-too-large',
      facts: { counted: 'captures', limit: BUNDLE.captures },
    });
  });
});
