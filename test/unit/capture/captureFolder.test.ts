import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  findCaptureOf,
  listCaptures,
  readCapture,
  type StoredCapture,
} from '../../../src/capture/captureFolder.js';
import { renameCapture } from '../../../src/capture/renameCaptures.js';
import { START_MS } from './captureFakes.js';
import { folderWith } from './folderWith.js';

/** `name: state profile mainFile`, or the error's code. */
function lines(captures: readonly StoredCapture[]): readonly string[] {
  return captures.map(capture => {
    const name = path.basename(capture.folder);
    if (capture.kind === 'invalid') return `${name}: ${capture.error.code}`;
    const main = capture.mainFile === undefined ? 'nothing' : path.basename(capture.mainFile);
    return `${name}: ${capture.record.state} ${capture.record.profile} ${main}`;
  });
}

const record = (fields: object): string => JSON.stringify({ schema: 1, ...fields });

describe('listCaptures', () => {
  it('lists newest first, what cannot be read with its error, and nothing else', async () => {
    const root = await folderWith({
      'old/capture.json': record({ startedAt: '2026-11-01T00:00:00Z', files: ['heap.pb.gz'] }),
      'old/heap.pb.gz': '',
      'new/capture.json': record({ startedAt: '2026-11-23T08:00:00Z', state: 'stopped' }),
      'new/cpu.pb.gz': '',
      'broken/capture.json': '{',
      'future/capture.json': '{"schema": 9}',
      'a folder of the user/notes.md': '',
      'a file.txt': '',
      '.hidden/capture.json': record({}),
    });
    expect(lines((await listCaptures(root, START_MS)).captures)).toEqual([
      'new: stopped cpu cpu.pb.gz',
      'future: capture-invalid',
      'broken: capture-invalid',
      'old: complete heap heap.pb.gz',
    ]);
  });

  it('lists a folder that holds a profile and no capture.json', async () => {
    const root = await folderWith({
      'from a colleague/heap.pb.gz': '',
      'from a colleague/cpu-node3.pprof': '',
    });
    const [capture] = (await listCaptures(root, START_MS)).captures;
    expect(lines([capture!])).toEqual(['from a colleague: complete cpu-node3 cpu-node3.pprof']);
    expect(capture).toMatchObject({
      record: {
        title: 'from a colleague',
        issues: ['There is no capture.json in the folder; what it would say is unknown.'],
      },
    });
  });

  it.each([
    ['futex.strace.txt', 'futex'],
    ['mine.strace.gz', 'mine'],
    ['syscalls.ktrace.txt.gz', 'syscalls'],
    ['threads.samples.txt', 'threads'],
    ['cgroups.health.txt', 'cgroups'],
    ['facts.node.txt', 'facts'],
  ])('lists a folder that holds nothing but the report %s', async (name, profile) => {
    const root = await folderWith({ [`sent/${name}`]: '', 'notes/readme.txt': '' });
    expect(lines((await listCaptures(root, START_MS)).captures)).toEqual([
      `sent: complete ${profile} ${name}`,
    ]);
  });

  it('opens the profile where a report stands beside it', async () => {
    const root = await folderWith({ 'a/cgroups.health.txt': '', 'a/heap.pb.gz': '' });
    expect(lines((await listCaptures(root, START_MS)).captures)).toEqual(['a: complete heap heap.pb.gz']);
  });

  it('opens the first listed file that exists; none is told as none', async () => {
    const root = await folderWith({
      'a/capture.json': record({ files: ['gone.pb.gz', 'here.pb.gz'] }),
      'a/here.pb.gz': '',
      'b/capture.json': record({ files: ['gone.pb.gz'] }),
    });
    expect(lines((await listCaptures(root, START_MS)).captures)).toEqual([
      'b: complete gone nothing',
      'a: complete gone here.pb.gz',
    ]);
  });

  it('takes a missing folder as empty, and tells of one that is none', async () => {
    const root = await folderWith({ file: '' });
    for (const none of ['missing', 'file'])
      expect(await listCaptures(path.join(root, none), START_MS)).toEqual({ captures: [], isCut: false });
  });

  it.each([
    ['whose writer touched its mark lately', { 'c/.writer': '' }, 5_000, 'running'],
    ['whose writer is silent', { 'c/.writer': '' }, 31_000, 'stopped'],
    ['without a writer', {}, 0, 'stopped'],
  ])('shows a running capture %s as it is', async (_, mark, ageMs, state) => {
    const files = { 'c/capture.json': record({ state: 'running' }), 'c/cpu.pb.gz': '', ...mark };
    const root = await folderWith(files, ageMs);
    expect(lines((await listCaptures(root, START_MS)).captures)).toEqual([`c: ${state} cpu cpu.pb.gz`]);
  });
});

describe('findCaptureOf', () => {
  it('knows the capture of a file that capture.json lists, and of no other', async () => {
    const root = await folderWith({
      'c/capture.json': record({ node: 'node1', files: ['cpu.pb.gz'] }),
      'c/cpu.pb.gz': '',
      'c/other.pb.gz': '',
      'broken/capture.json': 'x',
      'broken/cpu.pb.gz': '',
      'plain/cpu.pb.gz': '',
    });
    const find = async (file: string) => (await findCaptureOf(path.join(root, file), START_MS))?.node.name;
    expect(await find('c/cpu.pb.gz')).toBe('node1');
    expect(await find('c/other.pb.gz')).toBeUndefined();
    expect(await find('broken/cpu.pb.gz')).toBeUndefined();
    expect(await find('plain/cpu.pb.gz')).toBeUndefined();
    expect(await find('gone/cpu.pb.gz')).toBeUndefined();
  });
});

describe('renameCapture', () => {
  it('writes the title beside what others wrote', async () => {
    const root = await folderWith({
      'c/capture.json': record({ ticket: 'INC-7', title: 'old' }),
      'c/cpu.pb.gz': '',
    });
    const capture = await readCapture(path.join(root, 'c'), START_MS);
    await renameCapture(capture!, 'after the fix');
    expect(JSON.parse(await readFile(path.join(root, 'c/capture.json'), 'utf8'))).toEqual({
      schema: 1,
      ticket: 'INC-7',
      title: 'after the fix',
    });
    await renameCapture(capture!, undefined);
    expect(await readCapture(path.join(root, 'c'), START_MS)).toMatchObject({ record: { title: undefined } });
  });

  it('gives a hand-made folder its first capture.json', async () => {
    const root = await folderWith({ 'c/heap.pb.gz': '' });
    await renameCapture((await readCapture(path.join(root, 'c'), START_MS))!, 'heap of node3');
    expect(await readCapture(path.join(root, 'c'), START_MS)).toMatchObject({
      record: { title: 'heap of node3', profile: 'heap', issues: [] },
    });
  });

  it('tells of a folder that is gone', async () => {
    const root = await folderWith({ 'c/capture.json': record({}) });
    const capture = (await readCapture(path.join(root, 'c'), START_MS))!;
    await expect(renameCapture({ ...capture, folder: path.join(root, 'gone') }, 'x')).rejects.toMatchObject({
      code: 'capture-write-failed',
    });
  });
});
