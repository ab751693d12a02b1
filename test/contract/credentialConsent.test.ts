/** What a kubeconfig that a workspace names may do with the user's programs and files before they said yes, and after. */
import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConsentAnswer, CredentialConsent, CredentialUse } from '../../src/cluster/clusterPorts.js';
import { emptyNodeList, startProbeServer, type ProbeServer } from '../support/probeServer.js';
import { makeTestKubeconfig, type TestKubeconfig } from '../support/testKubeconfig.js';

const V1 = 'client.authentication.k8s.io/v1';
const never = new AbortController().signal;

/** Ends without a credential: that it ran shows in the error. */
const PROGRAM = '#!/bin/sh\necho one\n';
const LONG_AGO = new Date('2020-01-01T00:00:00Z');

let server: ProbeServer;
let config: TestKubeconfig;
/** A folder of the user's, outside of the kubeconfig's. */
let elsewhere: string;

beforeEach(async () => {
  server = await startProbeServer(emptyNodeList);
  config = await makeTestKubeconfig({});
  elsewhere = await realpath(await mkdtemp(path.join(tmpdir(), 'elsewhere-')));
});
afterEach(async () => {
  await config.close();
  await server.close();
  await rm(elsewhere, { recursive: true });
});

const cluster = (more: object = {}): object => ({ server: `http://127.0.0.1:${server.port}`, ...more });
const marker = (): string => path.join(elsewhere, 'marker');
const runs = async (): Promise<number> => (await readFile(marker(), 'utf8').catch(() => '')).length;

/** Answers as a person who was asked; keeps what it was asked. */
class Person implements CredentialConsent {
  readonly uses: CredentialUse[] = [];
  private readonly allowed = new Set<string>();

  answerTo(use: CredentialUse): ConsentAnswer {
    this.uses.push(use);
    return this.allowed.has(use.fingerprint) ? 'yes' : 'unanswered';
  }
  get last(): CredentialUse {
    const use = this.uses.at(-1);
    if (use === undefined) throw new Error('nothing was asked');
    return use;
  }
  sayYes(): void {
    this.allowed.add(this.last.fingerprint);
  }
}

/** A plugin that leaves a mark for each run. */
const plugin = (args: readonly string[] = [], env: object[] = []): { exec: object } => ({
  exec: {
    apiVersion: V1,
    command: process.execPath,
    args: [
      '-e',
      `require('fs').appendFileSync(${JSON.stringify(marker())}, 'x');
       console.log(JSON.stringify({ apiVersion: '${V1}', status: { token: 't' } }))`,
      ...args,
    ],
    env,
  },
});

const list = async (person?: CredentialConsent): Promise<unknown> =>
  (await config.connectAsWorkspace(person)).nodes.list(never).catch((error: unknown) => error);

describe('the plugin of a kubeconfig that a workspace names', () => {
  it('does not run where the user was not asked, or the answer is no', async () => {
    await config.write(cluster(), plugin());
    const waiting = { code: 'credentials-not-allowed', facts: { context: 'c', answer: 'unanswered' } };
    expect(await list()).toMatchObject(waiting);
    expect(await list(new Person())).toMatchObject(waiting);
    expect(await list({ answerTo: () => 'no' })).toMatchObject({ facts: { answer: 'no' } });
    expect(await runs()).toBe(0);
    expect(server.requests).toEqual([]);
  });

  it('runs after a yes, which was told program, arguments, variables, file and server', async () => {
    await config.write(cluster(), plugin(['role', 'admin'], [{ name: 'AWS_PROFILE', value: 'prod' }]));
    const person = new Person();
    await list(person);
    expect(person.last).toMatchObject({
      context: 'c',
      kubeconfig: await realpath(config.file),
      server: `http://127.0.0.1:${server.port}`,
      serverDoubt: undefined,
      program: {
        path: process.execPath,
        args: ['-e', expect.any(String), 'role', 'admin'],
        variables: ['AWS_PROFILE'],
      },
      files: [],
    });
    person.sayYes();
    expect(await list(person)).toEqual([]);
    expect(await list(person)).toEqual([]);
    expect(await runs()).toBe(2);
  });

  it.each([
    ['an argument', cluster, () => plugin(['--more'])],
    ['a variable', cluster, () => plugin([], [{ name: 'A', value: '1' }])],
    ['the server', () => cluster({ server: 'http://127.0.0.1:1' }), plugin],
    ['a proxy', () => cluster({ 'proxy-url': 'http://127.0.0.1:1' }), plugin],
    ['TLS verification', () => cluster({ 'insecure-skip-tls-verify': true }), plugin],
    ['the authority', () => cluster({ 'certificate-authority-data': 'QQ==' }), plugin],
  ] as const)('asks anew after a change of %s', async (_, changedCluster, changedUser) => {
    await config.write(cluster(), plugin());
    const person = new Person();
    await list(person);
    person.sayYes();
    await config.write(changedCluster(), changedUser());
    expect(await list(person)).toMatchObject({ code: 'credentials-not-allowed' });
    expect(await runs()).toBe(0);
  });

  it('is told that the server is not verified', async () => {
    await config.write(
      cluster({ server: 'https://127.0.0.1:1', 'insecure-skip-tls-verify': true }),
      plugin(),
    );
    const person = new Person();
    await list(person);
    expect(person.last.serverDoubt).toBe('not-verified');
  });

  it('asks anew where the value of a variable, or the program itself, is another', async () => {
    const program = path.join(config.folder, 'login');
    const write = async (says: string, value: string): Promise<void> => {
      await writeFile(program, `#!/bin/sh\nprintf x >> '${marker()}'\necho '${says}'\n`);
      await chmod(program, 0o755);
      await config.write(cluster(), {
        exec: { apiVersion: V1, command: './login', env: [{ name: 'A', value }] },
      });
    };
    await write('one', '1');
    const person = new Person();
    await list(person);
    expect(person.last.program?.path).toBe(program);
    const first = person.last.fingerprint;
    await list(person);
    expect(person.last.fingerprint).toBe(first);
    await write('one', '2');
    await list(person);
    expect(person.last.fingerprint).not.toBe(first);
    await write('another', '1');
    await list(person);
    expect(person.last.fingerprint).not.toBe(first);
    expect(await runs()).toBe(0);
  });

  it.each<[string, (program: string, other: string) => Promise<void>]>([
    [
      'content of the same length and time',
      async program => {
        await writeFile(program, PROGRAM.replace('one', 'two'));
        await utimes(program, LONG_AGO, LONG_AGO);
      },
    ],
    ['file that is moved to its place', (program, other) => rename(other, program)],
    [
      'link in its place, to a file that is the same in all but its path',
      async (program, other) => {
        await rm(program);
        await symlink(other, program);
      },
    ],
    [
      'folder in place of the one that it lies in',
      async (program, other) => {
        const folder = path.dirname(program);
        await rename(folder, `${folder}-before`);
        await symlink(path.dirname(other), folder);
      },
    ],
  ])('asks anew where its program is another: a %s', async (_, swap) => {
    const program = path.join(config.folder, 'bin', 'login');
    const other = path.join(elsewhere, 'login');
    for (const file of [program, other]) {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, PROGRAM, { mode: 0o755 });
      await utimes(file, LONG_AGO, LONG_AGO);
    }
    await config.write(cluster(), { exec: { apiVersion: V1, command: 'bin/login' } });
    const person = new Person();
    await list(person);
    person.sayYes();
    expect(await list(person)).toMatchObject({ code: 'credential-plugin-failed' });
    await swap(program, other);
    expect(await list(person)).toMatchObject({ code: 'credentials-not-allowed' });
  });

  it('is the one that is found on the absolute folders of the PATH', async () => {
    await mkdir(path.join(elsewhere, 'bin'));
    const program = path.join(elsewhere, 'bin', 'log-me-in');
    await writeFile(program, '#!/bin/sh\n');
    await chmod(program, 0o755);
    await config.write(cluster(), { exec: { apiVersion: V1, command: 'log-me-in' } });
    const before = process.env['PATH'];
    try {
      process.env['PATH'] = ['', '.', 'bin', path.join(elsewhere, 'bin')].join(path.delimiter);
      const person = new Person();
      await list(person);
      expect(person.last.program?.path).toBe(program);
    } finally {
      process.env['PATH'] = before;
    }
  });

  it('does not run by a renewal that a person asked for either: the question is asked elsewhere', async () => {
    await config.write(cluster(), plugin());
    const connection = await config.connectAsWorkspace(new Person());
    for (const when of ['now', 'if-changed', 'if-failing'] as const) {
      connection.renewCredentials(when);
      await expect(connection.nodes.list(never)).rejects.toMatchObject({ code: 'credentials-not-allowed' });
    }
    expect(await runs()).toBe(0);
  });

  it('does not go back to what its old program gave when the file is written while a person asks anew', async () => {
    const program = path.join(config.folder, 'login');
    const write = (remark: string): Promise<void> =>
      writeFile(
        program,
        `#!/bin/sh\n${remark}echo '{"apiVersion":"${V1}","kind":"ExecCredential","status":{"token":"t"}}'\n`,
        { mode: 0o755 },
      );
    await write('');
    await config.write(cluster(), { exec: { apiVersion: V1, command: './login' } });
    const person = new Person();
    await list(person);
    person.sayYes();
    const connection = await config.connectAsWorkspace(person);
    expect(await connection.nodes.list(never)).toEqual([]);
    await write('true && ');
    const ask = (): Promise<unknown> => connection.nodes.list(never).catch((error: unknown) => error);
    connection.renewCredentials('now');
    const first = ask();
    connection.renewCredentials('if-changed');
    const refused = { code: 'credentials-not-allowed' };
    expect(await Promise.all([first, ask()])).toMatchObject([refused, refused]);
    connection.renewCredentials('if-changed');
    expect(await ask()).toMatchObject(refused);
  });

  it('needs no yes where the user named the file', async () => {
    await config.write(cluster(), plugin());
    expect(await (await config.connect()).nodes.list(never)).toEqual([]);
    expect(await runs()).toBe(1);
  });
});

describe('files of the user that a kubeconfig of a workspace names', () => {
  beforeEach(() => writeFile(path.join(elsewhere, 'credentials'), 'aws-secret'));

  it.each(['absolute', 'relative', 'linked', 'linked folder'])(
    'are not sent without a yes: %s',
    async kind => {
      const file = path.join(elsewhere, 'credentials');
      await symlink(file, path.join(config.folder, 'token'));
      await symlink(elsewhere, path.join(config.folder, 'folder'));
      const names: Readonly<Record<string, string>> = {
        absolute: file,
        relative: path.relative(config.folder, file),
        linked: 'token',
        'linked folder': 'folder/credentials',
      };
      await config.write(cluster(), { tokenFile: names[kind] });
      const person = new Person();
      expect(await list(person)).toMatchObject({ code: 'credentials-not-allowed', facts: { files: file } });
      expect(server.requests).toEqual([]);
      expect(person.last).toMatchObject({ program: undefined, files: [file] });
      person.sayYes();
      expect(await list(person)).toEqual([]);
      expect(server.requests[0]?.headers.authorization).toBe('Bearer aws-secret');
      await config.write(cluster({ server: `http://localhost:${server.port}` }), { tokenFile: names[kind] });
      expect(await list(person)).toMatchObject({ code: 'credentials-not-allowed' });
    },
  );

  it.each([
    ['a certificate', {}, { 'client-certificate': '/x/c.crt' }],
    ['a key', {}, { 'client-key': '/x/c.key' }],
    ['an authority', { 'certificate-authority': '/x/ca.crt' }, {}],
  ])('are named: %s', async (_, ofCluster, user) => {
    await config.write(cluster(ofCluster), user);
    const person = new Person();
    expect(await list(person)).toMatchObject({ code: 'credentials-not-allowed' });
    expect(person.last.files).toEqual([expect.stringMatching(/^\/x\/c/)]);
  });

  it('need no yes in the folder of the kubeconfig', async () => {
    await mkdir(path.join(config.folder, 'pki'));
    await writeFile(path.join(config.folder, 'pki', 'token'), 'own');
    await config.write(cluster(), { tokenFile: 'pki/token' });
    expect(await list()).toEqual([]);
    expect(server.requests[0]?.headers.authorization).toBe('Bearer own');
  });
});
