/** Kubeconfigs that were made to hurt: each ends in a problem or in harmless entries, and at once. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KUBECONFIG } from '../../../src/base/limits.js';
import { loadKubeconfig, type LoadedKubeconfig } from '../../../src/cluster/access/kubeconfig.js';
import { resolveContext } from '../../../src/cluster/access/resolveContext.js';
import { parseYamlMapping } from '../../../src/cluster/access/yamlMapping.js';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'kubeconfig-'));
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

async function load(text: string): Promise<LoadedKubeconfig> {
  const file = path.join(home, 'config');
  await writeFile(file, text);
  return loadFile(file);
}

function loadFile(setting: string): Promise<LoadedKubeconfig> {
  return loadKubeconfig({ setting, environment: {}, homeDirectory: home });
}

const problemOf = ({ contents }: LoadedKubeconfig): string => contents.problems[0]?.reason ?? '';

/** Nine lists, each of nine of the one before: 9^9 nodes. */
const laughs = (last: string): string =>
  Array.from({ length: 9 }, (_, level) => {
    const item = level === 0 ? 'x' : `*l${level - 1}`;
    return `l${level}: &l${level} [${Array.from({ length: 9 }, () => item).join(', ')}]`;
  }).join('\n') + `\n${last}\n`;

describe('YAML that grows', () => {
  it.each([
    ['where nothing reads it', laughs('clusters: []')],
    ['as the list of clusters', laughs('clusters: *l8')],
    ['as a name', laughs('clusters: [{ name: *l8, cluster: { server: https://k } }]')],
    ['as arguments of a plugin', laughs('users: [{ name: u, user: { exec: { command: c, args: *l8 } } }]')],
    ['as another kind of object', laughs('apiVersion: v1\nkind: Pod\nspec: *l8')],
    ['by merging', 'a: &a { b: 1, c: 2 }\n' + 'd: &d\n  <<: *a\n'.repeat(1) + laughs('e: { <<: *l8 }')],
  ])('is refused: %s', async (_, text) => {
    expect(problemOf(await load(text))).toMatch(/more than 500000 nodes, with what its aliases repeat/);
  });

  it('is refused where an alias leads to what it is a part of', async () => {
    expect(problemOf(await load('a: &a [*a]'))).toMatch(/a part of/);
    expect(problemOf(await load('users: &u [{ name: x, user: { exec: *u } }]'))).toMatch(/a part of/);
  });

  it('counts the characters that a key of aliases copies', async () => {
    const keys = Array.from({ length: 4000 }, (_, index) => `k${index}: { ? [*s, *s] : 1 }`).join('\n');
    expect(problemOf(await load(`s: &s ${'x'.repeat(100_000)}\n${keys}`))).toMatch(/aliases repeat/);
  });

  it('is taken in the small measure that people use', async () => {
    const loaded = await load(`
shared: &cluster { server: https://k.example }
base: &base { token: t }
clusters: [{ name: a, cluster: *cluster }, { name: b, cluster: *cluster }]
users: [{ name: u, user: { <<: *base, as: jane } }]
contexts: [{ name: a, context: { cluster: a, user: u } }, { name: b, context: { cluster: b, user: u } }]
`);
    expect(loaded.contents.problems).toEqual([]);
    expect(loaded.contents.contexts.map(({ server }) => server)).toEqual([
      'https://k.example',
      'https://k.example',
    ]);
    expect(resolveContext(loaded, 'b').user).toMatchObject({ token: 't', impersonateUser: 'jane' });
  });

  it.each([
    ['flow lists', '['.repeat(100_000)],
    ['flow mappings', '{a: '.repeat(100_000)],
    ['block lists', '- '.repeat(100_000)],
    ['lists that end', `a: ${'['.repeat(60)}${']'.repeat(60)}`],
  ])('is refused where it is nested too deep: %s', async (_, text) => {
    expect(problemOf(await load(text))).toMatch(/nested|deep|maxDepth/i);
  });

  it('is refused where it is wide without aliases', () => {
    expect(() => parseYamlMapping(`a: [${'0,'.repeat(KUBECONFIG.yamlNodes)}0]`)).toThrow(/more than/);
  });
});

describe('files', () => {
  it('are not opened where they are no files', async () => {
    const fifo = path.join(home, 'fifo');
    execFileSync('mkfifo', [fifo]);
    expect(problemOf(await loadFile(fifo))).toMatch(/named pipe/);
    expect(problemOf(await loadFile('/dev/zero'))).toMatch(/device/);
  });

  it('are not read beyond their limit', async () => {
    const file = path.join(home, 'large');
    await writeFile(file, 'a: 1');
    await truncate(file, KUBECONFIG.bytes + 1);
    expect(problemOf(await loadFile(file))).toMatch(/larger than 16777216 bytes/);
  });

  it('are not more than a person has', async () => {
    const { contents } = await loadFile(
      Array.from({ length: 5000 }, (_, index) => `/nowhere/${index}`).join(path.delimiter),
    );
    expect(contents.files).toHaveLength(KUBECONFIG.files + 1);
    expect(contents.problems.at(-1)?.reason).toMatch(/only the first 100 files/);
  });
});

describe('entries', () => {
  const many = (count: number, data: string): string =>
    JSON.stringify({
      clusters: Array.from({ length: count }, (_, index) => ({
        name: `c${index}`,
        cluster: { server: `https://c${index}.example`, 'certificate-authority-data': data },
      })),
      users: Array.from({ length: count }, (_, index) => ({
        name: `c${index}`,
        user: { 'client-certificate-data': data, 'client-key-data': data },
      })),
      contexts: Array.from({ length: count }, (_, index) => ({
        name: `c${index}`,
        context: { cluster: `c${index}`, user: `c${index}` },
      })),
    });

  it('are all there in an ordinary large file: 1,000 contexts with certificates', async () => {
    const loaded = await load(many(1000, 'A'.repeat(2500)));
    expect(loaded.contents.problems).toEqual([]);
    expect(loaded.contents.contexts).toHaveLength(1000);
    expect(resolveContext(loaded, 'c999').user.keyData).toHaveLength(2500);
  });

  it('are cut where there are more than are in use, and this is said', async () => {
    const loaded = await load(many(KUBECONFIG.entries + 5, 'A'));
    expect(loaded.contents.contexts).toHaveLength(KUBECONFIG.entries);
    expect(loaded.contents.problems.map(({ reason }) => reason)).toContain(
      'only the first 5000 entries in "contexts" are read',
    );
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('may be called %s', async name => {
    const loaded = await load(`
clusters: [{ name: ${name}, cluster: { server: https://k.example } }]
users: [{ name: ${name}, user: { ${name}: { token: stolen }, exec: { command: /c, env: [{ name: ${name}, value: v }] } } }]
contexts: [{ name: ${name}, context: { cluster: ${name}, user: ${name} } }]
current-context: ${name}
`);
    const { info, user, extras } = resolveContext(loaded, name);
    expect(info).toMatchObject({ name, cluster: name, user: name, isCurrent: true });
    expect(user.token).toBeUndefined();
    expect(Object.entries(extras.exec?.env ?? {})).toEqual([[name, 'v']]);
    expect(({} as Record<string, unknown>)['token']).toBeUndefined();
  });

  it('are taken from fields of their own kind alone', async () => {
    const loaded = await load(
      JSON.stringify({
        clusters: [
          { name: 'k', cluster: { server: ['https://k'] } },
          { name: ['k'], cluster: {} },
        ],
        users: [
          {
            name: 'u',
            user: {
              token: { a: 1 },
              tokenFile: ['/x'],
              'token-file': '/etc/hostname',
              exec: { command: ['/x'] },
            },
          },
        ],
        contexts: 'all',
      }),
    );
    expect(loaded.clusters).toEqual([]);
    expect(loaded.users).toEqual([
      expect.objectContaining({
        name: 'u',
        extras: expect.objectContaining({ exec: undefined, tokenFile: undefined }) as unknown,
      }),
    ]);
    expect(loaded.users[0]?.token).toBeUndefined();
  });
});
