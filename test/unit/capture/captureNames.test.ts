import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { captureIssue, translateIssue } from '../../../src/capture/captureIssues.js';
import { captureFolderName } from '../../../src/capture/folderName.js';
import { sliceLengths } from '../../../src/capture/sliceLengths.js';
import { START_MS } from './captureFakes.js';

describe('captureFolderName', () => {
  it.each([
    ['node1', 1, '2026-11-23T08-39-10Z-node1-cpu'],
    ['node1', 2, '2026-11-23T08-39-10Z-node1-cpu-2'],
    ['ip-10-0-0-7.eu.internal', 1, '2026-11-23T08-39-10Z-ip-10-0-0-7.eu.internal-cpu'],
    ['../../etc/a:b*c', 1, '2026-11-23T08-39-10Z-.._.._etc_a_b_c-cpu'],
    ['n'.repeat(253), 1, `2026-11-23T08-39-10Z-${'n'.repeat(80)}-cpu`],
  ])('of %s, attempt %i', (node, attempt, name) => {
    expect(captureFolderName(START_MS, node, 'cpu', attempt)).toBe(name);
  });

  it('says what a trace holds as the commands do', () => {
    expect(captureFolderName(START_MS, 'node1', 'futex')).toBe('2026-11-23T08-39-10Z-node1-system-calls');
  });

  it.each([
    '../../x',
    '..',
    '/etc/passwd',
    'C:\\Windows',
    'CON',
    'NUL.txt',
    'a\0b',
    'x\n../y',
    '\ud800',
    '__proto__',
    '\u202egnp.exe',
    'n'.repeat(100_000),
  ])('stays one folder below its root for %j', hostile => {
    for (const place of [path.posix, path.win32]) {
      const root = place.resolve(place.sep, 'captures');
      const name = captureFolderName(START_MS, hostile, hostile.slice(0, 50));
      const folder = place.join(root, name);
      expect(place.dirname(folder)).toBe(root);
      expect(place.basename(folder)).toBe(name);
      // Reserved names of Windows have no digits and dashes before them.
      expect(name).toMatch(/^2026-11-23T08-39-10Z-[\w.-]+$/);
    }
  });

  it('is a name that every file system takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), node => {
        // No separator, no character Windows forbids, no dot or space at the end, within 255 bytes.
        return /^[A-Za-z0-9._-]{1,200}(?<![. ])$/.test(captureFolderName(START_MS, node, 'cpu'));
      }),
    );
  });
});

describe('sliceLengths', () => {
  it.each([
    [60, 10, [10, 10, 10, 10, 10, 10]],
    [25, 10, [10, 10, 5]],
    [10, 10, [10]],
    [5, 10, [5]],
    [60, 0, [60]],
    [0, 10, [0]],
  ])('%i s by %i s', (seconds, by, lengths) => {
    expect(sliceLengths(seconds, by)).toEqual(lengths);
  });

  it('adds up, and no slice is longer than asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 600 }), (seconds, by) => {
        const lengths = sliceLengths(seconds, by);
        return (
          lengths.reduce((total, length) => total + length, 0) === seconds &&
          lengths.every(length => length > 0 && length <= by)
        );
      }),
    );
  });
});

describe('translateIssue', () => {
  const shout = (english: string) => english.toUpperCase();

  it('finds the sentence again, with its values as they were', () => {
    const cause = 'node1: cut off (after {3} bytes).\nSee the log.';
    const sentence = captureIssue('sliceFailed', 3, 6, cause);
    expect(sentence).toBe(`Slice 3 of 6 failed, the slices before it were kept: ${cause}`);
    expect(translateIssue(sentence, shout)).toBe(
      `SLICE 3 OF 6 FAILED, THE SLICES BEFORE IT WERE KEPT: ${cause}`,
    );
    expect(translateIssue(captureIssue('restarted'), shout)).toBe(
      'THE KUBELET RESTARTED DURING THE CAPTURE; ITS PROCESS CPU IS UNKNOWN.',
    );
  });

  it('leaves other people’s sentences alone', () => {
    expect(translateIssue('taken by hand', shout)).toBe('taken by hand');
  });
});
