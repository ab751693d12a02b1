/** A strace of the user's own, looked at before the user is asked: what is taken, and what is said of the rest. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { readStraceFile } from '../../../src/podwork/straceFile.js';
import { makeElf } from '../../support/makeElf.js';

const never = new AbortController().signal;
const NODE = { name: 'node1', architecture: 'amd64' };

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'node-triage-strace-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  file = path.join(folder, 'my strace');
});

const read = (bytes: Uint8Array, node = NODE) => {
  writeFileSync(file, bytes);
  return readStraceFile(file, node, never);
};

describe('readStraceFile', () => {
  it('gives the bytes with their name and checksum', async () => {
    const bytes = makeElf();
    const found = await read(bytes);
    expect(Buffer.from(found.bytes).equals(bytes)).toBe(true);
    expect(found).toMatchObject({
      name: 'my strace',
      sha256: createHash('sha256').update(bytes).digest('hex'),
      interpreter: undefined,
    });
  });

  it('takes one that is not static, and tells', async () => {
    const interpreter = '/lib64/ld-linux-x86-64.so.2';
    expect(await read(makeElf({ interpreter }))).toMatchObject({ interpreter });
  });

  it('refuses one for another architecture, and names both', async () => {
    await expect(read(makeElf({ machine: 183 }))).rejects.toMatchObject({
      code: 'tool-unfit',
      node: 'node1',
      facts: { file, problem: 'other-machine', found: 'arm64', wanted: 'amd64' },
    });
    await expect(read(makeElf({ machine: 183 }), { ...NODE, architecture: 'arm64' })).resolves.toBeDefined();
  });

  it('takes any for a node that does not say what it is', async () => {
    await expect(read(makeElf({ machine: 183 }), { ...NODE, architecture: '' })).resolves.toBeDefined();
  });

  it('refuses what is no program', async () => {
    for (const bytes of [Buffer.from('#!/bin/sh\n'), Buffer.of()])
      await expect(read(bytes)).rejects.toMatchObject({ code: 'tool-unfit', facts: { problem: 'not-elf' } });
  });

  it('takes 32 MiB, and not a byte more', async () => {
    writeFileSync(file, makeElf());
    truncateSync(file, 32 * 2 ** 20);
    expect((await readStraceFile(file, NODE, never)).bytes).toHaveLength(32 * 2 ** 20);
    truncateSync(file, 32 * 2 ** 20 + 1);
    await expect(readStraceFile(file, NODE, never)).rejects.toMatchObject({
      code: 'tool-unfit',
      facts: { problem: 'too-large', found: 33, wanted: 32 },
    });
  });

  it.each([
    ['one that is not there', () => file, /no such file/],
    ['a folder', () => folder, /a folder/],
    ['a path that depends on where we are', () => 'strace', /no absolute path/],
  ])('says why it cannot read %s', async (_, where, reason) => {
    await expect(readStraceFile(where(), NODE, never)).rejects.toMatchObject({
      code: 'file-unreadable',
      facts: { file: where(), reason: expect.stringMatching(reason) as string },
    });
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe', async () => {
    execFileSync('mkfifo', [file]);
    await expect(readStraceFile(file, NODE, never)).rejects.toMatchObject({ code: 'file-unreadable' });
  });

  it('is cancelled', async () => {
    writeFileSync(file, makeElf());
    await expect(readStraceFile(file, NODE, AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
