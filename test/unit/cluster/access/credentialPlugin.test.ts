import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  findPlugin,
  runCredentialPlugin,
  type PluginCredential,
} from '../../../../src/cluster/access/credentialPlugin.js';
import { readExecSpec } from '../../../../src/cluster/access/execSpec.js';
import type { ProcessLimits } from '../../../../src/cluster/access/pluginProcess.js';
import { waitUntil } from '../../../support/pause.js';

const V1 = 'client.authentication.k8s.io/v1';
const never = new AbortController().signal;
const cluster = { server: 'https://k.example' };

/** A plugin in JavaScript, run by the Node that runs the test. */
async function run(
  script: string,
  fields: object = {},
  signal = never,
  limits?: ProcessLimits,
): Promise<PluginCredential> {
  const spec = readExecSpec(
    { apiVersion: V1, command: process.execPath, args: ['-e', script], ...fields },
    '/',
  );
  if (spec === undefined) throw new Error('no exec');
  const plugin = await findPlugin(spec, process.env);
  return runCredentialPlugin(plugin, cluster, process.env, signal, limits);
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

  it.each(['stdout', 'stderr'])('ends a plugin that floods %s', async stream => {
    const script = `const block = 'x'.repeat(65536); const go = () => { while (process.${stream}.write(block)); };
      process.${stream}.on('drain', go); go();`;
    await expect(run(script)).rejects.toMatchObject({
      code: 'credential-plugin-failed',
      facts: { reason: 'it wrote more than 1048576 bytes' },
    });
  });

  it('repeats the first line of what it said alone, with secrets masked', async () => {
    const script = `console.error('\\nlogin failed for password=hunter2\\nstack: token abcdef'); process.exit(1)`;
    const error: unknown = await run(script).catch((failure: unknown) => failure);
    expect(error).toMatchObject({
      facts: { reason: 'it ended with exit code 1: login failed for password=•••' },
    });
    expect(JSON.stringify(error) + String(error)).not.toMatch(/hunter2|abcdef/);
  });

  it('takes no argument that no program can take, and does not quote it', async () => {
    const error: unknown = await run('', { args: ['secret\0'] }).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'credential-plugin-failed' });
    expect(String(error)).not.toContain('secret');
    await expect(run('', { args: Array.from({ length: 1001 }, String) })).rejects.toMatchObject({
      facts: { reason: 'its arguments or variables are longer than any' },
    });
  });
});

describe.skipIf(process.platform === 'win32')('what a plugin started', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'plugin-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const limits: ProcessLimits = { timeMs: 20_000, outputBytes: 1 << 20, drainMs: 200 };
  /** A child that holds the plugin's output open and writes its number into a file. */
  const child = (): string =>
    `const { pid } = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
     require('fs').writeFileSync(${JSON.stringify(path.join(folder, 'pid'))}, String(pid));`;
  const childPid = async (): Promise<number> => {
    const file = path.join(folder, 'pid');
    await waitUntil('the child runs', () => existsSync(file) && readFileSync(file, 'utf8') !== '');
    return Number(readFileSync(file, 'utf8'));
  };
  const isGone = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      // A child that was not waited for yet is not running any more.
      return /^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return true;
    }
  };

  it('ends with it when cancelled', async () => {
    const abort = new AbortController();
    const running = run(`${child()} setInterval(() => {}, 1000)`, {}, abort.signal, limits);
    running.catch(() => undefined);
    const pid = await childPid();
    expect(isGone(pid)).toBe(false);
    abort.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    await waitUntil('the child is gone', () => isGone(pid));
  });

  it('ends with it when its time is over', async () => {
    const running = run(`${child()} setInterval(() => {}, 1000)`, {}, never, { ...limits, timeMs: 1500 });
    running.catch(() => undefined);
    const pid = await childPid();
    await expect(running).rejects.toMatchObject({ facts: { reason: 'it did not finish within 1.5 s' } });
    await waitUntil('the child is gone', () => isGone(pid));
  });

  it('is not waited for where the plugin itself has ended, and may go on: a browser does', async () => {
    const token = await run(`${child()} ${print({ token: 't' })}; process.exit(0)`, {}, never, limits);
    expect(token.token).toBe('t');
    const pid = await childPid();
    expect(isGone(pid)).toBe(false);
    process.kill(pid, 'SIGKILL');
  });
});
