/**
 * Kubeconfigs that kubectl takes are taken, context by context: test/fixtures/kubeconfigs/kubectl.json is what kubectl's own
 * library has of each (kubectl/main.go beside it).
 */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadKubeconfig, type LoadedKubeconfig } from '../../../src/cluster/access/kubeconfig.js';
import { parseYamlMapping } from '../../../src/cluster/access/yamlMapping.js';
import { FIXTURES, readFixture } from '../../support/fixtures.js';

type Recorded =
  | { readonly error: string }
  | {
      readonly current: string;
      readonly contexts: Readonly<
        Record<string, readonly [cluster: string, user: string, server: string, isInsecure: boolean]>
      >;
    };

const recorded = JSON.parse(new TextDecoder().decode(readFixture('kubeconfigs/kubectl.json'))) as Record<
  string,
  Recorded
>;
const taken = Object.entries(recorded).flatMap(([file, has]) => ('error' in has ? [] : [{ file, ...has }]));

const load = (file: string): Promise<LoadedKubeconfig> =>
  loadKubeconfig({
    setting: path.join(FIXTURES, 'kubeconfigs/odd', file),
    environment: {},
    homeDirectory: FIXTURES,
  });

describe('what kubectl takes', () => {
  it('is more than a handful', () => {
    expect(taken.length).toBeGreaterThan(50);
  });

  it.each(taken)('$file', async ({ file, contexts, current }) => {
    const loaded = await load(file);
    // A context without a name is kubectl's default, and it cannot be chosen.
    const named = Object.entries(contexts).filter(([name]) => name !== '');
    expect(
      Object.fromEntries(
        loaded.contents.contexts.map(({ name, cluster, user, server }) => {
          const insecure = loaded.clusters.find(one => one.name === cluster)?.skipTLSVerify ?? false;
          return [name, [cluster, user, server, insecure]];
        }),
      ),
    ).toEqual(
      Object.fromEntries(
        named.map(([name, [cluster, user, server, insecure]]) => [
          name,
          [cluster, user, server.replace(/\/$/, ''), server !== '' && insecure],
        ]),
      ),
    );
    const isHere = named.some(([name]) => name === current);
    expect(loaded.contents.contexts.filter(({ isCurrent }) => isCurrent).map(({ name }) => name)).toEqual(
      isHere ? [current] : [],
    );
  });
});

describe('what kubectl refuses', () => {
  it.each([
    ['wrong-kind.yaml', 'this is not a kubeconfig: its kind is "Pod"'],
    ['not-yaml.yaml', 'this is not a kubeconfig: its text is no YAML mapping'],
    ['list.yaml', 'this is not a kubeconfig: its text is no YAML mapping'],
  ])('%s', async (file, reason) => {
    const { contents } = await load(file);
    expect(contents.contexts).toEqual([]);
    expect(contents.problems.map(problem => problem.reason)).toEqual([reason]);
  });

  // kubectl wants text there; its writer means the name as it is written.
  it.each([
    ['name-number.yaml', '123'],
    ['name-float.yaml', '1.50'],
    ['name-hex.yaml', '0x1F'],
    ['name-on.yaml', 'on'],
    ['name-True.yaml', 'True'],
    ['name-leading-zero.yaml', '007'],
  ])('%s: a name all the same', async (file, name) => {
    const { contents } = await load(file);
    expect(contents.contexts).toEqual([
      { name, cluster: name, user: 'u', isCurrent: true, server: 'https://192.0.2.10:6443' },
    ]);
  });

  it('a truth value in quotes turns no check of certificates off', async () => {
    expect((await load('bool-string.yaml')).clusters[0]?.skipTLSVerify).toBe(false);
  });
});

it('says that further documents are not read', async () => {
  for (const file of ['two-documents.yaml', 'second-document-broken.yaml', 'document-end-more.yaml'])
    expect((await load(file)).contents.problems.map(({ reason }) => reason)).toEqual([
      'only the first of its YAML documents is read, as kubectl does',
    ]);
  expect((await load('document-end.yaml')).contents.problems).toEqual([]);
  expect((await load('leading-comment-separator.yaml')).contents.problems).toEqual([]);
});

it('takes no marker within a line or a text for the end of a document', () => {
  expect(parseYamlMapping('a: |\n  --- x\n  ...\nb: "---"\nc: ---x\n')).toEqual({
    mapping: { a: '--- x\n...\n', b: '---', c: '---x' },
    isEmpty: false,
    hasMore: false,
  });
});
