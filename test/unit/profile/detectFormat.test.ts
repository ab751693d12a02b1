import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { detectFormat } from '../../../src/profile/detectFormat.js';
import { readProfile } from '../../../src/profile/readProfile.js';
import { readFixture } from '../../support/fixtures.js';

const text = (content: string) => detectFormat(new TextEncoder().encode(content));
const bytes = (...content: readonly number[]) => detectFormat(Uint8Array.from(content));
const ascii = (content: string) => Array.from(content, character => character.charCodeAt(0));

describe('detectFormat', () => {
  it('knows a profile by its content', () => {
    const inflated = new Uint8Array(gunzipSync(readFixture('profiles/cpu-empty-1s.pb.gz')));
    expect(detectFormat(inflated)).toEqual({ kind: 'profile', format: 'pprof' });
    expect(detectFormat(readFixture('profiles/cpu-idle-30s.raw.txt'))).toEqual({
      kind: 'profile',
      format: 'pprof-raw',
    });
    expect(text('main;work 3\n')).toEqual({ kind: 'profile', format: 'folded' });
    expect(text('main 3\nidle 4\n')).toEqual({ kind: 'profile', format: 'folded' });
    expect(text('x 1 [000] 1.5: cycles: \n\t20 main+0x2 (/bin/x)\n')).toEqual({
      kind: 'profile',
      format: 'perf-script',
    });
  });

  it('takes folded stacks for folded stacks that look like something else at first', () => {
    expect(text('<module>;run 3\n')).toMatchObject({ format: 'folded' });
    expect(text('[idle];run 3\n')).toMatchObject({ format: 'folded' });
    expect(text('MZ_init;run 3\n')).toMatchObject({ format: 'folded' });
    expect(text('x 1 [000] 1.5: cycles: ;run 3\n')).toMatchObject({ format: 'folded' });
  });

  it.each([
    ['an SVG image', '<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg width="1">'],
    ['an SVG image', '<svg xmlns="http://www.w3.org/2000/svg">'],
    ['an HTML page', '<!DOCTYPE html>\n<html>'],
    ['XML text', '<?xml version="1.0"?>\n<pom>'],
    ['JSON text', '{"nodes": [1, 2]}'],
    ['text, without stacks', 'Dear reader,\nthis is a letter.\nThere are 3\nlines.'],
    ['text, without stacks', '\n\n'],
  ])('names what it does not read: %s', (looksLike, content) => {
    expect(text(content)).toEqual({ kind: 'unknown', looksLike });
  });

  it.each([
    ['a PNG image', [0x89, ...ascii('PNG\r\n'), 0x1a, 10]],
    ['an ELF program', [0x7f, ...ascii('ELF'), 2, 1]],
    ['a ZIP archive', [...ascii('PK'), 3, 4, 20]],
    ['a Windows program', [...ascii('MZ'), 0x90, 0, 3]],
    ['a Zstandard archive: decompress it first', [0x28, 0xb5, 0x2f, 0xfd, 4]],
    [undefined, [1, 2, 3, 4, 5]],
  ])('names what it does not read: %s (binary)', (looksLike, content) => {
    expect(bytes(...content)).toEqual({ kind: 'unknown', looksLike });
  });
});

const failure = (content: Uint8Array) => {
  try {
    readProfile(content);
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
  return 'no error';
};

describe('readProfile names the tool that reads', () => {
  it('an execution trace', () => {
    expect(failure(readFixture('profiles/trace-5s.out'))).toBe(
      'format-other-tool: This is a Go execution trace: go tool trace reads it.',
    );
  });

  it('perf.data', () => {
    expect(failure(new TextEncoder().encode('PERFILE2\0\0\0'))).toBe(
      'format-other-tool: This is a perf.data file: perf script reads it. What perf script prints is shown here.',
    );
  });

  it('nothing for an empty file', () => {
    expect(failure(new Uint8Array())).toBe('file-empty: The file is empty.');
  });

  it('nothing for what is no profile, but says what it looks like', () => {
    expect(failure(new TextEncoder().encode('{"a": 1}'))).toBe(
      'format-unknown: This is no profile we know. It looks like JSON text. (pprof, folded stacks, and the texts of `go tool pprof -raw`, `perf script` and bpftrace are read.)',
    );
  });
});
