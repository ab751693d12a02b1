import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { importBundle } from '../../../src/bundle/importBundle.js';
import { BUNDLE, FILE_BYTES } from '../../../src/base/limits.js';
import { listCaptures } from '../../../src/capture/captureFolder.js';
import { rawZip, type RawEntry } from '../../support/rawZip.js';
import { FakeClock, START_MS } from '../capture/captureFakes.js';
import { createScene, never, plantCapture, recordOf } from './bundleScene.js';

const RECORD = JSON.stringify({
  schema: 1,
  context: 'prod',
  node: { name: 'node1', kernelVersion: '6.1' },
  case: { id: 'abc', title: 'slow start' },
  startedAt: '2026-11-22T07:00:00Z',
  future: { kept: true },
});
const ONE: readonly RawEntry[] = [
  { name: 'c1/capture.json', content: RECORD },
  { name: 'c1/cpu.pb.gz', content: 'profile' },
];

describe('a bundle that is imported', () => {
  it('keeps context, node, case and what this version does not know, and says that it came from elsewhere', async () => {
    const scene = await createScene();
    const [folder = ''] = await scene.take(ONE);
    expect(folder).toBe(path.join(scene.root, 'c1'));
    expect(await readFile(path.join(folder, 'cpu.pb.gz'), 'utf8')).toBe('profile');
    expect(await recordOf(folder)).toEqual({
      ...(JSON.parse(RECORD) as object),
      imported: { at: new Date(START_MS).toISOString(), from: 'night.zip' },
    });
    const { captures } = await listCaptures(scene.root, START_MS);
    expect(captures).toMatchObject([
      { record: { node: { name: 'node1' }, case: { id: 'abc' }, imported: { from: 'night.zip' } } },
    ]);
  });

  it('leaves no writer’s mark and no hidden folder', async () => {
    const scene = await createScene();
    await scene.take([...ONE, { name: 'c1/.writer', content: 'node-triage 1\n' }]);
    expect(await scene.tree()).toEqual(['c1', 'c1/capture.json', 'c1/cpu.pb.gz']);
  });

  it('overwrites nothing: a name that is taken gets a number', async () => {
    const scene = await createScene();
    await plantCapture(scene.root, 'c1', { 'cpu.pb.gz': 'mine' });
    // A rename would put it in the place of an empty folder.
    await plantCapture(scene.root, 'c1-2', {});
    expect(await scene.take(ONE)).toEqual([path.join(scene.root, 'c1-3')]);
    expect(await scene.take(ONE)).toEqual([path.join(scene.root, 'c1-4')]);
    expect(await readFile(path.join(scene.root, 'c1', 'cpu.pb.gz'), 'utf8')).toBe('mine');
  });

  it('may lie in folders, come from a Mac, and hold what is no capture', async () => {
    const scene = await createScene();
    const made = await scene.take([
      { name: 'night/', mode: 0o040755 },
      { name: 'night/notes.md', content: 'what happened' },
      { name: 'night/a/cpu.pb.gz', content: 'p' },
      { name: '__MACOSX/night/a/._cpu.pb.gz', content: 'fork' },
      { name: 'night/.DS_Store', content: 'x' },
      { name: 'night/b/kubelet.strace.txt', content: 's', mode: 0 },
    ]);
    expect(made.map(folder => path.basename(folder))).toEqual(['a', 'b']);
    expect(await recordOf(made[0] ?? '')).toMatchObject({ title: 'a', imported: { from: 'night.zip' } });
    expect(await scene.tree()).not.toContain('notes.md');
  });

  it('without a folder is one capture, called like the bundle', async () => {
    const scene = await createScene();
    expect(await scene.take([{ name: 'cpu.pb.gz', content: 'p' }])).toEqual([path.join(scene.root, 'night')]);
  });

  it('is read from memory where only the editor reaches it', async () => {
    const scene = await createScene();
    const source = { kind: 'bytes', name: '/far/away.zip', bytes: rawZip(ONE) } as const;
    await importBundle({ source, root: scene.root, clock: new FakeClock() }, never, () => undefined);
    expect(await recordOf(path.join(scene.root, 'c1'))).toMatchObject({ imported: { from: 'away.zip' } });
  });
});

const refused = (name: string, entries: readonly RawEntry[], facts: object) =>
  it(`${name}: nothing of it is written`, async () => {
    const scene = await createScene();
    await expect(scene.take(entries)).rejects.toMatchObject(facts);
    expect(await scene.tree()).toEqual([]);
  });
const invalid = (problem: string, entry?: string): object => ({
  code: 'bundle-invalid',
  facts: { problem, ...(entry === undefined ? {} : { entry }) },
});

describe('a bundle that is refused', () => {
  for (const name of [
    '../c1/cpu.pb.gz',
    'c1/../../cpu.pb.gz',
    '/etc/cpu.pb.gz',
    'C:/cpu.pb.gz',
    'c1\\cpu.pb.gz',
    'c1//cpu.pb.gz',
    'c1/./cpu.pb.gz',
    'c1/cpu.pb.gz:stream',
    'c1/con.pb.gz',
    'c1/aux',
    'c1/cpu.pb.gz.',
    'c1/cpu\n.pb.gz',
    `c1/cpu${'x'.repeat(300)}.pb.gz`,
  ])
    refused(
      `names a file ${JSON.stringify(name.slice(0, 30))}`,
      [...ONE, { name }],
      invalid('unfit-name', name),
    );

  refused(
    'holds a link',
    [...ONE, { name: 'c1/heap.pb.gz', content: '/etc/passwd', mode: 0o120777 }],
    invalid('no-file', 'c1/heap.pb.gz'),
  );
  refused(
    'holds a device',
    [...ONE, { name: 'c1/heap.pb.gz', mode: 0o020666 }],
    invalid('no-file', 'c1/heap.pb.gz'),
  );
  refused(
    'holds a pipe',
    [...ONE, { name: 'c1/heap.pb.gz', mode: 0o010666 }],
    invalid('no-file', 'c1/heap.pb.gz'),
  );
  refused(
    'holds a link called a folder',
    [...ONE, { name: 'c1/d/', mode: 0o120777 }],
    invalid('no-file', 'c1/d/'),
  );
  refused(
    'holds a name twice',
    [...ONE, { name: 'c1/cpu.pb.gz', content: 'other' }],
    invalid('duplicate', 'c1/cpu.pb.gz'),
  );
  refused(
    'holds a name twice where case counts for nothing',
    [...ONE, { name: 'C1/CPU.pb.gz', content: 'other' }],
    invalid('duplicate', 'C1/CPU.pb.gz'),
  );
  refused(
    'is encrypted',
    [...ONE, { name: 'c1/heap.pb.gz', flags: 1 }],
    invalid('encrypted', 'c1/heap.pb.gz'),
  );
  refused(
    'is packed otherwise',
    [...ONE, { name: 'c1/heap.pb.gz', method: 12 }],
    invalid('unknown-method', 'c1/heap.pb.gz'),
  );
  refused(
    'has a wrong checksum',
    [...ONE, { name: 'c1/heap.pb.gz', content: 'x', checksum: 1 }],
    invalid('damaged', 'c1/heap.pb.gz'),
  );
  refused(
    'has more in a file than it says',
    [...ONE, { name: 'c1/heap.pb.gz', content: 'four', inflatedBytes: 3 }],
    invalid('damaged', 'c1/heap.pb.gz'),
  );
  refused(
    'has less in a file than it says',
    [...ONE, { name: 'c1/heap.pb.gz', content: 'four', inflatedBytes: 5 }],
    invalid('damaged', 'c1/heap.pb.gz'),
  );
  refused(
    'has no deflated data',
    [...ONE, { name: 'c1/heap.pb.gz', packed: Buffer.from('nonsense'), inflatedBytes: 9 }],
    invalid('damaged', 'c1/heap.pb.gz'),
  );
  refused(
    'claims to be large',
    [{ name: 'c1/cpu.pb.gz', packed: Buffer.from('x'), inflatedBytes: BUNDLE.bytes + 1 }],
    invalid('too-large'),
  );
  refused(
    'would grow too much',
    [{ name: 'c1/cpu.pb.gz', packed: Buffer.alloc(1000), inflatedBytes: BUNDLE.expansionFrom + 1 }],
    invalid('expands'),
  );
  refused(
    'tells the same bytes again and again',
    Array.from({ length: 9 }, (_, index) => ({
      name: `c1/f${index}.pb.gz`,
      ...(index === 0 ? {} : { sharesDataOf: 0 }),
      inflatedBytes: 0x8000,
      packed: Buffer.alloc(1000),
    })),
    invalid('overlaps'),
  );
  refused(
    'has too many files',
    Array.from({ length: BUNDLE.entries + 1 }, (_, index) => ({ name: `c1/${index}` })),
    invalid('too-many-files'),
  );
  refused(
    'has too many captures',
    Array.from({ length: BUNDLE.captures + 1 }, (_, index) => ({ name: `c${index}/cpu.pb.gz` })),
    invalid('too-many-captures'),
  );
  refused('has no capture', [{ name: 'word/document.xml', content: '<x/>' }], invalid('no-captures'));
  refused('has a record that is no JSON', [...ONE, { name: 'c2/capture.json', content: '{' }], {
    code: 'capture-invalid',
  });
  refused('has a record of a later version', [...ONE, { name: 'c2/capture.json', content: '{"schema":2}' }], {
    code: 'capture-invalid',
  });
  refused(
    'has a record larger than any',
    [...ONE, { name: 'c2/capture.json', content: ' '.repeat(FILE_BYTES.record + 1) }],
    { code: 'capture-invalid' },
  );
  refused(
    'has a record nested too deep to be written',
    [...ONE, { name: 'c2/capture.json', content: `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}` }],
    { code: 'capture-invalid' },
  );

  it('is no zip at all: nothing of it is written', async () => {
    const scene = await createScene();
    await writeFile(scene.file('night.zip'), 'PK\u0003\u0004 and no more');
    const source = { kind: 'file', path: scene.file('night.zip') } as const;
    const wish = { source, root: scene.root, clock: new FakeClock() };
    await expect(importBundle(wish, never, () => undefined)).rejects.toMatchObject(invalid('damaged'));
    expect(await scene.tree()).toEqual([]);
  });
});

describe('an import that is cancelled', () => {
  it('leaves nothing of what it had unpacked', async () => {
    const scene = await createScene();
    await writeFile(scene.file('night.zip'), rawZip([...ONE, { name: 'c2/cpu.pb.gz', content: 'p' }]));
    const cancelling = new AbortController();
    const source = { kind: 'file', path: scene.file('night.zip') } as const;
    await expect(
      importBundle({ source, root: scene.root, clock: new FakeClock() }, cancelling.signal, done => {
        if (done === 1) cancelling.abort();
      }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect(await scene.tree()).toEqual([]);
  });
});
