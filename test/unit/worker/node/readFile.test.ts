import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import {
  inflateProfile,
  readFileHead,
  readFileOrPipe,
  readWholeFile,
} from '../../../../src/worker/node/readFile.js';

const folder = mkdtempSync(path.join(tmpdir(), 'read-file-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const MB = 1024 * 1024;
const bytesOf = (text: string) => new TextEncoder().encode(text);
const file = (name: string, bytes: Uint8Array) => {
  const full = path.join(folder, name);
  writeFileSync(full, bytes);
  return full;
};
const failure = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    const { code, facts } = error as { code: string; facts: Record<string, unknown> };
    return { code, facts };
  }
  return undefined;
};

describe('readWholeFile', () => {
  it('reads what is there', () => {
    const bytes = new Uint8Array(300_000).map((_, index) => index);
    expect(readWholeFile(file('some.bin', bytes), MB)).toEqual(bytes);
  });

  it('reads a file of exactly the limit and none beyond', () => {
    const exact = file('exact.bin', new Uint8Array(1000));
    expect(readWholeFile(exact, 1000)).toHaveLength(1000);
    expect(failure(() => readWholeFile(exact, 999))).toEqual({
      code: 'file-too-large',
      facts: { limitBytes: 999 },
    });
  });

  it.runIf(process.platform !== 'win32')('opens neither a pipe nor a device, nor what leads to one', () => {
    const pipe = path.join(folder, 'pipe.pb.gz');
    execFileSync('mkfifo', [pipe]);
    const link = path.join(folder, 'link.pb.gz');
    symlinkSync('/dev/zero', link);
    for (const read of [readWholeFile, readFileHead]) {
      expect(failure(() => read(pipe, MB))?.facts).toMatchObject({ reason: 'it is a named pipe' });
      expect(failure(() => read('/dev/zero', MB))?.facts).toMatchObject({ reason: 'it is a device' });
      expect(failure(() => read(link, MB))?.facts).toMatchObject({ reason: 'it is a device' });
    }
  });

  it('follows the link that a person chose', () => {
    const link = path.join(folder, 'latest.pb.gz');
    symlinkSync(file('of today.pb.gz', bytesOf('main 1')), link);
    expect(readWholeFile(link, MB)).toEqual(bytesOf('main 1'));
    expect(readFileHead(link)).toEqual(bytesOf('main 1'));
  });

  it('says why it cannot read', () => {
    const missing = path.join(folder, 'missing.pb.gz');
    expect(failure(() => readWholeFile(missing, MB))).toEqual({
      code: 'file-unreadable',
      facts: { file: missing, reason: 'there is no such file', problem: 'missing' },
    });
    expect(failure(() => readWholeFile(folder, MB))).toEqual({
      code: 'file-unreadable',
      facts: { file: folder, reason: 'it is a folder', problem: 'folder' },
    });
    expect(failure(() => readWholeFile(file('empty', new Uint8Array()), MB))?.code).toBe('file-empty');
  });
});

describe('readFileHead', () => {
  it('reads the beginning of a file that is larger than any limit', () => {
    const large = file('large.bin', bytesOf('main 1'));
    truncateSync(large, 400 * MB);
    const head = readFileHead(large);
    expect([head.length, head[0]]).toEqual([65_536, 'm'.charCodeAt(0)]);
  });
});

describe('readFileOrPipe', () => {
  it.runIf(process.platform === 'linux')('reads a pipe to its end, to the limit', () => {
    const run = (command: string): string =>
      execFileSync('bash', ['-c', command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    const pipe = path.join(folder, 'written.pipe');
    execFileSync('mkfifo', [pipe]);
    run(`(head -c 300000 /dev/zero > '${pipe}') > /dev/null 2>&1 &`);
    expect(readFileOrPipe(pipe, MB)).toHaveLength(300_000);
    run(`(cat /dev/zero > '${pipe}') > /dev/null 2>&1 &`);
    expect(failure(() => readFileOrPipe(pipe, MB))?.code).toBe('file-too-large');
    expect(failure(() => readFileOrPipe('/dev/zero', MB))?.facts).toMatchObject({ reason: 'it is a device' });
  });
});

describe('inflateProfile', () => {
  const text = bytesOf('main;work 3\n');

  it('leaves what is not gzipped as it is', () => {
    expect(inflateProfile(text, MB)).toBe(text);
  });

  it('inflates one member, several, and a gzip within a gzip', () => {
    const zipped = gzipSync(text);
    expect(inflateProfile(zipped, MB)).toEqual(Buffer.from(text));
    expect(inflateProfile(Buffer.concat([zipped, zipped]), MB)).toEqual(Buffer.concat([text, text]));
    expect(inflateProfile(gzipSync(zipped), MB)).toEqual(Buffer.from(text));
    expect(failure(() => inflateProfile(gzipSync(gzipSync(zipped)), MB))?.code).toBe('file-corrupt');
  });

  it('is not misled by a size in the trailer that lies', () => {
    const zipped = gzipSync(new Uint8Array(200_000));
    zipped.writeUInt32LE(1, zipped.length - 4);
    expect(failure(() => inflateProfile(zipped, MB))?.code).toBe('file-corrupt');
  });

  it('stops a bomb at the limit', () => {
    const bomb = gzipSync(new Uint8Array(64 * MB));
    expect(bomb.length).toBeLessThan(100_000);
    expect(failure(() => inflateProfile(bomb, MB))).toEqual({
      code: 'file-too-large',
      facts: { limitBytes: MB },
    });
    const twice = Buffer.concat([gzipSync(new Uint8Array(MB)), gzipSync(new Uint8Array(1))]);
    expect(failure(() => inflateProfile(twice, MB))?.code).toBe('file-too-large');
  });

  it('tells at every place that a gzip is cut off', () => {
    const zipped = gzipSync(text);
    for (let length = 2; length < zipped.length; length++)
      expect(failure(() => inflateProfile(zipped.subarray(0, length), MB))?.code).toBe('file-truncated');
  });

  it('tells a broken stream from a cut one', () => {
    const zipped = gzipSync(bytesOf('main;work 3\n'.repeat(50)));
    zipped[20]! ^= 0xff;
    expect(failure(() => inflateProfile(zipped, MB))?.code).toBe('file-corrupt');
  });

  it('calls an empty gzip an empty file', () => {
    expect(failure(() => inflateProfile(gzipSync(new Uint8Array()), MB))?.code).toBe('file-empty');
  });
});
