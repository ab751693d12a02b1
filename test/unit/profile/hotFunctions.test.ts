import { describe, expect, it } from 'vitest';
import { listHotFunctions } from '../../../src/profile/hotFunctions.js';
import { profileFromStacks } from '../../support/profileFromStacks.js';

function hot(drawing: string, weights: readonly number[], limit = 100) {
  return listHotFunctions(profileFromStacks(drawing, { weights }), 0, limit);
}

const rowsOf = (drawing: string, weights: readonly number[]): readonly string[] =>
  hot(drawing, weights).rows.map(({ name, flat, cum }) => `${name} flat ${flat} cum ${cum}`);

describe('listHotFunctions', () => {
  it('orders by what ended in the function, then by what ended below it', () => {
    const drawing = `
      main   main   main
      walk   walk   idle
      stat   read        `;
    expect(rowsOf(drawing, [10, 10, 3])).toEqual([
      'read flat 10 cum 10',
      'stat flat 10 cum 10',
      'idle flat 3 cum 3',
      'main flat 0 cum 23',
      'walk flat 0 cum 20',
    ]);
  });

  it('counts a sample once for a function and for a line that stands on it several times', () => {
    const { rows, total } = hot(
      `
      walk[file:w.go][line:5]
      walk[file:w.go][line:5]
      walk[file:w.go][line:7]`,
      [30],
    );
    expect(total).toBe(30);
    expect(rows).toEqual([
      {
        name: 'walk',
        file: 'w.go',
        module: '',
        startLine: 0,
        flat: 30,
        cum: 30,
        lines: [
          { line: 5, flat: 0, cum: 30 },
          { line: 7, flat: 30, cum: 30 },
        ],
        path: ['walk'],
        pathValue: 30,
      },
    ]);
  });

  it('leads to a function by the way that carries most', () => {
    const { rows } = hot(
      `
      main   main   main
      sync   pleg   pleg
      read   list   read
                    `,
      [5, 100, 7],
    );
    const read = rows.find(({ name }) => name === 'read');
    expect([read?.path, read?.pathValue, read?.cum]).toEqual([['main', 'pleg', 'read'], 7, 12]);
  });

  it('gives a line no number that the profile does not give it', () => {
    expect(hot('f[file:f.go]', [1]).rows[0]?.lines).toEqual([]);
  });

  it('keeps the hottest where there are too many, and says how many there were', () => {
    const { rows, functionCount } = hot('a   b   c', [1, 3, 2], 2);
    expect([rows.map(({ name }) => name), functionCount]).toEqual([['b', 'c'], 3]);
  });
});
