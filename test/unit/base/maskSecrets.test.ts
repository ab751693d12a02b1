import { describe, expect, it } from 'vitest';
import { maskSecrets } from '../../../src/base/maskSecrets.js';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl';

describe('maskSecrets', () => {
  it.each([
    ['a web token', `refused ${JWT}, log in`, 'refused •••, log in'],
    ['a web token that is cut off', `got eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ`, 'got •••'],
    ['a header', 'sent Authorization: Bearer abc.def-1', 'sent Authorization: Bearer •••'],
    ['a password', 'login failed: password=hunter2 user=me', 'login failed: password=••• user=me'],
    ['a field of JSON', '{"client_secret": "s3cr3t", "ok": 1}', '{"client_secret": "•••", "ok": 1}'],
    ['an option', 'usage: login --id-token abc --force', 'usage: login --id-token ••• --force'],
    [
      'an address',
      'proxy http://me:pw@proxy.example:3128 failed',
      'proxy http://•••@proxy.example:3128 failed',
    ],
    ['a key of AWS', 'for AKIAIOSFODNN7EXAMPLE in eu-1', 'for ••• in eu-1'],
    ['hexadecimal digits', `hash ${'0123456789abcdef'.repeat(3)}`, 'hash •••'],
    ['base64', 'data QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIz+/Q==.', 'data •••.'],
  ])('masks %s', (_, text, shown) => {
    expect(maskSecrets(text)).toBe(shown);
  });

  it.each([
    'token expired: run `sso login`',
    'exec: "aws": executable file not found in $PATH',
    'open /home/user/.config/gcloud/configurations/config_default: no such file',
    'pod 3f0c1d5e-1b2a-4c3d-9e8f-001122334455 of node-1.internal.example',
  ])('leaves what a person needs: %s', text => {
    expect(maskSecrets(text)).toBe(text);
  });

  it('gives the first line alone, cut, without what is invisible', () => {
    expect(maskSecrets('\n\r\n  no login \u202eyet\u0007\nsecond line: password=x')).toBe('no login yet');
    expect(maskSecrets('word '.repeat(1000)).length).toBeLessThanOrEqual(500);
    expect(maskSecrets('')).toBe('');
  });
});
