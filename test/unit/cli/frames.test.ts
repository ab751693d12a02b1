import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inspectFrames, type FrameReport } from '../../../src/cli/frames.js';

const profiles = path.resolve(import.meta.dirname, '../../fixtures/profiles');
const RUNC = path.join(profiles, 'cpu-v1.32-runc-30s.pb.gz');
const GET_STATS = 'github.com/opencontainers/runc/libcontainer/cgroups/fs.(*MemoryGroup).GetStats';
const FUTEX = 'runtime.futex';

function framesOf(...args: readonly string[]): readonly FrameReport[] {
  const { exitCode, output } = inspectFrames(args);
  if (!('frames' in output)) throw new Error(output.error.message);
  expect(exitCode).toBe(0);
  return output.frames;
}

function row(frames: readonly FrameReport[], name: string): FrameReport | undefined {
  return frames.find(frame => frame.function === name);
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'frames-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A capture folder with the recorded profile and this node. */
function captureWith(node: object): string {
  const file = path.join(folder, 'cpu.pb.gz');
  copyFileSync(RUNC, file);
  writeFileSync(path.join(folder, 'capture.json'), JSON.stringify({ schema: 1, profile: 'cpu', node }));
  return file;
}

describe('inspect --frames', () => {
  it('one row a function and file, the largest first, with source and kernel', () => {
    const frames = framesOf(
      '--frames',
      RUNC,
      '--kubelet',
      'v1.32.5',
      '--kernel',
      '4.4.227-1.el7.elrepo.x86_64',
      '--json',
    );
    expect(row(frames, GET_STATS)).toEqual({
      function: GET_STATS,
      file: 'github.com/opencontainers/runc@v1.2.1/libcontainer/cgroups/fs/memory.go',
      line: 177,
      cum: 700_000_000,
      reason:
        'GetStats reads several files of the kernel: this serves memory.stat, the line may be about another.',
      repository: 'opencontainers/runc',
      revision: 'v1.2.1',
      url: 'https://github.com/opencontainers/runc/blob/v1.2.1/libcontainer/cgroups/fs/memory.go#L177',
      kernelUrl: 'https://elixir.bootlin.com/linux/v4.4.227/A/ident/memcg_stat_show',
      confidence: 'exact',
    });
    expect(new Set(frames.map(frame => `${frame.function} ${frame.file}`)).size).toBe(frames.length);
    expect(frames.map(frame => frame.cum)).toEqual(frames.map(frame => frame.cum).sort((a, b) => b - a));
    expect(frames.filter(frame => frame.url === undefined && frame.reason === undefined)).toEqual([]);
  });

  it('versions default to what the file names of the profile say', () => {
    const criClient = framesOf('--frames', RUNC).filter(frame =>
      frame.file.startsWith('k8s.io/cri-client@v0.0.0/'),
    );
    expect(new Set(criClient.map(frame => frame.revision))).toEqual(new Set(['v1.32.5']));
  });

  it('then to the capture beside it, and what is stated counts more', () => {
    const file = captureWith({ name: 'a', kernelVersion: '5.4.0-1045-aws', goVersion: 'go1.26.8' });
    const [captured, stated] = [
      framesOf('--frames', file),
      framesOf('--frames', file, '--kernel', '6.18.44', '--go', 'go1.26.7'),
    ];
    expect(row(captured, FUTEX)).toMatchObject({ revision: 'go1.26.8', confidence: 'exact' });
    expect(row(captured, FUTEX)?.kernelUrl).toBe('https://elixir.bootlin.com/linux/v5.4/A/ident/do_futex');
    expect(row(captured, FUTEX)?.reason).toContain('Ubuntu');
    expect(row(stated, FUTEX)).toMatchObject({ revision: 'go1.26.7' });
    expect(row(stated, FUTEX)?.kernelUrl).toBe('https://elixir.bootlin.com/linux/v6.18.44/A/ident/do_futex');
  });

  it('counts another sample type', () => {
    expect(row(framesOf('--frames', RUNC, '--sample-type', 'samples'), GET_STATS)?.cum).toBe(70);
  });

  it('a valid profile without samples has no rows', () => {
    expect(framesOf('--frames', path.join(profiles, 'cpu-empty-1s.pb.gz'))).toEqual([]);
  });
});

describe('inspect --frames, refused', () => {
  const codeOf = (...args: readonly string[]): string => {
    const { exitCode, output } = inspectFrames(args);
    expect(exitCode).toBe(2);
    return 'error' in output ? output.error.code : 'none';
  };

  it('mistakes in the command line', () => {
    expect(codeOf('--frames')).toBe('usage');
    expect(codeOf('--frames', '')).toBe('usage');
    expect(codeOf('--frames', RUNC, '--colour')).toBe('usage');
    expect(codeOf('--frames', RUNC, 'another')).toBe('usage');
    expect(codeOf('--frames', RUNC, '--sample-type', 'wishes')).toBe('usage');
    expect(codeOf('--frames', RUNC, '--kubelet', 'latest')).toBe('usage');
    expect(codeOf('--frames', RUNC, '--kernel', 'Linux')).toBe('usage');
    expect(codeOf('--frames', RUNC, '--go', '1.22')).toBe('usage');
  });

  it('files', () => {
    expect(codeOf('--frames', path.join(folder, 'missing.pb.gz'))).toBe('file-unreadable');
    writeFileSync(path.join(folder, 'empty'), '');
    expect(codeOf('--frames', path.join(folder, 'empty'))).toBe('file-empty');
  });

  it('a capture.json that cannot be read, rather than links at the wrong version', () => {
    const file = captureWith({});
    writeFileSync(path.join(folder, 'capture.json'), '{"schema":');
    expect(codeOf('--frames', file)).toBe('capture-invalid');
    writeFileSync(path.join(folder, 'capture.json'), '{"schema":99}');
    expect(codeOf('--frames', file)).toBe('capture-invalid');
  });
});
