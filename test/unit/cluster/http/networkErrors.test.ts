import { describe, expect, it } from 'vitest';
import { networkError } from '../../../../src/cluster/http/networkErrors.js';

const SERVER = 'https://api.example:6443';

function withCode(code: string, message = code): Error & { code: string } {
  return Object.assign(new Error(message), { code });
}

describe('networkError', () => {
  it.each([
    ['ECONNREFUSED', /the connection was refused\. Check the address/],
    ['ENOTFOUND', /its name could not be found\. Check the address.*VPN/],
    ['EAI_AGAIN', /name lookup failed for the moment/],
    ['ETIMEDOUT', /did not answer in time/],
    ['EHOSTUNREACH', /no route to it/],
    ['ENETUNREACH', /no route to its network/],
    ['ECONNRESET', /closed the connection.*firewall or proxy/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /self-signed.*certificate-authority/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /authority that is not trusted/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /could not be verified/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /unknown authority/],
    ['CERT_HAS_EXPIRED', /has expired.*clock/],
    ['CERT_NOT_YET_VALID', /not valid yet.*clock/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /another name.*tls-server-name/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', /does not speak TLS.*https or http/],
    ['HPE_INVALID_CONSTANT', /does not speak HTTP/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /client certificate/],
  ])('%s', (code, message) => {
    const error = networkError(withCode(code), SERVER);
    expect(error).toMatchObject({ code: 'unreachable', facts: { server: SERVER, code } });
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^Cannot reach the API server https:\/\/api\.example:6443: /);
  });

  it.each([
    ['error:0A00010B:SSL routines:ssl3_get_record:wrong version number', /does not speak TLS/],
    ['error:0A000412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate', /client certificate/],
    ['Bad response: 407', /the proxy answered 407\. Check proxy-url/],
    ['something new', /: something new\. Check the address/],
  ])('reads the text "%s"', (text, message) => {
    expect(networkError(withCode('EPROTO', text), SERVER).message).toMatch(message);
  });

  it('takes the first of several addresses', () => {
    const all = new AggregateError([withCode('ECONNREFUSED'), withCode('ENETUNREACH')], '');
    expect(networkError(all, SERVER).facts).toMatchObject({
      code: 'ECONNREFUSED',
      reason: 'the connection was refused',
    });
  });
});
