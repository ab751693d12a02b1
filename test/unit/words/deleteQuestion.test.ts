import { describe, expect, it } from 'vitest';
import type { StoredCapture } from '../../../src/capture/captureFolder.js';
import { deleteQuestion } from '../../../src/words/deleteQuestion.js';
import { outsideText } from '../../../src/base/outsideText.js';
import type { Translate } from '../../../src/words/translate.js';
import { english } from './english.js';

/** As the editor's: each value is one line. */
const t: Translate = (message, ...values) =>
  english(message, ...values.map(value => (typeof value === 'string' ? outsideText(value) : value)));
const NOW = Date.parse('2026-11-24T12:00:00Z');

const capture = (node: string, minute: number, title?: string): StoredCapture => ({
  kind: 'capture',
  folder: `/captures/${node}`,
  mainFile: undefined,
  record: {
    schema: 1,
    state: 'complete',
    title,
    profile: 'cpu',
    node: { name: node },
    startedAt: new Date(Date.parse('2026-11-23T08:00:00Z') + minute * 60_000).toISOString(),
    files: [],
    issues: [],
  },
});

describe('deleteQuestion', () => {
  it('names node, what and local time of each on a line of its own, ten of them, and counts the others', () => {
    const captures = Array.from({ length: 12 }, (_, index) => capture(`n${index}`, index));
    const { message, detail } = deleteQuestion(captures, NOW, t, 'en-US');
    expect(message).toBe('Delete 12 captures?');
    const [, ...lines] = detail.split('\n');
    expect(lines).toHaveLength(11);
    expect(lines[0]).toBe('n0 · CPU profile, Nov 23, 08:00');
    expect(lines[9]).toBe('n9 · CPU profile, Nov 23, 08:09');
    expect(lines[10]).toBe('and 2 more');
  });

  it('names one with its folder, and a title beside its node', () => {
    const { message, detail } = deleteQuestion([capture('n1', 0, 'before the fix')], NOW, t, 'en-US');
    expect(message).toBe('Delete the capture "before the fix · n1 · CPU profile, Nov 23, 08:00"?');
    expect(detail).toContain('/captures/n1');
  });

  it('has no line that a title brought', () => {
    const captures = [capture('n1', 0, 'x\nand 5 more'), capture('n2', 1)];
    expect(deleteQuestion(captures, NOW, t, 'en-US').detail.split('\n')).toHaveLength(3);
  });
});
