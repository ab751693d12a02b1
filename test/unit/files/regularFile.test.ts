import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  openRegularFile,
  readRegularFile,
  readRegularFileSync,
  type RegularFileRules,
} from '../../../src/files/regularFile.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'node-triage-regular-'));
const at = (name: string): string => path.join(folder, name);
const socket = createServer();

beforeAll(async () => {
  writeFileSync(at('small'), 'twelve bytes');
  writeFileSync(at('empty'), '');
  mkdirSync(at('folder'));
  symlinkSync('small', at('link'));
  symlinkSync('/dev/zero', at('zero'));
  execFileSync('mkfifo', [at('fifo')]);
  await new Promise<void>(resolve => socket.listen(at('socket'), resolve));
});

afterAll(() => {
  socket.close();
  rmSync(folder, { recursive: true });
});

type Read = (file: string, rules: RegularFileRules) => Promise<Uint8Array>;
const WAYS: readonly (readonly [string, Read])[] = [
  ['readRegularFile', readRegularFile],
  ['readRegularFileSync', (file, rules) => new Promise(resolve => resolve(readRegularFileSync(file, rules)))],
];

describe.each(WAYS)('%s', (_name, read) => {
  const refuse = { maxBytes: 1000, links: 'refuse' } as const;
  const follow = { maxBytes: 1000, links: 'follow' } as const;

  it('reads a regular file, to the limit and not beyond', async () => {
    expect(Buffer.from(await read(at('small'), refuse)).toString()).toBe('twelve bytes');
    expect((await read(at('empty'), refuse)).length).toBe(0);
    expect((await read(at('small'), { ...refuse, maxBytes: 12 })).length).toBe(12);
    await expect(read(at('small'), { ...refuse, maxBytes: 11 })).rejects.toMatchObject({
      code: 'file-too-large',
      facts: { limitBytes: 11 },
    });
  });

  it('follows a link only where it may, and then looks at what it leads to', async () => {
    expect((await read(at('link'), follow)).length).toBe(12);
    await expect(read(at('link'), refuse)).rejects.toMatchObject({
      code: 'file-unreadable',
      facts: { reason: 'it is a symbolic link' },
    });
    await expect(read(at('zero'), follow)).rejects.toMatchObject({ facts: { reason: 'it is a device' } });
  });

  it.each([
    ['fifo', 'it is a named pipe'],
    ['folder', 'it is a folder'],
    ['socket', 'it is a socket'],
    ['none', 'there is no such file'],
  ])('does not open %s: %s', async (name, reason) => {
    await expect(read(at(name), follow)).rejects.toMatchObject({
      code: 'file-unreadable',
      facts: { reason },
    });
  });

  it('reads what has no size, to the same limit', async () => {
    expect((await read('/proc/self/stat', refuse)).length).toBeGreaterThan(20);
    await expect(read('/proc/self/smaps', { ...refuse, maxBytes: 100 })).rejects.toMatchObject({
      code: 'file-too-large',
    });
  });
});

describe('openRegularFile', () => {
  const rules = { maxBytes: 1000, links: 'refuse' } as const;

  it('opens a regular file, and tells what is open', async () => {
    const { handle, stats } = await openRegularFile(at('small'), rules);
    try {
      expect(stats.size).toBe(12);
      expect(await handle.readFile('utf8')).toBe('twelve bytes');
    } finally {
      await handle.close();
    }
  });

  it.each(['folder', 'link', 'zero', 'fifo', 'socket', 'missing'])('does not open a %s', async name => {
    await expect(openRegularFile(at(name), rules)).rejects.toMatchObject({ code: 'file-unreadable' });
  });

  it('does not open what is too large, nor once it is cancelled', async () => {
    await expect(openRegularFile(at('small'), { ...rules, maxBytes: 5 })).rejects.toMatchObject({
      code: 'file-too-large',
    });
    await expect(openRegularFile(at('small'), rules, AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
