/** Bundles of captures that a colleague, or an attacker in his name, made to fill the disk, to lead out of it or to hold the extension up. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { constants, createDeflateRaw } from 'node:zlib';
import { BUNDLE } from '../../../src/base/limits.js';
import { importBundle } from '../../../src/bundle/importBundle.js';
import { systemClock } from '../../../src/capture/clock.js';
import { rawZip, type RawEntry } from '../../support/rawZip.js';
import { hostileCase, MB, type HostileCase } from '../lane/hostileCase.js';

/** What deflate makes of zeros: some thousandth. The lane's process never holds them. */
async function deflatedZeros(bytes: number): Promise<Buffer> {
  const deflate = createDeflateRaw({ level: constants.Z_BEST_COMPRESSION });
  const chunks: Buffer[] = [];
  deflate.on('data', (chunk: Buffer) => chunks.push(chunk));
  const block = Buffer.alloc(MB);
  for (let written = 0; written < bytes; written += MB)
    await new Promise(resolve => deflate.write(block, resolve));
  await new Promise(resolve => deflate.end(resolve));
  return Buffer.concat(chunks);
}

const GOOD: RawEntry = { name: 'good/cpu.pb.gz', content: 'a profile' };

interface Given {
  readonly parent: string;
}

/** `make` writes `PARENT/night.zip`. The import is refused with `code` and leaves nothing, beside it neither. */
function refused(
  what: string,
  make: (file: string) => Promise<void>,
  expected: { readonly code: string; readonly problem?: string },
  caps: {
    readonly capBytes?: number;
    readonly capSeconds?: number;
    readonly capBlockedSeconds?: number;
  } = {},
): HostileCase {
  return hostileCase<Given>({
    name: `bundles: ${what}`,
    capBytes: 100 * MB,
    capSeconds: 30,
    ...caps,
    prepare: async () => {
      const parent = await mkdtemp(path.join(tmpdir(), 'node-triage-hostile-'));
      await make(path.join(parent, 'night.zip'));
      return { given: { parent }, close: () => rm(parent, { recursive: true, force: true }) };
    },
    attack: async ({ parent }) => {
      const before = await listBeside(parent);
      const root = path.join(parent, 'captures');
      const source = { kind: 'file', path: path.join(parent, 'night.zip') } as const;
      const signal = new AbortController().signal;
      await assert.rejects(
        importBundle({ source, root, clock: systemClock }, signal, () => undefined),
        (error: { readonly code?: unknown; readonly facts?: { readonly problem?: unknown } }) => {
          assert.equal(error.code, expected.code);
          if (expected.problem !== undefined) assert.equal(error.facts?.problem, expected.problem);
          return true;
        },
      );
      assert.deepEqual(await readdir(root).catch(() => []), []);
      assert.deepEqual(await listBeside(parent), before);
    },
  });
}

async function listBeside(parent: string): Promise<readonly string[]> {
  return (await readdir(parent)).filter(name => name !== 'captures').sort();
}

const damaged = { code: 'bundle-invalid', problem: 'damaged' };

export const cases: readonly HostileCase[] = [
  refused(
    '1 GB of zeros in a profile that says it has 9 bytes',
    async file => {
      const packed = await deflatedZeros(1000 * MB);
      await writeFile(file, rawZip([GOOD, { name: 'a/cpu.pb.gz', packed, inflatedBytes: 9 }]));
    },
    damaged,
  ),
  refused(
    '1 GB of zeros in a record that says it has 900 kB',
    async file => {
      const packed = await deflatedZeros(1000 * MB);
      await writeFile(file, rawZip([GOOD, { name: 'a/capture.json', packed, inflatedBytes: 900_000 }]));
    },
    damaged,
  ),
  refused(
    '1 GB of zeros that say what they are',
    async file => {
      const packed = await deflatedZeros(1000 * MB);
      await writeFile(file, rawZip([GOOD, { name: 'a/cpu.pb.gz', packed, inflatedBytes: 1000 * MB }]));
    },
    { code: 'bundle-invalid', problem: 'expands' },
  ),
  refused(
    'forty files that share 25 MB of zeros',
    async file => {
      const packed = await deflatedZeros(25 * MB);
      const shared = Array.from({ length: 40 }, (_, index) => ({
        name: `a/${index}.pb.gz`,
        packed,
        inflatedBytes: 25 * MB,
        ...(index === 0 ? {} : { sharesDataOf: 0 }),
      }));
      await writeFile(file, rawZip([GOOD, ...shared]));
    },
    { code: 'bundle-invalid' },
  ),
  refused(
    'sixty thousand files',
    file =>
      writeFile(file, rawZip(Array.from({ length: 60_000 }, (_, index) => ({ name: `a/${index}.pb.gz` })))),
    { code: 'bundle-invalid', problem: 'too-many-files' },
    { capBlockedSeconds: 2 },
  ),
  refused(
    'as many captures as may be, and at the end a link',
    file =>
      writeFile(
        file,
        rawZip([
          ...Array.from({ length: BUNDLE.captures - 1 }, (_, index) => ({ name: `c${index}/cpu.pb.gz` })),
          { name: 'last/cpu.pb.gz', content: '/etc/passwd', mode: 0o120777 },
        ]),
      ),
    { code: 'bundle-invalid', problem: 'no-file' },
  ),
  refused(
    'as many captures as may be, and the last one is damaged',
    file =>
      writeFile(
        file,
        rawZip([
          ...Array.from({ length: BUNDLE.captures - 1 }, (_, index) => ({ name: `c${index}/cpu.pb.gz` })),
          { name: 'last/cpu.pb.gz', content: 'a profile', checksum: 1 },
        ]),
      ),
    damaged,
  ),
  ...['../../out/cpu.pb.gz', '/tmp/out/cpu.pb.gz', 'a/../../out.pb.gz', 'a\\..\\..\\out.pb.gz'].map(name =>
    refused(`a file called ${name}`, file => writeFile(file, rawZip([GOOD, { name }])), {
      code: 'bundle-invalid',
      problem: 'unfit-name',
    }),
  ),
  refused(
    'a record of a million brackets',
    file =>
      writeFile(
        file,
        rawZip([GOOD, { name: 'a/capture.json', content: '['.repeat(500_000) + ']'.repeat(500_000) }]),
      ),
    { code: 'capture-invalid' },
  ),
  refused(
    'a record deeper than can be written',
    file =>
      writeFile(
        file,
        rawZip([
          GOOD,
          { name: 'a/capture.json', content: `{"a":${'['.repeat(400_000)}${']'.repeat(400_000)}}` },
        ]),
      ),
    { code: 'capture-invalid' },
  ),
  refused('a named pipe', file => Promise.resolve(void execFileSync('mkfifo', [file])), {
    code: 'file-unreadable',
  }),
  refused(
    '10 GB of nothing behind the head of a zip',
    async file => {
      await writeFile(file, rawZip([GOOD]));
      await truncate(file, 10_000 * MB);
    },
    damaged,
  ),
  hostileCase<Given>({
    name: 'bundles: imported again and again, each beside the last',
    capBytes: 100 * MB,
    capSeconds: 30,
    prepare: async () => {
      const parent = await mkdtemp(path.join(tmpdir(), 'node-triage-hostile-'));
      await writeFile(path.join(parent, 'night.zip'), rawZip([GOOD]));
      return { given: { parent }, close: () => rm(parent, { recursive: true, force: true }) };
    },
    attack: async ({ parent }) => {
      const root = path.join(parent, 'captures');
      const source = { kind: 'file', path: path.join(parent, 'night.zip') } as const;
      const signal = new AbortController().signal;
      // At the same time, too: none takes the name of another.
      await Promise.all(
        Array.from({ length: 20 }, () =>
          importBundle({ source, root, clock: systemClock }, signal, () => undefined),
        ),
      );
      const names = await readdir(root);
      assert.equal(names.length, 20);
      for (const name of names) {
        await stat(path.join(root, name, 'cpu.pb.gz'));
        await stat(path.join(root, name, 'capture.json'));
      }
    },
  }),
];
