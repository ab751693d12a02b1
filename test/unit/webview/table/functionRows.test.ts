import { describe, expect, it } from 'vitest';
import type { TableSort } from '../../../../webview/model/viewState.js';
import { buildFunctionRows } from '../../../../webview/table/functionRows.js';
import { modelOf } from '../../../support/flameSubject.js';
import { profileFromStacks } from '../../../support/profileFromStacks.js';

const model = modelOf(
  profileFromStacks(
    `
    main  main  main
    b     a     c`,
    { weights: [2, 2, 5] },
  ),
);
const rows = (sort: TableSort, matches?: Uint8Array): string[] =>
  buildFunctionRows(model.table(0), model.names, sort, matches).map(
    ({ name, flat, cum }) => `${model.names.text(name)} ${flat} ${cum}`,
  );

describe('buildFunctionRows', () => {
  it('sorts by any column both ways, ties by name', () => {
    expect(rows({ column: 'flat', descending: true })).toEqual(['c 5 5', 'a 2 2', 'b 2 2', 'main 0 9']);
    expect(rows({ column: 'cum', descending: true })).toEqual(['main 0 9', 'c 5 5', 'a 2 2', 'b 2 2']);
    expect(rows({ column: 'flat', descending: false })).toEqual(['main 0 9', 'a 2 2', 'b 2 2', 'c 5 5']);
    expect(rows({ column: 'name', descending: true })).toEqual(['main 0 9', 'c 5 5', 'b 2 2', 'a 2 2']);
  });

  it('leaves out what a search does not match', () => {
    const matches = new Uint8Array(model.names.limit);
    for (const name of model.names.distinct) if (model.names.text(name) === 'a') matches[name] = 1;
    expect(rows({ column: 'flat', descending: true }, matches)).toEqual(['a 2 2']);
  });
});
