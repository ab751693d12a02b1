import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isTemporaryName, temporaryName, writeFileAtomically } from '../../../src/files/atomicWrite.js';
import { filesBelow, temporaryFolder } from '../capture/captureFakes.js';

describe('writeFileAtomically', () => {
  it('shows a polling reader whole files only', async () => {
    const folder = await temporaryFolder();
    const file = path.join(folder, 'cpu.pb.gz');
    // Each version is one byte, as often as its number times a megabyte: half a file would show.
    const version = (number: number) => new Uint8Array(number * 2 ** 20).fill(number);
    await writeFileAtomically(file, version(1));
    let isWriting = true;
    const writing = (async () => {
      for (let number = 2; number <= 8; number++) await writeFileAtomically(file, version(number));
      isWriting = false;
    })();
    const seen = new Set<number>();
    do {
      const bytes = await readFile(file);
      const number = bytes[0]!;
      expect(bytes.length).toBe(number * 2 ** 20);
      expect(bytes.every(byte => byte === number)).toBe(true);
      seen.add(number);
    } while (isWriting as boolean);
    await writing;
    expect(seen.size).toBeGreaterThan(1);
    expect((await readFile(file))[0]).toBe(8);
    expect(await filesBelow(folder)).toEqual(['cpu.pb.gz']);
  });

  it('leaves the old file and no temporary one when it fails', async () => {
    const folder = await temporaryFolder();
    const notAFolder = path.join(folder, 'file');
    await writeFile(notAFolder, 'old');
    await expect(writeFileAtomically(path.join(notAFolder, 'x'), new Uint8Array(1))).rejects.toThrow();
    await expect(writeFileAtomically(folder, new Uint8Array(1))).rejects.toThrow();
    expect(await readFile(notAFolder, 'utf8')).toBe('old');
    expect(await filesBelow(folder)).toEqual(['file']);
  });
});

describe('temporaryName', () => {
  it('is hidden, unique, and known again; other names are not', () => {
    const name = temporaryName('cpu.pb.gz');
    expect(name).toMatch(/^\.cpu\.pb\.gz\.node-triage-[0-9a-f]{12}\.tmp$/);
    expect(name).not.toBe(temporaryName('cpu.pb.gz'));
    expect(isTemporaryName(name)).toBe(true);
    for (const other of ['cpu.pb.gz', '.cpu.tmp', 'a.node-triage-0123456789ab.tmp', '.a.node-triage-0.tmp'])
      expect(isTemporaryName(other)).toBe(false);
  });
});
