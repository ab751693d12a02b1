import { describe, expect, it } from 'vitest';
import { findEnvironmentProxy } from '../../../../src/cluster/access/environmentProxy.js';

const find = (server: string, environment: Record<string, string>): string | undefined =>
  findEnvironmentProxy(new URL(server), environment);

describe('findEnvironmentProxy', () => {
  const HTTPS_PROXY = 'http://proxy.example:3128';

  it('chooses by the scheme of the server', () => {
    const environment = { HTTPS_PROXY, HTTP_PROXY: 'http://plain.example' };
    expect(find('https://api.example:6443', environment)).toBe(HTTPS_PROXY);
    expect(find('http://api.example', environment)).toBe('http://plain.example');
    expect(find('https://api.example', {})).toBeUndefined();
  });

  it('reads small letters, an empty value as none, and a proxy without a scheme as http', () => {
    expect(find('https://api.example', { https_proxy: 'proxy:3128' })).toBe('http://proxy:3128');
    expect(find('https://api.example', { HTTPS_PROXY: '', https_proxy: 'socks5://s:1080' })).toBe(
      'socks5://s:1080',
    );
  });

  it.each(['https://localhost:6443', 'https://127.0.0.1:6443', 'https://127.9.9.9', 'https://[::1]:6443'])(
    'goes direct to %s',
    server => {
      expect(find(server, { HTTPS_PROXY })).toBeUndefined();
    },
  );

  it.each([
    // NO_PROXY, server, is an exception
    ['*', 'https://api.example', true],
    ['api.example', 'https://api.example', true],
    ['example', 'https://api.example', true],
    ['xample', 'https://api.example', false],
    ['.example', 'https://api.example', true],
    ['.api.example', 'https://api.example', false],
    ['*.example', 'https://api.example', true],
    ['other, api.example', 'https://API.example', true],
    ['api.example:6443', 'https://api.example:6443', true],
    ['api.example:443', 'https://api.example', true],
    ['api.example:443', 'https://api.example:6443', false],
    ['10.0.0.0/8', 'https://10.96.0.1', true],
    ['10.0.0.0/8', 'https://11.0.0.1', false],
    ['10.0.0.0/8', 'https://ten.example', false],
    ['10.0.0.0/99', 'https://10.0.0.1', false],
    ['fd00::/8', 'https://[fd00::1]:6443', true],
    ['10.96.0.1', 'https://10.96.0.1', true],
    ['10.96.0.1', 'https://10.96.0.10', false],
    ['', 'https://api.example', false],
  ])('NO_PROXY=%s, %s: %s', (NO_PROXY, server, isException) => {
    expect(find(server, { HTTPS_PROXY, NO_PROXY })).toBe(isException ? undefined : HTTPS_PROXY);
  });
});
