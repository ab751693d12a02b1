import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SourceFacts } from '../../../src/sources/frame/frame.js';
import { resolveFrame } from '../../../src/sources/resolveFrame.js';
import { ProfileFileCosts } from '../../../src/checkouts/fileCosts.js';
import { findLocalKernel, findLocalSource, type SourceRoots } from '../../../src/checkouts/localSource.js';
import { sourceRoots } from '../../../src/checkouts/sourceRoots.js';

const MEMORY = 'github.com/opencontainers/runc/libcontainer/cgroups/fs.(*MemoryGroup).GetStats';
const CACHED = '/root/go/pkg/mod/github.com/opencontainers/runc@v1.2.1/libcontainer/cgroups/fs/memory.go';
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
/** The function at line 42; the profile has it at 170. */
const TEXT = `package fs${'\n'.repeat(41)}func (s *MemoryGroup) GetStats(path string) error {\n\treturn nil\n}\n`;

let root = '';
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'sources '));
});
afterEach(() => rmSync(root, { recursive: true }));

async function put(place: string, text = TEXT): Promise<string> {
  const file = path.join(root, place);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

const frame = { name: MEMORY, line: 171, startLine: 170 };
const linksOf = (file: string, facts: SourceFacts = {}) =>
  resolveFrame({ function: MEMORY, file, module: '', line: 171, startLine: 170 }, facts);
const roots = (given: Partial<SourceRoots>): SourceRoots => ({
  moduleCaches: [],
  goRoots: [],
  installedGoRoots: [],
  checkouts: [],
  ...given,
});

describe('findLocalSource', () => {
  it('finds the version that was built in the module cache, at the line of the function', async () => {
    const file = await put('mod/github.com/opencontainers/runc@v1.2.1/libcontainer/cgroups/fs/memory.go');
    await put('mod/github.com/opencontainers/runc@v1.1.0/libcontainer/cgroups/fs/memory.go');
    const moduleCaches = [path.join(root, 'none'), path.join(root, 'mod')];
    expect(await findLocalSource(frame, linksOf(CACHED), roots({ moduleCaches }))).toEqual({
      file,
      line: 43,
      isSameVersion: true,
      revision: 'v1.2.1',
      isMoved: true,
    });
  });

  it.each([
    ['is one itself', 'libcontainer/cgroups/fs/memory.go', 'go.mod'],
    ['holds one by name', 'runc/libcontainer/cgroups/fs/memory.go', 'runc/go.mod'],
    [
      'is a GOPATH',
      'src/github.com/opencontainers/runc/libcontainer/cgroups/fs/memory.go',
      'src/github.com/opencontainers/runc/go.mod',
    ],
  ])('finds a checkout in a folder that %s', async (_, place, module) => {
    const file = await put(place);
    await put(module, 'module github.com/opencontainers/runc\n');
    const found = await findLocalSource(frame, linksOf(CACHED), roots({ checkouts: [root] }));
    expect(found).toMatchObject({ file, line: 43, isSameVersion: undefined });
  });

  it.each([
    ['at the tag', COMMIT, `${COMMIT} refs/tags/v1.2.1\n`, true],
    ['at an annotated tag', COMMIT, `${'a'.repeat(40)} refs/tags/v1.2.1\n^${COMMIT}\n`, true],
    ['at another commit', 'b'.repeat(40), `${COMMIT} refs/tags/v1.2.1\n`, false],
    [
      'on a branch that is at the tag',
      'ref: refs/heads/main',
      `${COMMIT} refs/heads/main\n${COMMIT} refs/tags/v1.2.1\n`,
      true,
    ],
    ['without that tag', COMMIT, '', undefined],
  ])('knows whether a checkout is %s', async (_, head, packed, isSameVersion) => {
    await put('runc/libcontainer/cgroups/fs/memory.go');
    await put('runc/go.mod', 'module github.com/opencontainers/runc\n');
    await put('runc/.git/HEAD', `${head}\n`);
    await put('runc/.git/packed-refs', `# pack-refs with: peeled\n${packed}`);
    const found = await findLocalSource(frame, linksOf(CACHED), roots({ checkouts: [root] }));
    expect(found?.isSameVersion).toBe(isSameVersion);
  });

  it('takes the copy that a Kubernetes checkout vendors', async () => {
    const file = await put(
      'kubernetes/vendor/github.com/opencontainers/runc/libcontainer/cgroups/fs/memory.go',
    );
    await put('kubernetes/go.mod', 'module k8s.io/kubernetes\n');
    const links = linksOf(
      '/go/src/k8s.io/kubernetes/vendor/github.com/opencontainers/runc/libcontainer/cgroups/fs/memory.go',
      {
        kubeletVersion: 'v1.18.8',
      },
    );
    const found = await findLocalSource(frame, links, roots({ checkouts: [root] }));
    expect(found).toMatchObject({ file, line: 43, revision: 'v1.18.8' });
  });

  it('refuses a file of another repository, and one without the function', async () => {
    await put('runc/libcontainer/cgroups/fs/memory.go');
    await put('runc/go.mod', 'module example.com/not/runc\n');
    expect(await findLocalSource(frame, linksOf(CACHED), roots({ checkouts: [root] }))).toBeUndefined();
    await put('runc/go.mod', 'module github.com/opencontainers/runc\n');
    await put('runc/libcontainer/cgroups/fs/memory.go', 'package fs\n');
    expect(await findLocalSource(frame, linksOf(CACHED), roots({ checkouts: [root] }))).toBeUndefined();
  });

  describe('in a kernel tree', () => {
    const SHOW = 'static int memcg_stat_show(struct seq_file *m, void *v)\n{\n\treturn 0;\n}\n';
    const makefile = (version: string): string => {
      const [major = '', level = '', sub = '0'] = version.split('.');
      return `VERSION = ${major}\nPATCHLEVEL = ${level}\nSUBLEVEL = ${sub}\nEXTRAVERSION =\nNAME = X\n`;
    };
    async function tree(folder: string, version: string): Promise<string> {
      await put(`${folder}/Kbuild`, '');
      await put(`${folder}/MAINTAINERS`, '');
      await put(`${folder}/Makefile`, makefile(version));
      return put(`${folder}/mm/memcontrol.c`, `#include <x.h>\n${'\n'.repeat(40)}${SHOW}`);
    }
    const behind = (kernelVersion: string) =>
      linksOf(CACHED, { kernelVersion, cgroupVersion: 1, kubeletVersion: 'v1.32.5' }).kernel!;

    it.each([
      ['checked out beside others', 'linux', '4.4.227', true],
      ['unpacked', 'linux-4.4.227', '4.4.227', true],
      ['of another version', 'linux', '4.4.100', false],
    ])('opens the function behind a system call: %s', async (_, folder, version, isSameVersion) => {
      const file = await tree(folder, version);
      const found = await findLocalKernel(behind('4.4.227'), roots({ checkouts: [root] }));
      expect(found).toMatchObject({ file, line: 42, isSameVersion, revision: 'v4.4.227' });
    });

    it('never takes an upstream tree for a vendor’s kernel', async () => {
      await tree('linux', '4.18.0');
      const found = await findLocalKernel(
        behind('4.18.0-147.el8.x86_64'),
        roots({ checkouts: [path.join(root, 'linux')] }),
      );
      expect(found).toMatchObject({ line: 42, isSameVersion: undefined });
    });

    it('opens a frame of perf, and nothing where the file has no such function', async () => {
      const file = await tree('linux', '4.4.227');
      const ofPerf = resolveFrame(
        { function: 'memcg_stat_show', file: '', module: '[kernel.kallsyms]', line: 0, startLine: 0 },
        { kernelVersion: '4.4.227' },
      );
      const subject = { name: 'memcg_stat_show', line: 0, startLine: 0 };
      const where = roots({ checkouts: [root] });
      expect(await findLocalSource(subject, ofPerf, where)).toMatchObject({ file, line: 42 });
      await put('linux/mm/memcontrol.c', 'int other(void)\n{\n}\n');
      expect(await findLocalSource(subject, ofPerf, where)).toBeUndefined();
    });
  });

  it('compares Go itself by its VERSION', async () => {
    await put('go/src/runtime/proc.go', 'package runtime\n\nfunc schedule() {\n}\n');
    await put('go/VERSION', 'go1.22.5\ntime 2024-06-27T20:11:12Z\n');
    const name = 'runtime.schedule';
    const of = (goVersion: string) =>
      resolveFrame(
        { function: name, file: '/usr/local/go/src/runtime/proc.go', module: '', line: 3, startLine: 3 },
        { goVersion },
      );
    const goRoots = [path.join(root, 'go')];
    const schedule = { name, line: 4, startLine: 3 };
    expect(await findLocalSource(schedule, of('go1.22.5'), roots({ goRoots }))).toMatchObject({
      line: 4,
      isSameVersion: true,
      isMoved: false,
    });
    expect(await findLocalSource(schedule, of('go1.21.1'), roots({ goRoots }))).toMatchObject({
      isSameVersion: false,
      revision: 'go1.21.1',
    });
  });
});

describe('ProfileFileCosts', () => {
  const row = {
    name: MEMORY,
    file: CACHED,
    module: '',
    startLine: 170,
    flat: 1,
    cum: 9,
    path: [],
    pathValue: 9,
    lines: [
      { line: 171, flat: 1, cum: 9 },
      { line: 172, flat: 0, cum: 0 },
    ],
  };
  const costsOf = async (file: string, text = TEXT) => {
    const costs = new ProfileFileCosts({ rows: [row], links: () => linksOf(CACHED) }, () => 0);
    const { functions, lines } = await costs.of({ file, version: 1, getText: () => text });
    return [functions.map(({ line }) => line), [...lines]];
  };

  it('puts costs where the function stands in the text', async () => {
    const file = await put('pkg/mod/github.com/opencontainers/runc@v1.2.1/libcontainer/cgroups/fs/memory.go');
    expect(await costsOf(file)).toEqual([[42], [[43, { flat: 1, cum: 9 }]]]);
  });

  it('knows the file in a checkout and in the cache of another version', async () => {
    const checkout = await put('anything/libcontainer/cgroups/fs/memory.go');
    expect(await costsOf(checkout)).toEqual([[], []]);
    await put('anything/go.mod', 'module github.com/opencontainers/runc\n');
    expect(await costsOf(checkout)).toEqual([[42], [[43, { flat: 1, cum: 9 }]]]);
  });

  it('leaves files of the same name and texts without the function alone', async () => {
    const other = await put('pkg/mod/github.com/other/cgroups@v1.0.0/fs/memory.go');
    expect(await costsOf(other)).toEqual([[], []]);
    const same = await put('pkg/mod/github.com/opencontainers/runc@v1.2.1/libcontainer/cgroups/fs/memory.go');
    expect(await costsOf(same, 'package fs\n')).toEqual([[], []]);
  });

  it('asks the disk once for all keys of half a minute, and reads a text once for each of its versions', async () => {
    const file = await put('pkg/mod/github.com/opencontainers/runc@v1.2.1/libcontainer/cgroups/fs/memory.go');
    let asked = 0;
    let read = 0;
    let nowMs = 0;
    const links = () => {
      asked++;
      return linksOf(CACHED);
    };
    const costs = new ProfileFileCosts({ rows: [row], links }, () => nowMs);
    const at = (version: number, text: string) =>
      costs.of({
        file,
        version,
        getText: () => {
          read++;
          return text;
        },
      });
    for (let version = 1; version <= 100; version++) {
      const [lenses, decorations] = await Promise.all([at(version, TEXT), at(version, TEXT)]);
      expect(decorations).toBe(lenses);
    }
    expect([asked, read]).toEqual([1, 100]);
    expect((await at(101, `\n${TEXT}`)).functions.map(({ line }) => line)).toEqual([43]);
    nowMs = 30_000;
    await at(102, TEXT);
    expect(asked).toBe(2);
  });
});

describe('sourceRoots', () => {
  it('follows the environment, and its defaults without one', () => {
    const given = sourceRoots(['/w'], { GOMODCACHE: '/c', GOPATH: '/g', GOROOT: '/r' }, '/home/a');
    expect(given.moduleCaches).toEqual(['/w', '/w/pkg/mod', '/c']);
    expect(given.goRoots).toEqual(['/w', '/w/go']);
    expect(given.installedGoRoots.slice(0, 2)).toEqual(['/r', '/usr/local/go']);
    expect(given.checkouts).toEqual(['/w', '/g']);
    expect(sourceRoots([], {}, '/home/a').moduleCaches).toEqual(['/home/a/go/pkg/mod']);
    expect(sourceRoots([], { GOPATH: 'relative' }, '/home/a').checkouts).toEqual(['/home/a/go']);
  });
});
