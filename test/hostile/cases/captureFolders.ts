/** Folders and files that a repository or a colleague filled to hold the extension up, to fill its memory, or to lead it out. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CAPTURE_ENTRIES, FILE_BYTES } from '../../../src/base/limits.js';
import { findCaptureOf, listCaptures, type StoredCapture } from '../../../src/capture/captureFolder.js';
import { sweepCaptures } from '../../../src/capture/captureSweep.js';
import { isAtRevision, isCheckoutOf } from '../../../src/checkouts/checkout.js';
import { readFileHead, readWholeFile } from '../../../src/worker/node/readFile.js';
import { hostileCase, MB, type HostileCase, type Prepared } from '../lane/hostileCase.js';

const TEMPORARY = '.x.node-triage-0123456789ab.tmp';
const LATER_MS = 3_600_000;

/** A folder that `fill` fills, removed in the end. */
async function folder(fill: (root: string) => Promise<void>): Promise<Prepared<string>> {
  const root = await mkdtemp(path.join(tmpdir(), 'node-triage-hostile-'));
  await fill(root);
  return { given: root, close: () => rm(root, { recursive: true, force: true }) };
}

async function capture(root: string, name: string, record?: string): Promise<string> {
  const made = path.join(root, name);
  await mkdir(made);
  await writeFile(path.join(made, 'cpu.pb.gz'), '');
  if (record !== undefined) await writeFile(path.join(made, 'capture.json'), record);
  return path.join(made, 'capture.json');
}

const errorOf = (stored: StoredCapture): string =>
  stored.kind === 'invalid' ? stored.error.code : stored.record.state;

/** The case's own folder, a good capture in it, and eight times what takes a file thread for good where it is opened. */
function planted(what: string, plant: (record: string) => Promise<void>, code: string): HostileCase {
  return hostileCase({
    name: `captures: capture.json is ${what}`,
    capBytes: 100 * MB,
    capSeconds: 20,
    prepare: () =>
      folder(async root => {
        await capture(root, 'good', '{}');
        for (let number = 0; number < 8; number++) await plant(await capture(root, `c${number}`));
      }),
    attack: async root => {
      const { captures } = await listCaptures(root, Date.now());
      assert.deepEqual(captures.map(errorOf).sort(), ['complete', ...Array<string>(8).fill(code)].sort());
      assert.equal(await findCaptureOf(path.join(root, 'c0', 'cpu.pb.gz'), Date.now()), undefined);
      await sweepCaptures(root, Date.now() + LATER_MS);
      // The file threads are free.
      assert.equal(await readFile(path.join(root, 'good', 'capture.json'), 'utf8'), '{}');
    },
  });
}

export const cases: readonly HostileCase[] = [
  planted(
    'a named pipe',
    record => Promise.resolve(void execFileSync('mkfifo', [record])),
    'file-unreadable',
  ),
  planted('a link to /dev/zero', record => symlink('/dev/zero', record), 'file-unreadable'),
  planted(
    '400 MB of nothing',
    async record => {
      await writeFile(record, '');
      await truncate(record, 400 * MB);
    },
    'capture-invalid',
  ),
  hostileCase({
    name: 'captures: more folders than are listed, each record as large as it may be',
    capBytes: 300 * MB,
    capSeconds: 60,
    prepare: random =>
      folder(async root => {
        const large = JSON.stringify({ issues: ['x'.repeat(FILE_BYTES.record - random.integer(100, 1000))] });
        for (let number = 0; number < CAPTURE_ENTRIES.captures + 200; number++)
          await capture(root, `c${number}`, number % 12 === 0 ? large : '{}');
      }),
    attack: async root => {
      const { captures, isCut } = await listCaptures(root, Date.now());
      assert.equal(isCut, true);
      assert.equal(captures.length, CAPTURE_ENTRIES.captures);
    },
  }),
  hostileCase({
    name: 'captures: the sweep meets links out of the folder',
    capBytes: 100 * MB,
    capSeconds: 20,
    prepare: () =>
      folder(async root => {
        const victim = path.join(root, 'victim');
        await mkdir(victim);
        for (const name of ['.writer', TEMPORARY, 'notes.md'])
          await writeFile(path.join(victim, name), 'node-triage 1\n');
        const captures = path.join(root, 'captures');
        await mkdir(captures);
        await symlink(victim, path.join(captures, 'linked'));
        await symlink(victim, path.join(captures, TEMPORARY));
        await capture(captures, 'c', '{}');
        await symlink(victim, path.join(captures, 'c', TEMPORARY));
      }),
    attack: async root => {
      assert.equal(await sweepCaptures(path.join(root, 'captures'), Date.now() + LATER_MS), 0);
      for (const name of ['.writer', TEMPORARY, 'notes.md']) await stat(path.join(root, 'victim', name));
    },
  }),
  hostileCase({
    name: 'profiles: pipes, devices and 10 GB of nothing in place of a file',
    capBytes: 100 * MB,
    capSeconds: 20,
    prepare: () =>
      folder(async root => {
        execFileSync('mkfifo', [path.join(root, 'pipe')]);
        await symlink('/dev/zero', path.join(root, 'zero'));
        await writeFile(path.join(root, 'large'), '');
        await truncate(path.join(root, 'large'), 10_000 * MB);
      }),
    attack: root => {
      for (const name of ['pipe', 'zero'])
        for (const read of [readWholeFile, readFileHead])
          assert.throws(() => read(path.join(root, name), 512 * MB), { code: 'file-unreadable' });
      assert.throws(() => readWholeFile(path.join(root, 'large'), 512 * MB), { code: 'file-too-large' });
      assert.equal(readFileHead(path.join(root, 'large')).length, 65_536);
      return Promise.resolve();
    },
  }),
  hostileCase({
    name: 'sources: a checkout of pipes, devices and links out of it',
    capBytes: 100 * MB,
    capSeconds: 20,
    prepare: () =>
      folder(async root => {
        await mkdir(path.join(root, '.git'));
        execFileSync('mkfifo', [path.join(root, 'go.mod'), path.join(root, 'VERSION')]);
        await symlink('/dev/zero', path.join(root, 'Makefile'));
        await writeFile(path.join(root, '.git', 'HEAD'), 'ref: ../../../../../../etc/hostname\n');
        await symlink('/dev/zero', path.join(root, '.git', 'packed-refs'));
      }),
    attack: async root => {
      assert.equal(await isCheckoutOf(root, 'opencontainers/runc'), false);
      assert.equal(await isAtRevision(root, 'v1.2.1'), undefined);
    },
  }),
];
