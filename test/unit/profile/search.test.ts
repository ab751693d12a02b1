import { describe, expect, it } from 'vitest';
import { matchNames, parseQuery, sumMatched } from '../../../src/profile/search.js';
import { modelOf } from '../../support/flameSubject.js';
import { profileFromStacks } from '../../support/profileFromStacks.js';

const drawing = `
  main     main     main     gc
  GetStats GetStats list
  readAll  GetStats GetStats
           readAll                `;
const model = modelOf(profileFromStacks(drawing, { weights: [1, 2, 4, 8] }));

/** Names that match and the sum under them. */
function search(text: string): { names: string[]; sum: number } {
  const query = parseQuery(text);
  if (query.kind !== 'query') throw new Error(query.kind);
  const { flags, count } = matchNames(query.matches, model.names);
  const names = [...model.names.distinct]
    .filter(name => flags[name] === 1)
    .map(name => model.names.text(name));
  expect(names).toHaveLength(count);
  return { names, sum: sumMatched(model.payload.tables.tree, model.names, flags, model.totals(0).total) };
}

describe('search', () => {
  it('finds a substring in any case', () => {
    expect(search('getstats').names).toEqual(['GetStats']);
    expect(search(' READ ').names).toEqual(['readAll']);
  });

  it('takes text as it is: no character is special', () => {
    expect(search('(*').names).toEqual([]);
    expect(search('a.n').names).toEqual([]);
  });

  it('finds a regular expression between slashes', () => {
    expect(search('/^g/').names).toEqual(['GetStats', 'gc']);
    expect(search('/^g/c').names).toEqual(['gc']);
    expect(search('/^(main|list)$/').names).toEqual(['main', 'list']);
  });

  it('adds up the union: what is below a match is not counted again', () => {
    expect(search('GetStats').sum).toBe(7);
    // readAll stands below GetStats everywhere.
    expect(search('/GetStats|readAll/').sum).toBe(7);
    expect(search('readAll').sum).toBe(3);
    expect(search('/./').sum).toBe(15);
  });

  it('tells nothing to search from something that cannot be searched', () => {
    expect(parseQuery('  ')).toEqual({ kind: 'none' });
    expect(parseQuery('/(/')).toEqual({ kind: 'invalid', reason: 'Unterminated group' });
  });

  it('takes a lone slash, and a path, as text', () => {
    expect(parseQuery('/').kind).toBe('query');
    expect(parseQuery('net/http').kind).toBe('query');
  });
});
