import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadKubeconfig } from '../../../../src/cluster/access/kubeconfig.js';
import type { KubeconfigLocation } from '../../../../src/cluster/clusterPorts.js';
import { resolveContext } from '../../../../src/cluster/access/resolveContext.js';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'kubeconfig-'));
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

async function write(name: string, text: string): Promise<string> {
  const file = path.join(home, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

const at = (part: Partial<KubeconfigLocation> = {}): KubeconfigLocation => ({
  setting: undefined,
  environment: {},
  homeDirectory: home,
  ...part,
});

const list = (...files: readonly string[]): string => files.join(path.delimiter);

/** One context of one cluster and user, all of the same name. */
const config = (name: string, server = `https://${name}.example:6443`, current = name): string => `
apiVersion: v1
kind: Config
current-context: ${current}
clusters: [{ name: ${name}, cluster: { server: '${server}' } }]
users: [{ name: ${name}, user: { token: token-of-${name} } }]
contexts: [{ name: ${name}, context: { cluster: ${name}, user: ${name} } }]
`;

const names = async (location: KubeconfigLocation): Promise<string[]> =>
  (await loadKubeconfig(location)).contents.contexts.map(context => context.name);

describe('which files', () => {
  it('reads ~/.kube/config where nothing else is said', async () => {
    await write('.kube/config', config('home'));
    expect(await names(at())).toEqual(['home']);
  });

  it('prefers KUBECONFIG, and the setting to both', async () => {
    await write('.kube/config', config('home'));
    const KUBECONFIG = await write('env', config('env'));
    const setting = await write('set', config('set'));
    expect(await names(at({ environment: { KUBECONFIG } }))).toEqual(['env']);
    expect(await names(at({ environment: { KUBECONFIG }, setting }))).toEqual(['set']);
    expect(await names(at({ environment: { KUBECONFIG }, setting: '  ' }))).toEqual(['env']);
  });

  it('reads lists, ~ and paths relative to the home directory, each file once', async () => {
    await write('a', config('a'));
    await write('deep/b', config('b'));
    const setting = list('~/a', 'deep/b', path.join(home, 'a'), '');
    const { contents } = await loadKubeconfig(at({ setting }));
    expect(contents.files).toEqual([path.join(home, 'a'), path.join(home, 'deep/b')]);
    expect(contents.contexts.map(context => context.name)).toEqual(['a', 'b']);
  });

  it('finds nothing, without a fault, where there is no file', async () => {
    const { contents, isPresent } = await loadKubeconfig(at());
    const file = path.join(home, '.kube', 'config');
    expect(contents).toEqual({
      contexts: [],
      source: 'home',
      files: [file],
      missing: [file],
      problems: [],
    });
    expect(isPresent).toBe(false);
  });

  it('says what names the files, and which of them are not there', async () => {
    const gone = path.join(home, 'gone');
    const told = [{ file: gone, reason: 'there is no such file', problem: 'missing' }];
    const fromEnvironment = await loadKubeconfig(at({ environment: { KUBECONFIG: gone } }));
    // kubectl is silent about it, too.
    expect(fromEnvironment.contents).toMatchObject({ source: 'environment', missing: [gone], problems: [] });
    const fromSetting = await loadKubeconfig(at({ setting: gone }));
    expect(fromSetting.contents).toMatchObject({ source: 'setting', missing: [gone], problems: told });
  });

  it('goes on without one file of several, and says so, as kubectl does', async () => {
    const there = await write('there', config('there'));
    const gone = path.join(home, 'gone');
    const fromEnvironment = await loadKubeconfig(at({ environment: { KUBECONFIG: list(gone, there) } }));
    expect(fromEnvironment.contents).toMatchObject({
      missing: [gone],
      problems: [{ file: gone, reason: 'there is no such file', problem: 'missing' }],
      contexts: [{ name: 'there' }],
    });
    const fromSetting = await loadKubeconfig(at({ setting: list(gone, there) }));
    expect(fromSetting.contents.problems).toEqual([
      { file: gone, reason: 'there is no such file', problem: 'missing' },
    ]);
    expect(fromSetting.contents.contexts).toHaveLength(1);
  });
});

describe('merging', () => {
  it('lets the first file win: entries by name, and the current context', async () => {
    const first = await write('1', config('same', 'https://first.example', ''));
    const second = await write('2', config('same', 'https://second.example', 'same'));
    const third = await write('3', config('other', 'https://third.example', 'other'));
    const loaded = await loadKubeconfig(at({ setting: list(first, second, third) }));
    expect(loaded.contents.contexts).toEqual([
      { name: 'same', cluster: 'same', user: 'same', isCurrent: true, server: 'https://first.example' },
      { name: 'other', cluster: 'other', user: 'other', isCurrent: false, server: 'https://third.example' },
    ]);
  });

  it('finds a context, its cluster and its user in three files', async () => {
    const setting = list(
      await write('1', 'contexts: [{ name: c, context: { cluster: k, user: u } }]\ncurrent-context: c'),
      await write('2', 'clusters: [{ name: k, cluster: { server: "https://k.example" } }]'),
      await write('3', 'users: [{ name: u, user: { token: t } }]'),
    );
    const resolved = resolveContext(await loadKubeconfig(at({ setting })), 'c');
    expect(resolved.user.token).toBe('t');
    expect(resolved.server.href).toBe('https://k.example/');
    expect(resolved.info.isCurrent).toBe(true);
  });

  it('takes duplicate names inside one file: the first', async () => {
    const twice = [{ server: 'https://1.example' }, { server: 'https://2.example' }];
    const setting = await write(
      'dup',
      JSON.stringify({
        clusters: twice.map(cluster => ({ name: 'k', cluster })),
        contexts: twice.map(() => ({ name: 'c', context: { cluster: 'k', user: '' } })),
      }),
    );
    expect((await loadKubeconfig(at({ setting }))).contents.contexts).toMatchObject([
      { server: 'https://1.example' },
    ]);
  });
});

describe('broken and odd files', () => {
  it.each([
    ['no YAML', 'clusters: [\n  token: "secret', /.+/],
    ['a plain text', 'hello', /no YAML mapping/],
    ['a list', '- 1\n- 2', /no YAML mapping/],
  ])('%s is a problem; the others still count', async (_, text, reason) => {
    const [bad, good] = [await write('bad', text), await write('good', config('good'))];
    const { contents } = await loadKubeconfig(at({ setting: list(bad, good) }));
    expect(contents.contexts.map(context => context.name)).toEqual(['good']);
    expect(contents.problems).toHaveLength(1);
    expect(contents.problems[0]).toMatchObject({
      file: bad,
      reason: expect.stringMatching(reason) as string,
    });
    expect(contents.problems[0]?.reason).not.toContain('secret');
  });

  it('a folder in place of a file is a problem', async () => {
    const { contents } = await loadKubeconfig(at({ setting: home }));
    expect(contents.problems[0]?.reason).toMatch(/a folder/);
  });

  it('an empty file is none, and no problem', async () => {
    const loaded = await loadKubeconfig(at({ setting: await write('empty', ' \n') }));
    expect(loaded.contents).toMatchObject({ contexts: [], missing: [], problems: [] });
    expect(loaded.isPresent).toBe(false);
  });

  it('leaves out entries without what they need, and says how many', async () => {
    const text = `
clusters: [{ name: good, cluster: { server: "https://good.example" } }, { name: bad }, null, 7]
contexts: [{ name: good, context: { cluster: good } }, { context: { cluster: good } }]
users: null
`;
    const { contents } = await loadKubeconfig(at({ setting: await write('half', text) }));
    expect(contents.contexts).toMatchObject([{ name: 'good', server: 'https://good.example' }]);
    expect(contents.problems.map(problem => problem.reason)).toEqual([
      expect.stringMatching(/^3 of the entries in "clusters"/),
      expect.stringMatching(/^1 of the entries in "contexts"/),
    ]);
  });

  it('takes names of every kind', async () => {
    const odd = ['arn:aws:eks:eu-central-1:1234:cluster/a', 'a b/ü#1', '0123', 'kind-"quoted"'];
    const text = JSON.stringify({
      clusters: [{ name: 'k', cluster: { server: 'https://k' } }],
      contexts: [...odd, 2024].map(name => ({ name, context: { cluster: 'k', user: '' } })),
      'current-context': 2024,
    });
    const { contents } = await loadKubeconfig(at({ setting: await write('odd', text) }));
    expect(contents.contexts.map(context => context.name)).toEqual([...odd, '2024']);
    expect(contents.contexts.at(-1)?.isCurrent).toBe(true);
  });

  it('reads a file with a byte order mark', async () => {
    expect(await names(at({ setting: await write('bom', `\uFEFF${config('bom')}`) }))).toEqual(['bom']);
  });

  it('shows servers without the credentials in them', async () => {
    const file = await write('cred', config('c', 'https://me:secret@c.example:6443/path'));
    const { contents } = await loadKubeconfig(at({ setting: file }));
    expect(contents.contexts[0]?.server).toBe('https://c.example:6443/path');
  });
});

describe('whether the server is the one that is meant', () => {
  const skip = { 'insecure-skip-tls-verify': true };
  it.each<[string | undefined, object]>([
    [undefined, { server: 'https://k.example' }],
    [undefined, { server: 'https://k.example', 'insecure-skip-tls-verify': false }],
    // As client-go reads it: a text is no boolean.
    [undefined, { server: 'https://k.example', 'insecure-skip-tls-verify': 'true' }],
    ['not-verified', { server: 'https://k.example', ...skip }],
    ['not-verified', { server: 'https://127.0.0.1:6443', ...skip }],
    ['not-encrypted', { server: 'http://k.example' }],
    ['not-encrypted', { server: 'HTTP://127.0.0.1.k.example:80', ...skip }],
    // kubectl proxy
    [undefined, { server: 'http://127.0.0.1:8001' }],
    [undefined, { server: 'http://[::1]:8001', ...skip }],
    [undefined, { server: 'http://localhost:8001' }],
  ])('%s: %j', async (doubt, cluster) => {
    const text = JSON.stringify({
      clusters: [{ name: 'k', cluster }],
      contexts: [{ name: 'c', context: { cluster: 'k' } }],
    });
    const { contents } = await loadKubeconfig(at({ setting: await write('doubt', text) }));
    expect(contents.contexts[0]?.serverDoubt).toBe(doubt);
  });
});

describe('what client-node leaves out', () => {
  const user = (fields: object): string =>
    JSON.stringify({
      clusters: [
        { name: 'k', cluster: { server: 'https://k.example', 'certificate-authority': 'pki/ca.crt' } },
      ],
      users: [{ name: 'u', user: fields }],
      contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    });
  const resolve = async (fields: object) =>
    resolveContext(await loadKubeconfig(at({ setting: await write('sub/config', user(fields)) })), 'c');

  it('resolves paths against the folder of their file', async () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './bin/login' };
    const {
      cluster,
      user: resolved,
      extras,
    } = await resolve({
      'client-certificate': 'pki/u.crt',
      'client-key': '/abs/u.key',
      tokenFile: 'token',
      exec,
    });
    const folder = path.join(home, 'sub');
    expect(cluster.caFile).toBe(path.join(folder, 'pki/ca.crt'));
    expect(resolved.certFile).toBe(path.join(folder, 'pki/u.crt'));
    expect(resolved.keyFile).toBe('/abs/u.key');
    expect(extras.tokenFile).toBe(path.join(folder, 'token'));
    expect(extras.exec?.command).toBe(path.join(folder, 'bin/login'));
  });

  it('leaves a bare command to the PATH', async () => {
    expect((await resolve({ exec: { command: 'aws', args: ['eks', 7] } })).extras.exec).toMatchObject({
      command: 'aws',
      args: ['eks', '7'],
    });
  });

  it('reads whom to impersonate as headers', async () => {
    const { user: resolved, extras } = await resolve({
      as: 'jane',
      'as-uid': 'u-1',
      'as-groups': ['dev', 'ops'],
      'as-user-extra': { 'acme.com/why': ['night shift'] },
    });
    expect(resolved.impersonateUser).toBe('jane');
    expect(extras.impersonation).toEqual({
      'Impersonate-Uid': 'u-1',
      'Impersonate-Group': ['dev', 'ops'],
      'Impersonate-Extra-acme.com%2Fwhy': ['night shift'],
    });
  });
});

describe('resolveContext', () => {
  const failure = async (setting: string, context: string): Promise<unknown> => {
    try {
      resolveContext(await loadKubeconfig(at({ setting })), context);
    } catch (error) {
      return error;
    }
    throw new Error('expected an error');
  };

  it('says that there is no kubeconfig', async () => {
    const error = await failure(await write('empty', ''), 'c');
    expect(error).toMatchObject({
      code: 'kubeconfig-missing',
      message: expect.stringContaining('empty') as string,
    });
  });

  it('says which file is broken', async () => {
    const file = await write('bad', 'hello');
    expect(await failure(file, 'c')).toMatchObject({ code: 'kubeconfig-invalid', facts: { file } });
  });

  it('says that the context is gone', async () => {
    const file = await write('good', config('good'));
    expect(await failure(file, 'other')).toMatchObject({
      code: 'context-missing',
      facts: { context: 'other', file },
    });
  });

  it.each([
    [
      'no cluster',
      'contexts: [{ name: c, context: { cluster: k, user: u } }]',
      /no file defines its cluster "k"/,
    ],
    ['no user', config('c').replace(/users:.*/, ''), /no file defines its user "c"/],
    ['no address', config('c', 'example:6443'), /no http or https address/],
  ])('says what the context lacks: %s', async (_, text, reason) => {
    const error = await failure(await write('lack', text), 'c');
    expect(error).toMatchObject({
      code: 'kubeconfig-invalid',
      message: expect.stringMatching(reason) as string,
    });
  });

  it('takes a context without a user: anonymous, as behind kubectl proxy', async () => {
    const text = config('c', 'http://127.0.0.1:8001')
      .replace(', user: c', '')
      .replace(/users:.*/, '');
    const { server, user } = resolveContext(
      await loadKubeconfig(at({ setting: await write('anon', text) })),
      'c',
    );
    expect([server.port, user.name]).toEqual(['8001', '']);
  });
});
