import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakMarkup, markdownText, outsideLines, outsideText } from '../../../src/base/outsideText.js';

/** More than VS Code takes for a link in a message (parseLinkedText): whatever it takes, this finds. */
export const LINK = /\[[^\]]+\]\(\s*[^)\s]/i;
const ICON = /\$\([a-z0-9-]/i;
/** Pieces that make links, icons and lines, in any order, with what is invisible between them. */
const pieces = fc.constantFrom(
  '[', ']', '(', ')', '](', '$(', '$', 'x', ' ', '\n', '\r', '\u2028', '\u202e', '\u200b', '\u0000', '\ud800', '.',
  'command:workbench.action.closeWindow', 'https://evil.example', 'file:///etc/passwd', 'flame', '<b>', '|', '`', '\\',
); // prettier-ignore
const hostile = fc.array(pieces, { maxLength: 60 }).map(parts => parts.join(''));
const any = fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 1200 }));

describe('outsideText', () => {
  it('keeps the words of a command link, and nothing to click', () => {
    expect(outsideText('[x](command:workbench.action.closeWindow) and $(flame)')).toBe(
      '[x] (command:workbench.action.closeWindow) and $ (flame)',
    );
  });

  it('leaves plain words as they are', () => {
    const sentence = 'Get "https://192.0.2.1:6443/api" (403): dial tcp [::1]:10250, 100 % of a[0].';
    expect(outsideText(sentence)).toBe(sentence);
  });

  it('has no link, no icon, no control and no invisible character, and an end', () => {
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 600 }), (text, max) => {
        const shown = outsideText(text, max);
        expect(shown).not.toMatch(LINK);
        expect(shown).not.toMatch(ICON);
        expect(shown).not.toMatch(
          /[\u0000-\u001f\u007f-\u009f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069]/u,
        );
        expect(shown.length).toBeLessThanOrEqual(max);
        expect(shown.isWellFormed()).toBe(true);
        expect(outsideText(shown, max)).toBe(shown);
      }),
    );
  });

  it('makes no link of two values side by side, and the door none of a whole sentence', () => {
    fc.assert(
      fc.property(hostile, hostile, (one, other) => {
        expect(outsideText(`${outsideText(one)}${outsideText(other)}`, 1000)).not.toMatch(LINK);
      }),
    );
  });

  it('keeps a link broken where an invisible character stood in it', () => {
    expect(outsideText('[x]\u200b(command:a)')).not.toMatch(LINK);
    expect(outsideText('$\u2060(flame)')).not.toMatch(ICON);
  });
});

describe('outsideLines', () => {
  it('keeps lines and indents of ours', () => {
    expect(outsideLines('Image: busybox\n    from [x](command:a)\n\nRights: root')).toBe(
      'Image: busybox\n    from [x] (command:a)\n\nRights: root',
    );
  });

  it('has no link and an end', () => {
    fc.assert(
      fc.property(any, text => {
        const shown = outsideLines(text, 100);
        expect(shown).not.toMatch(LINK);
        expect(shown.length).toBeLessThanOrEqual(100 * 2 + 2);
      }),
    );
  });
});

describe('breakMarkup', () => {
  it('adds blanks and nothing else', () => {
    fc.assert(
      fc.property(any, text => {
        expect(breakMarkup(text).replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});

describe('markdownText', () => {
  it('escapes what Markdown reads', () => {
    expect(markdownText('[x](command:a) <b> https://evil.example www.evil.example a|b')).toBe(
      '\\[x\\]\\(command\\:a\\) \\<b\\> https\\:\\/\\/evil\\.example www\\.evil\\.example a\\|b',
    );
  });
});
