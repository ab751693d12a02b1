/** What a profile names becomes part of a path, and of nothing else of an address. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourcePlace } from '../../../../src/sources/frame/frame.js';
import { DEFAULT_TEMPLATES, fillTemplate, placeUrl } from '../../../../src/sources/frame/frameUrl.js';
import { resolveFrame } from '../../../../src/sources/resolveFrame.js';

const place = (fields: Partial<SourcePlace>): SourcePlace => ({
  repository: 'opencontainers/runc',
  host: 'github.com',
  revision: 'v1.2.1',
  path: 'a/b.go',
  kind: 'file',
  line: 0,
  ...fields,
});

describe('placeUrl', () => {
  it.each([
    ['dots in the path', { path: '../../../../evil/x.go' }, '/opencontainers/runc/blob/v1.2.1/evil/x.go'],
    ['dots in the repository', { repository: '../../..' }, '/blob/v1.2.1/a/b.go'],
    ['a query and a fragment', { path: 'a?b#c.go' }, '/opencontainers/runc/blob/v1.2.1/a%3Fb%23c.go'],
    ['an escape of dots', { path: '%2e%2e/x.go' }, '/opencontainers/runc/blob/v1.2.1/%252e%252e/x.go'],
    ['half a surrogate', { path: '\ud800.go' }, '/opencontainers/runc/blob/v1.2.1/%EF%BF%BD.go'],
    ['names of Object', { repository: '__proto__', host: 'constructor' }, '/__proto__/blob/v1.2.1/a/b.go'],
  ])('keeps its host and its path with %s', (_, fields, pathname) => {
    const url = new URL(placeUrl(place(fields), DEFAULT_TEMPLATES));
    expect([url.protocol, url.host, url.pathname.replace(/\/+/g, '/'), url.search, url.hash]).toEqual([
      'https:',
      'github.com',
      pathname,
      '',
      '',
    ]);
  });

  it('never leaves what the template wrote', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('..', '.', '//', '@', '\\', ':', '?', '#'),
    );
    fc.assert(
      fc.property(
        fc.array(word).map(words => words.join('/')),
        text => {
          const url = new URL(fillTemplate('https://git.example.com/base/{path}', { path: text }));
          expect(url.origin).toBe('https://git.example.com');
          expect(`${url.pathname}/`.startsWith('/base/')).toBe(true);
          expect([url.username, url.search, url.hash]).toEqual(['', '', '']);
        },
      ),
    );
  });
});

it('a file with dots in its path has no link', () => {
  for (const file of [
    '/go/src/github.com/a/b/../../../x.go',
    'github.com\\a\\..\\x.go',
    './github.com/a/b/x.go',
  ])
    expect(
      resolveFrame({ function: 'github.com/a/b.F', file, module: '', line: 1, startLine: 1 }, {}).source,
    ).toBeUndefined();
});
