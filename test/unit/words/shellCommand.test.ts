import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteCommand } from '../../../src/words/shellCommand.js';

/** What shells read in words of theirs. */
const SHARP = Array.from(`'"\`$\\!*?[]{}()<>|&;#~ \t\n=%^a`);

/** The arguments that a real shell makes of a command line, behind its first word. */
function argumentsIn(line: string): string[] {
  const script = `show() { for word; do printf '%s\\0' "$word"; done; }\nshow ${line}`;
  const output = execFileSync('sh', ['-c', script], { encoding: 'utf8', cwd: '/' });
  return output.split('\0').slice(0, -1);
}

const NAMES = [
  "it's $HOME/`id`.out",
  '"; touch /tmp/x; "',
  '$(id)',
  'a\nb',
  '-rf',
  '~',
  '*',
  '',
  "''",
  '\\',
  '!history',
  '[x](command:a)',
  '{a,b}',
  '#',
];

describe.skipIf(process.platform === 'win32')('quoteCommand for a POSIX shell', () => {
  it.each(NAMES)('gives sh the very argument: %j', name => {
    expect(argumentsIn(quoteCommand(['go', 'tool', 'trace', name], false))).toEqual([
      'go',
      'tool',
      'trace',
      name,
    ]);
  });

  it('gives sh any arguments', () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 20 }).map(text => text.replaceAll('\0', ''));
    const sharp = fc.string({ unit: fc.constantFrom(...SHARP), maxLength: 12 });
    const words = fc.array(fc.oneof(word, sharp), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(words, given => {
        expect(argumentsIn(quoteCommand(given, false))).toEqual(given);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves plain words bare', () => {
    expect(quoteCommand(['go', 'tool', 'trace', '/c/node-1/trace.out'], false)).toBe(
      'go tool trace /c/node-1/trace.out',
    );
  });

  it('drops NUL, which no argument can have', () => {
    expect(quoteCommand(['a\0b'], false)).toBe('ab');
  });
});

describe('quoteCommand for PowerShell', () => {
  it('quotes what PowerShell would read, its typographic quotes included', () => {
    expect(quoteCommand(['go', 'C:\\Users\\a b\\$(calc)\\it\u2019s.out'], true)).toBe(
      "go 'C:\\Users\\a b\\$(calc)\\it\u2019\u2019s.out'",
    );
    expect(quoteCommand(["it's"], true)).toBe("'it''s'");
    expect(quoteCommand(['C:\\c\\trace.out'], true)).toBe('C:\\c\\trace.out');
  });
});
