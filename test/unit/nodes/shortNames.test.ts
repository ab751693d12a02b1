import { expect, it } from 'vitest';
import { commonDomain, shortName } from '../../../src/nodes/shortNames.js';

it.each<[readonly string[], string]>([
  [['ip-10-0-1-2.eu.internal', 'ip-10-0-1-3.eu.internal'], '.eu.internal'],
  [['a.eu.internal', 'b.us.internal'], ''],
  [['a.eu.internal', 'b'], ''],
  [['a.eu.internal', 'b.c.eu.internal'], ''],
  [['a', 'b'], ''],
  [['only.eu.internal'], ''],
  [['10.0.0.1', '11.0.0.1'], ''],
  [['.internal', '.internal'], ''],
  [[], ''],
])('of %j is %j', (names, domain) => {
  expect(commonDomain(names)).toBe(domain);
});

it('is left out of each name, so that all are still told apart', () => {
  const names = ['ip-10-0-1-2.eu.internal', 'ip-10-0-1-3.eu.internal'];
  const domain = commonDomain(names);
  expect(names.map(name => shortName(name, domain))).toEqual(['ip-10-0-1-2', 'ip-10-0-1-3']);
  expect(shortName('new.us.internal', domain)).toBe('new.us.internal');
  expect(shortName('a', '')).toBe('a');
});
