/** Where credentials come from: logins of old kubectls and files, neither of which may run, wait or ask for anything. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyNodeList, startProbeServer, type ProbeServer } from '../support/probeServer.js';
import { makeTestKubeconfig, type TestKubeconfig } from '../support/testKubeconfig.js';

const never = new AbortController().signal;
let server: ProbeServer;
let config: TestKubeconfig;
beforeEach(async () => {
  server = await startProbeServer(emptyNodeList);
  config = await makeTestKubeconfig({});
});
afterEach(async () => {
  await config.close();
  await server.close();
});

const cluster = (): object => ({ server: `http://127.0.0.1:${server.port}` });
const sent = (): (string | undefined)[] => server.requests.map(request => request.headers.authorization);

describe('logins that were once built into kubectl', () => {
  const expired = ['{}', '{"exp":1}', 's'].map(part => Buffer.from(part).toString('base64url')).join('.');

  /** What client-node would do with them: a shell for gcp and azure, the issuer for oidc. */
  const planted = (name: string): object => ({
    'auth-provider': {
      name,
      config: {
        'cmd-path': '/bin/sh',
        'cmd-args': `-c "echo > ${path.join(config.folder, 'planted')}"`,
        'token-key': '{.a}',
        'expiry-key': '{.b}',
        'access-token': 'old',
        expiry: '2020-01-01T00:00:00Z',
        'id-token': expired,
        'refresh-token': 'r',
        'client-id': 'c',
        'idp-issuer-url': `http://127.0.0.1:${server.port}`,
        tokenFile: '/etc/hostname',
        command: '/bin/sh',
        args: ['-c', `echo > ${path.join(config.folder, 'planted')}`],
      },
    },
  });

  it.each(['gcp', 'azure', 'oidc', 'exec', 'openstack', 'tokenFile', '__proto__'])(
    'run nothing, read nothing and ask no question: %s',
    async name => {
      await config.write(cluster(), planted(name));
      await expect((await config.connect()).nodes.list(never)).rejects.toMatchObject({
        code: 'credential-plugin-failed',
      });
      expect(existsSync(path.join(config.folder, 'planted'))).toBe(false);
      expect(server.requests).toEqual([]);
    },
  );

  it('give the token that stands there while it is good', async () => {
    const config2 = {
      'access-token': 'still-good',
      expiry: '2999-01-01T00:00:00Z',
      'cmd-path': '/bin/false',
    };
    await config.write(cluster(), { 'auth-provider': { name: 'gcp', config: config2 } });
    await (await config.connect()).nodes.list(never);
    expect(sent()).toEqual(['Bearer still-good']);
  });

  it('are not asked where there is a token besides', async () => {
    await config.write(cluster(), { token: 'mine', ...planted('gcp') });
    await (await config.connect()).nodes.list(never);
    expect(sent()).toEqual(['Bearer mine']);
    expect(existsSync(path.join(config.folder, 'planted'))).toBe(false);
  });
});

describe('files that a kubeconfig names', () => {
  it.each([
    ['tokenFile', {}, { tokenFile: 'fifo' }],
    ['client-certificate', {}, { 'client-certificate': 'fifo', 'client-key': 'fifo' }],
    ['certificate-authority', { 'certificate-authority': 'fifo' }, {}],
    ['client-key', {}, { 'client-key': '/dev/zero' }],
  ])('are not opened where they are none: %s', async (_, ofCluster, user) => {
    execFileSync('mkfifo', [path.join(config.folder, 'fifo')]);
    await config.write({ ...cluster(), ...ofCluster }, user);
    await expect((await config.connect()).nodes.list(never)).rejects.toMatchObject({
      code: 'kubeconfig-invalid',
      facts: { reason: expect.stringMatching(/named pipe|device/) as string },
    });
  });

  it('are not read at once by the client: token-file is a field of no client', async () => {
    await config.write(cluster(), { 'token-file': '/etc/hostname' });
    await (await config.connect()).nodes.list(never);
    expect(sent()).toEqual([undefined]);
  });
});
