/** Kubeconfigs that a workspace may bring along: YAML that grows, what is no file, and plugins that do not end. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { TriageErrorCode } from '../../../src/base/errors.js';
import { CREDENTIALS } from '../../../src/base/limits.js';
import { clusterAccess } from '../../../src/cluster/connect.js';
import type { KubeconfigContents, KubeconfigLocation } from '../../../src/cluster/clusterPorts.js';
import { hostileCase, MB, type HostileCase, type Prepared } from '../lane/hostileCase.js';
import { never, rejectsWith } from '../servers/client.js';

const V1 = 'client.authentication.k8s.io/v1';
/** Node has four file threads: more of each than that. */
const COPIES = 8;

/** A folder that `fill` fills, removed in the end. */
async function folder(fill: (root: string) => Promise<unknown>): Promise<Prepared<string>> {
  const root = await mkdtemp(path.join(tmpdir(), 'node-triage-hostile-'));
  await fill(root);
  return { given: root, close: () => rm(root, { recursive: true, force: true }) };
}

const at = (...files: readonly string[]): KubeconfigLocation => ({
  setting: files.join(path.delimiter),
  environment: process.env,
  homeDirectory: '/nonexistent',
});

const configOf = (user: object): string =>
  JSON.stringify({
    clusters: [{ name: 'k', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'good', context: { cluster: 'k', user: 'u' } }],
  });

/** The good one is last: what stands before it did not keep it from being read. */
function readBeside(root: string, bad: readonly string[]): Promise<KubeconfigContents> {
  const files = [...bad, 'good'].map(name => path.join(root, name));
  return clusterAccess.readKubeconfig(at(...files));
}

function yaml(what: string, text: (size: number) => string): HostileCase {
  return hostileCase({
    name: `kubeconfig: ${what}`,
    capBytes: 300 * MB,
    capSeconds: 30,
    prepare: random =>
      folder(async root => {
        await writeFile(path.join(root, 'bad'), text(random.integer(8, 12)));
        await writeFile(path.join(root, 'good'), configOf({}));
      }),
    attack: async root => {
      const { contexts, problems } = await readBeside(root, ['bad']);
      assert.deepEqual(
        contexts.map(({ name }) => name),
        ['good'],
      );
      assert.equal(problems.length, 1);
    },
  });
}

/** `size` lists, each of `size` of the one before. */
function laughs(size: number, last: string): string {
  const lists = Array.from({ length: size }, (_, level) => {
    const item = level === 0 ? 'x' : `*l${level - 1}`;
    return `l${level}: &l${level} [${Array<string>(size).fill(item).join(', ')}]`;
  });
  return [...lists, last.replace('LAST', `*l${size - 1}`), ''].join('\n');
}

function planted(what: string, plant: (file: string) => Promise<unknown>): HostileCase {
  const names = Array.from({ length: COPIES }, (_, number) => `bad-${number}`);
  return hostileCase({
    name: `kubeconfig: is ${what}`,
    capBytes: 100 * MB,
    capSeconds: 20,
    prepare: () =>
      folder(async root => {
        for (const name of names) await plant(path.join(root, name));
        await writeFile(path.join(root, 'good'), configOf({}));
      }),
    attack: async root => {
      const { contexts, problems } = await readBeside(root, names);
      assert.equal(contexts.length, 1);
      assert.equal(problems.length, COPIES);
    },
  });
}

interface Login {
  readonly what: string;
  readonly user: (root: string) => object;
  readonly code: TriageErrorCode;
  readonly reason: RegExp;
}

/** A login that ends in an error of ours, and leaves no process behind. */
function login({ what, user, code, reason }: Login): HostileCase {
  return hostileCase({
    name: `kubeconfig: ${what}`,
    capBytes: 100 * MB,
    capSeconds: 30,
    prepare: () => folder(root => writeFile(path.join(root, 'config'), configOf(user(root)))),
    attack: async root => {
      const location = at(path.join(root, 'config'));
      const quiet = { debug: () => undefined, warn: () => undefined };
      const connection = await clusterAccess.connect(location, 'good', quiet);
      const error = await rejectsWith(connection.nodes.list(never), code);
      assert.match(String(error.facts.reason), reason);
      assert.ok(error.message.length < 2000, `${error.message.length} characters`);
      const pid = await readFile(path.join(root, 'pid'), 'utf8').catch(() => '');
      if (pid !== '') await untilGone(Number(pid));
    },
  });
}

async function untilGone(pid: number): Promise<void> {
  for (;;) {
    // A child that was not waited for yet is not running any more.
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    if (stat === '' || /^\d+ \(.*\) Z/.test(stat)) return;
    await pause(50);
  }
}

/** A shell that starts something which does not end by itself, and writes its number down. */
const shell = (script: string) => (root: string) => ({
  exec: {
    apiVersion: V1,
    command: '/bin/sh',
    args: ['-c', `trap '' TERM INT HUP; sleep 1000 & echo $! > '${root}/pid'; ${script}`],
  },
});
const plain = (script: string) => () => ({
  exec: { apiVersion: V1, command: '/bin/sh', args: ['-c', script] },
});
const TOO_MUCH = new RegExp(`more than ${CREDENTIALS.pluginOutputBytes} bytes`);

export const cases: readonly HostileCase[] = [
  yaml('aliases of aliases', size => laughs(size, 'clusters: LAST')),
  yaml('aliases as arguments of a plugin', size =>
    laughs(size, 'users: [{ name: u, user: { exec: { command: c, args: LAST } } }]'),
  ),
  yaml('aliases as keys', size => {
    const keys = Array.from({ length: size * 500 }, (_, index) => `k${index}: { ? [*s, *s] : 1 }`);
    return [`s: &s ${'x'.repeat(size * 10_000)}`, ...keys].join('\n');
  }),
  yaml('an alias to what it is a part of', () => 'users: &u [{ name: x, user: { exec: *u } }]'),
  ...['[', '{a: ', '- ', '? '].map(bracket =>
    yaml(`nested by ${JSON.stringify(bracket)}`, size => bracket.repeat(size * 100_000)),
  ),
  planted('a named pipe', file => Promise.resolve(execFileSync('mkfifo', [file]))),
  planted('a link to /dev/zero', file => symlink('/dev/zero', file)),
  planted('400 MB of nothing', async file => {
    await writeFile(file, '');
    await truncate(file, 400 * MB);
  }),
  login({
    what: 'a plugin floods standard output, and leaves a process that ignores signals',
    user: shell('exec cat /dev/zero'),
    code: 'credential-plugin-failed',
    reason: TOO_MUCH,
  }),
  login({
    what: 'a plugin floods standard error from a process of its own',
    user: shell(`yes 'password=hunter2' >&2 & wait`),
    code: 'credential-plugin-failed',
    reason: TOO_MUCH,
  }),
  login({
    what: 'a plugin fails with a line of secrets that is as long as it may be',
    user: plain(`head -c 1000000 /dev/zero | tr '\\0' '=' >&2; exit 1`),
    code: 'credential-plugin-failed',
    reason: /^it ended with exit code 1/,
  }),
  login({
    what: 'a plugin answers with JSON that is nested as deep as it may be',
    user: plain(`head -c 1000000 /dev/zero | tr '\\0' '['`),
    code: 'credential-plugin-failed',
    reason: /not the JSON of an ExecCredential/,
  }),
  ...(['tokenFile', 'client-certificate'] as const).flatMap(field => [
    login({
      what: `${field} is a device`,
      user: () => ({ [field]: '/dev/zero', 'client-key': '/dev/zero' }),
      code: 'kubeconfig-invalid',
      reason: /device/,
    }),
  ]),
  hostileCase({
    name: 'kubeconfig: tokenFile is a named pipe, again and again',
    capBytes: 100 * MB,
    capSeconds: 20,
    prepare: () =>
      folder(async root => {
        execFileSync('mkfifo', [path.join(root, 'token')]);
        await writeFile(path.join(root, 'config'), configOf({ tokenFile: 'token' }));
      }),
    attack: async root => {
      const location = at(path.join(root, 'config'));
      const quiet = { debug: () => undefined, warn: () => undefined };
      for (let count = 0; count < COPIES; count++) {
        const connection = await clusterAccess.connect(location, 'good', quiet);
        const error = await rejectsWith(connection.nodes.list(never), 'kubeconfig-invalid');
        assert.match(String(error.facts.reason), /pipe/);
      }
      // The file threads are free.
      assert.match(await readFile(path.join(root, 'config'), 'utf8'), /tokenFile/);
    },
  }),
];
