/** Profiles and checkouts that lead out of the roots that sources are looked for in. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FrameLinks } from '../../../src/sources/frame/frame.js';
import { resolveFrame } from '../../../src/sources/resolveFrame.js';
import { isAtRevision, isCheckoutOf } from '../../../src/checkouts/checkout.js';
import { findLocalSource, isInRoots, type SourceRoots } from '../../../src/checkouts/localSource.js';

const NAME = 'github.com/opencontainers/runc/libcontainer/cgroups/fs.(*MemoryGroup).GetStats';
const TEXT = 'package fs\n\nfunc (s *MemoryGroup) GetStats(path string) error {\n}\n';
const PLACE = 'libcontainer/cgroups/fs/memory.go';
const frame = { name: NAME, line: 3, startLine: 3 };

let base = '';
beforeEach(() => {
  base = realpathSync(mkdtempSync(path.join(tmpdir(), 'hostile sources ')));
});
afterEach(() => rmSync(base, { recursive: true }));

async function put(place: string, text = TEXT): Promise<string> {
  const file = path.join(base, place);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

const rootsAt = (folder: string): SourceRoots => ({
  moduleCaches: [folder],
  goRoots: [folder],
  installedGoRoots: [],
  checkouts: [folder],
});
const linksOf = (file: string): FrameLinks =>
  resolveFrame({ function: NAME, file, module: '', line: 3, startLine: 3 }, {});
const find = (links: FrameLinks): Promise<unknown> =>
  findLocalSource(frame, links, rootsAt(path.join(base, 'root')));

describe('a frame of a profile', () => {
  it.each([
    ['up from the module cache', '/pkg/mod/github.com/a/b@v1.0.0/../../../../../secret.go'],
    ['up from a checkout', '/src/github.com/opencontainers/runc/../../../../secret.go'],
    ['up from GOROOT', '/usr/local/go/src/../../secret.go'],
    ['up in its version', '/pkg/mod/github.com/a/b@../../../secret.go'],
    ['by backslashes', 'C:\\go\\pkg\\mod\\github.com\\a\\b@v1.0.0\\..\\..\\..\\..\\secret.go'],
    ['to a share', '\\\\host\\share\\pkg\\mod\\github.com\\a\\b@v1.0.0\\secret.go'],
    ['with a NUL', '/pkg/mod/github.com/a/b@v1.0.0/secret.go\0.go'],
    ['of endless length', `/pkg/mod/github.com/a/b@v1.0.0/${'d/'.repeat(50_000)}secret.go`],
  ])('opens nothing by a file that leads %s', async (_, file) => {
    await put('secret.go');
    await put('root/github.com/a/b@v1.0.0/other.go');
    await put('root/go.mod', 'module github.com/opencontainers/runc\n');
    expect(await find(linksOf(file))).toBeUndefined();
  });

  it('opens nothing by places made to lead out, whatever made them', async () => {
    const secret = await put('secret.go');
    await put('root/src/runtime/proc.go');
    await put('root/go.mod', 'module github.com/opencontainers/runc\n');
    await put('go.mod', 'module github.com/opencontainers/runc\n');
    const links = linksOf(`/src/github.com/opencontainers/runc/${PLACE}`);
    for (const out of ['../secret.go', secret, 'src/../../secret.go', './../secret.go'])
      expect(
        await find({
          ...links,
          local: {
            moduleCache: out,
            goRoot: out,
            repository: { name: 'opencontainers/runc', path: out },
            vendored: out,
          },
        }),
      ).toBeUndefined();
    const above = { name: '..', path: 'secret.go' };
    expect(await find({ ...links, local: { ...links.local, repository: above } })).toBeUndefined();
  });
});

describe('a checkout', () => {
  const links = linksOf(`/src/github.com/opencontainers/runc/${PLACE}`);

  it.each([
    ['a file', PLACE],
    ['a folder', 'libcontainer'],
  ])('opens nothing by a link of %s that leads out of it', async (_, link) => {
    await put(`outside/${PLACE}`);
    await put('root/runc/go.mod', 'module github.com/opencontainers/runc\n');
    await mkdir(path.dirname(path.join(base, 'root/runc', link)), { recursive: true });
    await symlink(path.join(base, 'outside', link), path.join(base, 'root/runc', link));
    expect(await find(links)).toBeUndefined();
  });

  it('that is a link out of its root is none', async () => {
    await put(`outside/${PLACE}`);
    await put('outside/go.mod', 'module github.com/opencontainers/runc\n');
    await mkdir(path.join(base, 'root'));
    await symlink(path.join(base, 'outside'), path.join(base, 'root/runc'));
    expect(await find(links)).toBeUndefined();
  });

  it('opens by a link within it, and by a root that is one', async () => {
    const file = await put(`real/runc/${PLACE}`);
    await put('real/runc/go.mod', 'module github.com/opencontainers/runc\n');
    await mkdir(path.join(base, 'real/runc/vendor'));
    await symlink(path.join(base, 'real'), path.join(base, 'root'));
    expect(await find(links)).toMatchObject({ file: path.join(base, 'root/runc', PLACE) });
    await symlink(path.join(base, 'real/runc/libcontainer'), path.join(base, 'real/runc/lib'));
    expect(
      await isInRoots(
        path.join(base, 'root/runc/lib/cgroups/fs/memory.go'),
        rootsAt(path.join(base, 'root')),
      ),
    ).toBe(true);
    expect(file).toContain('real');
  });

  it('has no file that is a pipe, a device or beyond all measure', async () => {
    const file = await put(`root/runc/${PLACE}`);
    await put('root/runc/go.mod', 'module github.com/opencontainers/runc\n');
    await truncate(file, 400e6);
    expect(await find(links)).toBeUndefined();
    rmSync(file);
    execFileSync('mkfifo', [file]);
    expect(await find(links)).toBeUndefined();
    rmSync(file);
    await symlink('/dev/zero', file);
    expect(await find(links)).toBeUndefined();
  });

  it('names no commit by records that are no files, and no reference outside of it', async () => {
    const commit = 'a'.repeat(40);
    await put('outside', `${commit}\n`);
    await put('root/.git/HEAD', 'ref: ../../outside\n');
    const root = path.join(base, 'root');
    expect(await isAtRevision(root, commit)).toBeUndefined();
    rmSync(path.join(root, '.git/HEAD'));
    execFileSync('mkfifo', [path.join(root, '.git/HEAD'), path.join(root, 'go.mod')]);
    expect(await isAtRevision(root, commit)).toBeUndefined();
    expect(await isCheckoutOf(root, 'opencontainers/runc')).toBe(false);
  });
});

it('a command opens what lies in a root, and looks at nothing else', async () => {
  const file = await put('root/a.go');
  const outside = await put('outside.go');
  await symlink(outside, path.join(base, 'root/b.go'));
  const roots = rootsAt(path.join(base, 'root'));
  expect(await isInRoots(file, roots)).toBe(true);
  for (const other of [
    outside,
    path.join(base, 'root/b.go'),
    path.join(base, 'root'),
    '/etc/passwd',
    '//host/share/a.go',
  ])
    expect(await isInRoots(other, roots)).toBe(false);
});

it('a release that Debian installed has its sources elsewhere', async () => {
  await put('share/src/runtime/proc.go', 'package runtime\n\nfunc schedule() {\n}\n');
  await mkdir(path.join(base, 'lib'));
  await symlink('../share/src', path.join(base, 'lib/src'));
  const subject = { name: 'runtime.schedule', line: 3, startLine: 3 };
  const of = resolveFrame(
    { function: subject.name, file: '/usr/local/go/src/runtime/proc.go', module: '', line: 3, startLine: 3 },
    {},
  );
  const lib = path.join(base, 'lib');
  const none = { moduleCaches: [], checkouts: [] };
  expect(
    await findLocalSource(subject, of, { ...none, goRoots: [lib], installedGoRoots: [] }),
  ).toBeUndefined();
  expect(await findLocalSource(subject, of, { ...none, goRoots: [], installedGoRoots: [lib] })).toMatchObject(
    {
      file: path.join(lib, 'src/runtime/proc.go'),
    },
  );
});
