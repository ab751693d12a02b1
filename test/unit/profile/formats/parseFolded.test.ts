import { describe, expect, it } from 'vitest';
import { formatSentence } from '../../../../src/base/sentence.js';
import { readProfile } from '../../../../src/profile/readProfile.js';
import { stackRows, topRows } from '../../../support/profileRows.js';

const read = (text: string) => readProfile(new TextEncoder().encode(text));
const utf16 = (text: string, isBigEndian = false) => {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), !isBigEndian);
  return bytes;
};

describe('folded stacks', () => {
  it('are read with their sample type', () => {
    const profile = read('main;syncLoop;statFs 30\nmain;syncLoop 10\n');
    expect(profile.format).toBe('folded');
    expect(profile.sampleTypes).toEqual([{ type: 'samples', unit: 'count' }]);
    expect(stackRows(profile)).toEqual(['main;syncLoop;statFs 30', 'main;syncLoop 10']);
    expect(topRows(profile)).toEqual(['main 0 40', 'statFs 30 30', 'syncLoop 10 40']);
  });

  it('may end without a line end, in CRLF, with tabs, blank lines and comments', () => {
    const profile = read('# by hand\r\na;b 1\r\n\r\n a;c\t2  \r\na;d 3');
    expect(stackRows(profile)).toEqual(['a;b 1', 'a;c 2', 'a;d 3']);
    expect(profile.warnings).toEqual([]);
  });

  it('have spaces, digits and Go generics in their frames', () => {
    const rows = [
      'java thread 12;void foo(int, char) 7',
      'a;New[go.shape.[]uint8] x 8',
      '<module>;(anonymous) 9',
    ];
    expect(stackRows(read(rows.join('\n')))).toEqual(rows);
  });

  it('have counts that are whole, fractional, negative or written with an exponent', () => {
    expect(stackRows(read('a;b 1.5\na;c -3\na;d 2e3\na;e .5\n'))).toEqual([
      'a;b 1.5',
      'a;c -3',
      'a;d 2000',
      'a;e 0.5',
    ]);
  });

  it('lose the marks of inlined, kernel and compiled frames and keep what they say', () => {
    const profile = read('main;fast_[i];do_syscall_64_[k];jitted_[j] 4\n');
    expect(stackRows(profile)).toEqual(['main;[fast];do_syscall_64;jitted 4']);
    const modules = [...profile.functions.module].filter(module => module !== 0);
    expect(modules).toHaveLength(1);
  });

  it('count the lines without a count in one warning', () => {
    const profile = read('a;b 1\na;c\na;d 2\nnonsense\na;e 3\n');
    expect(stackRows(profile)).toEqual(['a;b 1', 'a;d 2', 'a;e 3']);
    expect(profile.warnings.map(formatSentence)).toEqual([
      'Lines left out, as they have no count at the end: 2 (the first: line 2: a;c).',
    ]);
  });

  it('show an empty frame and perf’s [unknown] as <unknown>', () => {
    expect(stackRows(read('a;;b 1\na;[unknown] 2\n'))).toEqual(['a;<unknown>;b 1', 'a;<unknown> 2']);
  });

  it('are read in UTF-16 of either order, marked or not, and in UTF-8 with a mark', () => {
    const text = 'main;größe 3\r\nmain;ä;b 4\r\n';
    const expected = ['main;größe 3', 'main;ä;b 4'];
    for (const bytes of [
      utf16(`\ufeff${text}`),
      utf16(`\ufeff${text}`, true),
      utf16(text),
      utf16(text, true),
      new TextEncoder().encode(`\ufeff${text}`),
    ])
      expect(stackRows(readProfile(bytes))).toEqual(expected);
  });

  it('may hold bytes that are no UTF-8', () => {
    const bytes = Uint8Array.from([
      ...new TextEncoder().encode('a;f'),
      0xff,
      ...new TextEncoder().encode('o 5\n'),
    ]);
    expect(stackRows(readProfile(bytes))).toEqual(['a;f\ufffdo 5']);
  });

  it('may be 5,000 frames deep', () => {
    const deep = new Array<string>(5000).fill('walk').join(';');
    expect(topRows(read(`main;${deep} 2\n`))).toEqual(['main 0 2', 'walk 2 2']);
  });

  it('take the nearest double of a count beyond 2^53, and leave out what no counter holds', () => {
    const profile = read('a;b 1\na;b 12000000000000000001\na;c 1e300\n');
    expect(topRows(profile)).toEqual([
      'a 0 12000000000000000000',
      'b 12000000000000000000 12000000000000000000',
    ]);
    expect(profile.warnings.map(formatSentence)).toEqual([
      'Lines left out, as they have no count at the end: 1 (the first: line 3: a;c 1e300).',
      'Values or sums of samples are beyond 2^53: each is rounded to some 16 digits, by less than one part in 10^15.',
    ]);
  });

  it('do not take exponential time on a line of blanks', () => {
    const profile = read(`a;b 1\na${' '.repeat(1_000_000)}b\na;c 2\n`);
    expect(stackRows(profile)).toEqual(['a;b 1', 'a;c 2']);
  });

  it('are split rightly where a block of the file ends', () => {
    const line = `${'f'.repeat(37)};ü 1\r\n`;
    const profile = read(line.repeat(60_000));
    expect(profile.samples.count).toBe(60_000);
    expect(profile.functions.count).toBe(2);
  });
});
