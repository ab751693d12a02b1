import { describe, expect, it } from 'vitest';
import { bundleFileName, safeFolderName, type BundledCapture } from '../../../src/bundle/bundleNames.js';
import { foldedFileName } from '../../../src/words/exportNames.js';

const capture = (node: string, startedAt: string): BundledCapture => ({
  folder: '/c/x',
  name: '2026-11-23T08-39-10Z-node1-cpu',
  node,
  startedAt,
});

describe('bundleFileName', () => {
  it.each([
    [[capture('node1', '2026-11-23T08:39:10Z')], '2026-11-23T08-39-10Z-node1-cpu.zip'],
    [
      [capture('node1', '2026-11-23T08:40:00Z'), capture('node1', '2026-11-23T08:39:10Z')],
      '2026-11-23T08-39-10Z-node1-2-captures.zip',
    ],
    [
      [capture('node1', '2026-11-23T08:40:00Z'), capture('node2', '2026-11-23T08:39:10Z')],
      '2026-11-23T08-39-10Z-2-nodes-2-captures.zip',
    ],
    [[capture('', ''), capture('', '')], '1970-01-01T00-00-00Z-1-nodes-2-captures.zip'],
  ])('%#: says node and time', (captures, name) => {
    expect(bundleFileName(captures)).toBe(name);
  });
});

describe('safeFolderName', () => {
  it.each([
    ['2026-11-23T08-39-10Z-node1-cpu', '2026-11-23T08-39-10Z-node1-cpu'],
    ['.hidden', '_hidden'],
    ['..', '__'],
    ['NUL.txt', 'capture-NUL.txt'],
    ['a b/ü', 'a_b__'],
    ['', 'capture-'],
    ['x'.repeat(300), 'x'.repeat(150)],
  ])('of %j', (name, safe) => {
    expect(safeFolderName(name)).toBe(safe);
  });
});

describe('foldedFileName', () => {
  it.each([
    ['cpu.pb.gz', 'cpu.folded'],
    ['worker-1.pprof', 'worker-1.folded'],
    ['stacks.folded', 'stacks.folded'],
    ['raw.txt.gz', 'raw.folded'],
    ['no-extension', 'no-extension.folded'],
    ['v1.32', 'v1.32.folded'],
    ['.gz', '.gz.folded'],
  ])('of %s', (name, folded) => {
    expect(foldedFileName(name)).toBe(folded);
  });
});
