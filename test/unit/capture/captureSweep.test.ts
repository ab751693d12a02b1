import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CAPTURE_ENTRIES } from '../../../src/base/limits.js';
import { sweepCaptures } from '../../../src/capture/captureSweep.js';
import { filesBelow, START_MS, temporaryFolder } from './captureFakes.js';
import { folderWith } from './folderWith.js';

const record = (fields: object): string => JSON.stringify({ schema: 1, ...fields });
const MARK = 'node-triage 4711\n';

describe('sweepCaptures', () => {
  const leftovers = {
    '.2026-a.node-triage-0123456789ab.tmp/cpu.pb.gz': '',
    'c/capture.json': record({ state: 'running' }),
    'c/.cpu.pb.gz.node-triage-0123456789ab.tmp': '',
    'c/.writer': MARK,
    'c/notes.tmp': '',
    'c/.mine.tmp': '',
  };
  const kept = ['c', 'c/.mine.tmp', 'c/capture.json', 'c/notes.tmp'];

  it('removes what a crash left, and nothing that has another name', async () => {
    const root = await folderWith(leftovers);
    expect(await sweepCaptures(root, START_MS)).toBe(3);
    expect(await filesBelow(root)).toEqual(kept);
    expect(await sweepCaptures(root, START_MS)).toBe(0);
  });

  it('leaves the files of a living writer', async () => {
    const root = await folderWith(leftovers, 10_000);
    const before = await filesBelow(root);
    expect(await sweepCaptures(root, START_MS)).toBe(0);
    expect(await filesBelow(root)).toEqual(before);
  });

  it('takes a missing folder as swept', async () => {
    expect(await sweepCaptures('/no/such/folder', START_MS)).toBe(0);
  });
});

describe('sweepCaptures in a folder that others filled', () => {
  const TEMPORARY = '.x.node-triage-0123456789ab.tmp';
  const LATER = START_MS + 365 * 24 * 3_600_000;
  const outside = {
    'cpu.pb.gz': '',
    '.writer': MARK,
    [TEMPORARY]: '',
    'deep/notes.md': '',
  };
  const everything = ['.writer', TEMPORARY, 'cpu.pb.gz', 'deep', 'deep/notes.md'];

  it('follows no link out of it', async () => {
    const victim = await folderWith(outside);
    const root = await folderWith({ 'c/capture.json': record({}), 'made/plain.txt': '' });
    await symlink(victim, path.join(root, 'to a folder'));
    await symlink(victim, path.join(root, '.a.node-triage-0123456789ab.tmp'));
    await symlink(victim, path.join(root, 'c', TEMPORARY));
    await symlink(path.join(victim, '.writer'), path.join(root, 'c', '.writer'));
    const before = await filesBelow(root);
    expect(await sweepCaptures(root, LATER)).toBe(0);
    expect(await filesBelow(victim)).toEqual([...everything].sort());
    expect(await filesBelow(root)).toEqual(before);
  });

  it('leaves a folder with our name in which is more than files', async () => {
    const victim = await folderWith(outside);
    const root = await folderWith({ [`${TEMPORARY}/cpu.pb.gz`]: '' });
    await symlink(victim, path.join(root, TEMPORARY, 'link'));
    expect(await sweepCaptures(root, LATER)).toBe(0);
    const nested = await folderWith({ [`${TEMPORARY}/deep/cpu.pb.gz`]: '' });
    expect(await sweepCaptures(nested, LATER)).toBe(0);
    expect(await filesBelow(nested)).toHaveLength(3);
    expect(await filesBelow(victim)).toHaveLength(5);
  });

  it("leaves another program's .writer", async () => {
    const root = await folderWith({ 'a/.writer': 'held by an editor\n', 'b/.writer': '' });
    await mkdir(path.join(root, 'c', '.writer'), { recursive: true });
    expect(await sweepCaptures(root, LATER)).toBe(0);
    expect(await filesBelow(root)).toHaveLength(6);
  });

  it('works where the folder itself is reached by a link', async () => {
    const root = await folderWith({ 'c/.writer': MARK });
    const link = path.join(await temporaryFolder(), 'link');
    await symlink(root, link);
    expect(await sweepCaptures(link, LATER)).toBe(1);
  });

  it('ends after so many entries', async () => {
    const root = await folderWith({ 'c/.writer': MARK });
    for (let number = 0; number < CAPTURE_ENTRIES.folder + 500; number++)
      await writeFile(path.join(root, 'c', `.${number}.node-triage-0123456789ab.tmp`), '');
    expect(await sweepCaptures(root, Date.now() + 3_600_000)).toBeLessThanOrEqual(CAPTURE_ENTRIES.folder);
  });
});
