/** Capture folders that a repository or a colleague filled to do harm: each is told of, and none of them holds anything up. */
import { execFileSync } from 'node:child_process';
import { readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CAPTURE_ENTRIES, FILE_BYTES } from '../../../src/base/limits.js';
import { findCaptureOf, listCaptures, readCapture } from '../../../src/capture/captureFolder.js';
import { renameCapture } from '../../../src/capture/renameCaptures.js';
import { parseCaptureRecord } from '../../../src/capture/captureJson.js';
import { PodIntentFolder } from '../../../src/capture/podIntentFolder.js';
import { encodeIntent } from '../../../src/debugpod/intentJson.js';
import { writeFileAtomically } from '../../../src/files/atomicWrite.js';
import { filesBelow, START_MS, temporaryFolder } from './captureFakes.js';
import { folderWith } from './folderWith.js';

const record = (fields: object): string => JSON.stringify({ schema: 1, ...fields });

/** Puts something other than a file where capture.json stands; its profile is beside it. */
const PLANTED: readonly (readonly [string, (file: string) => Promise<void>, string])[] = [
  ['a named pipe', file => Promise.resolve(void execFileSync('mkfifo', [file])), 'file-unreadable'],
  ['a link to a device', file => symlink('/dev/zero', file), 'file-unreadable'],
  ['a link to a terminal', file => symlink('/dev/tty', file), 'file-unreadable'],
  ['a link to a file of the user', file => symlink('/etc/hostname', file), 'file-unreadable'],
  ['a link to itself', file => symlink('capture.json', file), 'file-unreadable'],
  ['a socket', listenAt, 'file-unreadable'],
  ['400 MB of nothing', async file => (await writeFile(file, ''), truncate(file, 400e6)), 'capture-invalid'],
];

async function listenAt(file: string): Promise<void> {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>(resolve => server.listen(file, resolve));
}

describe.each(PLANTED)('a capture.json that is %s', (_what, plant, code) => {
  async function planted(): Promise<string> {
    const root = await folderWith({ 'c/cpu.pb.gz': '', 'good/capture.json': record({ title: 'good' }) });
    await plant(path.join(root, 'c', 'capture.json'));
    return root;
  }

  it('is listed with its error, beside the others', async () => {
    const root = await planted();
    const { captures } = await listCaptures(root, START_MS);
    expect(captures.map(each => (each.kind === 'invalid' ? each.error.code : each.record.title))).toEqual(
      expect.arrayContaining([code, 'good']),
    );
  });

  it('says nothing of the profile beside it, and takes no title', async () => {
    const root = await planted();
    expect(await findCaptureOf(path.join(root, 'c', 'cpu.pb.gz'), START_MS)).toBeUndefined();
    const capture = (await readCapture(path.join(root, 'c'), START_MS))!;
    await expect(renameCapture(capture, 'x')).rejects.toMatchObject({ code });
  });

  it('leaves the file threads free', async () => {
    const root = await planted();
    // Node has four of them.
    const looks = Array.from({ length: 8 }, () => readCapture(path.join(root, 'c'), START_MS));
    expect(await readFile(path.join(root, 'good', 'capture.json'), 'utf8')).toContain('good');
    await Promise.all(looks);
  });
});

describe('a capture folder', () => {
  it('opens no file that is a link', async () => {
    const root = await folderWith({
      'c/capture.json': record({ files: ['cpu.pb.gz', 'heap.pb.gz'] }),
      'c/heap.pb.gz': '',
      'd/capture.json': record({ files: ['cpu.pb.gz'] }),
    });
    await symlink('/etc/hostname', path.join(root, 'c', 'cpu.pb.gz'));
    await symlink('/etc/hostname', path.join(root, 'd', 'cpu.pb.gz'));
    const mains = (await listCaptures(root, START_MS)).captures.map(each =>
      each.kind === 'capture' && each.mainFile !== undefined ? path.basename(each.mainFile) : undefined,
    );
    expect(mains.sort()).toEqual(['heap.pb.gz', undefined]);
  });

  it('that is a link is none', async () => {
    const other = await folderWith({ 'c/capture.json': record({}), 'c/cpu.pb.gz': '' });
    const root = await temporaryFolder();
    await symlink(path.join(other, 'c'), path.join(root, 'c'));
    expect(await listCaptures(root, START_MS)).toEqual({ captures: [], isCut: false });
  });

  it('with more files than are looked at is read by its record, and says so', async () => {
    const root = await folderWith({ 'c/capture.json': record({ files: ['zz.pb.gz'] }), 'c/zz.pb.gz': '' });
    for (let number = 0; number <= CAPTURE_ENTRIES.folder; number++)
      await writeFile(path.join(root, 'c', `f${number}`), '');
    const capture = await readCapture(path.join(root, 'c'), START_MS);
    expect(capture).toMatchObject({
      mainFile: path.join(root, 'c', 'zz.pb.gz'),
      record: { issues: ['The folder has more than 1000 files; the others were not looked at.'] },
    });
  });
});

describe('the folder of all captures', () => {
  it('of more than are shown lists the newest, and says so', async () => {
    const files: Record<string, string> = {};
    for (let number = 0; number < CAPTURE_ENTRIES.captures + 10; number++)
      files[`2026-${String(number).padStart(5, '0')}/cpu.pb.gz`] = '';
    const list = await listCaptures(await folderWith(files), START_MS);
    expect(list.isCut).toBe(true);
    expect(list.captures).toHaveLength(CAPTURE_ENTRIES.captures);
    expect(list.captures.some(({ folder }) => folder.endsWith('2026-00000'))).toBe(false);
    expect(list.captures.some(({ folder }) => folder.endsWith('2026-01009'))).toBe(true);
  });

  it('is not read beyond a sum of bytes', async () => {
    const large = record({ note: 'x'.repeat(FILE_BYTES.record - 100) });
    const files: Record<string, string> = {};
    for (let number = 0; number < 40; number++) files[`c${number}/capture.json`] = large;
    const { captures } = await listCaptures(await folderWith(files), START_MS);
    expect(captures.filter(({ kind }) => kind === 'capture').length).toBeLessThanOrEqual(33);
    expect(captures).toHaveLength(40);
  });
});

it('a record is cut where it is longer than anything that is shown', () => {
  const defaults = { startedAt: '2026-01-01T00:00:00Z', files: [] };
  const text = record({
    title: 't'.repeat(5_000),
    node: 'n'.repeat(5_000),
    files: Array.from({ length: 5_000 }, (_, number) => `f${number}`),
    issues: Array.from({ length: 5_000 }, () => 'i'.repeat(5_000)),
  });
  const parsed = parseCaptureRecord(text, 'capture.json', defaults);
  expect([parsed.title?.length, parsed.node.name.length, parsed.files.length, parsed.issues.length]).toEqual([
    500, 500, 200, 200,
  ]);
  expect(parsed.issues[0]).toHaveLength(2_000);
});

it('a record that is a link is replaced, and what it leads to stays', async () => {
  const folder = await folderWith({ 'theirs.txt': 'keep' });
  const file = path.join(folder, 'capture.json');
  await symlink('theirs.txt', file);
  await writeFileAtomically(file, Buffer.from('new'));
  expect(await readFile(path.join(folder, 'theirs.txt'), 'utf8')).toBe('keep');
  expect(await readFile(file, 'utf8')).toBe('new');
  expect(await filesBelow(folder)).toEqual(['capture.json', 'theirs.txt']);
});

it('intents that are no files, or another file than they say, are none', async () => {
  const folder = await temporaryFolder();
  const intent = {
    context: 'prod',
    server: 'https://10.0.0.1:6443',
    namespace: 'triage',
    name: '../../kubeconfig',
    uid: undefined,
    node: 'node1',
    expiresAt: '2026-11-24T03:10:00Z',
    owner: { session: 's', host: 'laptop', pid: 4711, aliveAt: '2026-11-24T03:00:00Z' },
  };
  await writeFile(path.join(folder, 'a.json'), encodeIntent(intent));
  await writeFile(path.join(folder, 'elsewhere.txt'), encodeIntent({ ...intent, name: 'b' }));
  await symlink('elsewhere.txt', path.join(folder, 'b.json'));
  execFileSync('mkfifo', [path.join(folder, 'c.json')]);
  expect(await new PodIntentFolder(folder).list()).toEqual([]);
});
