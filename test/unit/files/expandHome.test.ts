import { describe, expect, it } from 'vitest';
import { expandHome } from '../../../src/files/expandHome.js';

describe('expandHome', () => {
  it.each([
    ['~', '/home/a'],
    ['~/captures', '/home/a/captures'],
    ['~\\captures', '/home/a\\captures'],
    ['~other/captures', '~other/captures'],
    ['/data/~', '/data/~'],
    ['', ''],
  ])('%s', (written, meant) => {
    expect(expandHome(written, '/home/a')).toBe(meant);
  });
});
