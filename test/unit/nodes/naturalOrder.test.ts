import { describe, expect, it } from 'vitest';
import { sortByName } from '../../../src/nodes/naturalOrder.js';

describe('sortByName', () => {
  it('counts where names have numbers', () => {
    const names = ['node10', 'node9', 'node-2', 'ip-10-0-12-7', 'ip-10-0-2-33', 'node009', 'a'];
    expect(sortByName(names, name => name)).toEqual([
      'a',
      'ip-10-0-2-33',
      'ip-10-0-12-7',
      'node-2',
      'node9',
      'node009',
      'node10',
    ]);
  });
});
