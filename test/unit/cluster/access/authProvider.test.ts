import { describe, expect, it } from 'vitest';
import { readAuthProvider, readProviderToken } from '../../../../src/cluster/access/authProvider.js';
import { parseYamlMapping } from '../../../../src/cluster/access/yamlMapping.js';

const NOW_MS = Date.UTC(2026, 0, 2);
const seconds = (ms: number): number => Math.floor(ms / 1000);
const tokenUntil = (ms: number): string =>
  ['{}', JSON.stringify({ exp: seconds(ms) }), 's']
    .map(part => Buffer.from(part).toString('base64url'))
    .join('.');

function read(name: string, config: object): ReturnType<typeof readProviderToken> {
  const provider = readAuthProvider({ name, config });
  if (provider === undefined) throw new Error('no provider');
  return readProviderToken(provider, NOW_MS);
}

describe('a token that stands in the kubeconfig', () => {
  it.each([
    ['gcp, without an expiry', 'gcp', { 'access-token': 't' }, undefined],
    ['gcp', 'gcp', { 'access-token': 't', expiry: '2026-01-03T00:00:00Z' }, Date.UTC(2026, 0, 3)],
    [
      'gcp, a time that YAML takes for a date',
      'gcp',
      { 'access-token': 't', expiry: parseYamlMapping('a: 2026-01-03T00:00:00Z').mapping?.['a'] },
      Date.UTC(2026, 0, 3),
    ],
    ['azure', 'azure', { 'access-token': 't', 'expires-on': String(seconds(NOW_MS) + 60) }, NOW_MS + 60_000],
  ])('is used while it is good: %s', (_, name, config, expiresAtMs) => {
    expect(read(name, config)).toEqual({ token: 't', expiresAtMs });
  });

  it('is used while it is good: oidc, which says its end itself', () => {
    const token = tokenUntil(NOW_MS + 5000);
    expect(read('oidc', { 'id-token': token })).toEqual({ token, expiresAtMs: NOW_MS + 5000 });
    expect(read('oidc', { 'id-token': 'opaque' })).toEqual({ token: 'opaque', expiresAtMs: undefined });
  });

  it.each([
    [
      'gcp',
      { 'access-token': 't', expiry: '2026-01-01T00:00:00Z', 'cmd-path': '/bin/x' },
      /not run.*gke-gcloud/,
    ],
    ['gcp', { 'cmd-path': '/bin/x', 'cmd-args': 'y' }, /no access token.*not run.*gke-gcloud-auth-plugin/],
    ['azure', { 'access-token': 't', 'expires-on': '1' }, /expired.*kubelogin convert-kubeconfig/],
    ['openstack', {}, /client-keystone-auth/],
    [
      'oidc',
      { 'id-token': tokenUntil(NOW_MS), 'refresh-token': 'r', 'idp-issuer-url': 'https://i' },
      /Log in again/,
    ],
    ['oidc', {}, /no ID token/],
    ['exec', { command: 'x' }, /no such login/],
    ['__proto__', { 'access-token': 't' }, /no such login/],
  ])('is refused otherwise, with the modern way: %s %j', (name, config, words) => {
    expect(() => read(name, config)).toThrow(
      expect.objectContaining({
        code: 'credential-plugin-failed',
        message: expect.stringMatching(words) as string,
      }),
    );
  });

  it('is not looked for in what is no provider', () => {
    for (const value of [null, 'gcp', [], {}, { name: {} }]) expect(readAuthProvider(value)).toBeUndefined();
    expect(readAuthProvider({ name: 'gcp', config: 'x' })?.config.size).toBe(0);
  });
});
