import { describe, expect, it } from 'vitest';
import { runCredentialPlugin, type PluginCredential } from '../../../src/cluster/credentialPlugin.js';
import { readExecSpec } from '../../../src/cluster/execSpec.js';

const V1 = 'client.authentication.k8s.io/v1';
const never = new AbortController().signal;
const cluster = { server: 'https://k.example' };

/** A plugin in JavaScript, run by the Node that runs the test. */
function run(script: string, fields: object = {}, signal = never): Promise<PluginCredential> {
  const spec = readExecSpec(
    { apiVersion: V1, command: process.execPath, args: ['-e', script], ...fields },
    '/',
  );
  if (spec === undefined) throw new Error('no exec');
  return runCredentialPlugin(spec, cluster, process.env, signal);
}

const print = (status: object, apiVersion = V1): string =>
  `console.log(${JSON.stringify(JSON.stringify({ kind: 'ExecCredential', apiVersion, status }))})`;

describe('runCredentialPlugin', () => {
  it('reads token, certificate and expiry', async () => {
    expect(await run(print({ token: 't', expirationTimestamp: '2026-01-02T03:04:05Z' }))).toEqual({
      token: 't',
      certificate: undefined,
      key: undefined,
      expiresAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
    });
    const pair = { clientCertificateData: 'CERT', clientKeyData: 'KEY' };
    expect(await run(print(pair))).toMatchObject({ certificate: 'CERT', key: 'KEY', expiresAtMs: undefined });
  });

  it('tells the plugin what it needs: version, no terminal, and the cluster where asked', async () => {
    const echo = `const i = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
      console.log(JSON.stringify({ apiVersion: i.apiVersion, status: { token: JSON.stringify([i, process.env.WHO]) } }))`;
    const env = [{ name: 'WHO', value: 'me' }];
    const { token } = await run(echo, { env, provideClusterInfo: true });
    const info = { apiVersion: V1, kind: 'ExecCredential', spec: { interactive: false, cluster } };
    expect(JSON.parse(token ?? '')).toEqual([info, 'me']);
    const without = await run(echo);
    expect(without.token).not.toContain('k.example');
  });

  it('says that the command was not found, and how to install it', async () => {
    const installHint = 'Install it from https://example.com/login.';
    await expect(run('', { command: 'no-such-plugin', installHint })).rejects.toMatchObject({
      code: 'credential-plugin-failed',
      message: expect.stringMatching(/"no-such-plugin".*not found.*Install it from/) as string,
      facts: { command: 'no-such-plugin', reason: 'the command was not found', hint: installHint },
    });
  });

  it('hands on what a failing plugin said', async () => {
    const script = 'console.error("token expired: run `sso login`"); process.exit(3)';
    await expect(run(script)).rejects.toMatchObject({
      facts: { reason: 'it ended with exit code 3: token expired: run `sso login`' },
    });
  });

  it.each([
    ['no JSON', 'console.log("secret-token")', /not the JSON of an ExecCredential/],
    ['nothing', '', /not the JSON of an ExecCredential/],
    ['null', 'console.log("null")', /not the JSON of an ExecCredential/],
    ['no credential', print({}), /neither a token nor a client certificate/],
    ['a certificate without key', print({ clientCertificateData: 'C' }), /neither a token nor/],
    [
      'another version',
      print({ token: 't' }, 'client.authentication.k8s.io/v1beta1'),
      /answered in .*v1beta1/,
    ],
  ])('refuses an answer with %s, and does not quote it', async (_, script, reason) => {
    const error: unknown = await run(script).catch((failure: unknown) => failure);
    expect(error).toMatchObject({
      code: 'credential-plugin-failed',
      message: expect.stringMatching(reason) as string,
    });
    expect(String(error)).not.toContain('secret-token');
  });

  it('does not start a plugin that insists on a terminal', async () => {
    await expect(run(print({ token: 't' }), { interactiveMode: 'Always' })).rejects.toMatchObject({
      facts: { reason: expect.stringContaining('terminal') as string },
    });
  });

  it('ends the plugin when cancelled', async () => {
    const abort = new AbortController();
    const running = run('setInterval(() => {}, 1000)', {}, abort.signal);
    setTimeout(() => {
      abort.abort();
    }, 50);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('reads nothing from standard input', async () => {
    const script = `process.stdin.resume(); process.stdin.on('end', () => { ${print({ token: 'eof' })} })`;
    expect(await run(script)).toMatchObject({ token: 'eof' });
  });
});
