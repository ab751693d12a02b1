import { describe, expect, it } from 'vitest';
import { listFunctionRows } from '../../../src/cli/functionRows.js';
import { profileFromStacks } from '../../support/profileFromStacks.js';

const rowsOf = (drawing: string, weights: readonly number[]): readonly string[] =>
  listFunctionRows(profileFromStacks(drawing, { weights }), 0).map(
    ({ name, file, line, cum }) => `${name} ${file}:${line} ${cum}`,
  );

describe('listFunctionRows', () => {
  it('counts a sample once, however often the function stands on it', () => {
    const rows = rowsOf(
      `
      main[file:m.go]   main[file:m.go]
      walk[file:w.go]   other[file:o.go]
      walk[file:w.go]
      walk[file:w.go]   `,
      [30, 10],
    );
    expect(rows).toEqual(['main m.go:0 40', 'walk w.go:0 30', 'other o.go:0 10']);
  });

  it('takes the line with most on or below it, the lower one of equals', () => {
    const rows = rowsOf(
      `
      f[file:f.go][line:9]   f[file:f.go][line:7]   f[file:f.go][line:8]   g[file:g.go][line:4]   g[file:g.go][line:3]`,
      [5, 3, 4, 2, 2],
    );
    expect(rows).toEqual(['f f.go:9 12', 'g g.go:3 4']);
  });

  it('keeps functions of one name in two files apart, and those of two binaries together', () => {
    const rows = rowsOf(
      `
      init[file:a.go]   init[file:b.go]   f[file:c.go][module:/a]   f[file:c.go][module:/b]`,
      [1, 1, 1, 1],
    );
    expect(rows).toEqual(['f c.go:0 2', 'init a.go:0 1', 'init b.go:0 1']);
  });
});
