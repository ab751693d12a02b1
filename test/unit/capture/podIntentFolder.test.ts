/** Intents of debug pods on the disk: whole or not at all, and readable by the next window. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { PodIntentFolder } from '../../../src/capture/podIntentFolder.js';
import { decodeIntent, encodeIntent } from '../../../src/debugpod/intentJson.js';
import type { PodIntent } from '../../../src/debugpod/debugPodPorts.js';

const intent: PodIntent = {
  context: 'prod',
  server: 'https://10.0.0.1:6443',
  namespace: 'triage',
  name: 'node-triage-node1-abc',
  uid: undefined,
  node: 'node1',
  expiresAt: '2026-11-24T03:10:00Z',
  owner: { session: 's', host: 'laptop', pid: 4711, aliveAt: '2026-11-24T03:00:00Z' },
};

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'node-triage-intents-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return path.join(folder, 'pods');
}

it('are there after writing, replaced by name, gone after forgetting', async () => {
  const folder = await emptyFolder();
  const intents = new PodIntentFolder(folder);
  expect(await intents.list()).toEqual([]);
  await intents.write(intent);
  const known = { ...intent, uid: 'u-1' };
  await intents.write(known);
  await intents.write({ ...intent, name: 'node-triage-node1-abd' });
  expect(await new PodIntentFolder(folder).list()).toEqual([
    known,
    { ...intent, name: 'node-triage-node1-abd' },
  ]);
  expect(await readdir(folder)).toEqual(['node-triage-node1-abc.json', 'node-triage-node1-abd.json']);
  await intents.forget(intent.name);
  await intents.forget('never-there');
  expect((await intents.list()).map(({ name }) => name)).toEqual(['node-triage-node1-abd']);
});

it.each(['../outside', '../../outside', 'a/../../outside', '..\\outside', 'x/../../outside', '/outside'])(
  'forgets nothing for a pod that the API server calls %s',
  async name => {
    const folder = await emptyFolder();
    const intents = new PodIntentFolder(folder);
    await intents.write(intent);
    const outside = path.join(path.dirname(folder), 'outside.json');
    await writeFile(outside, '{}');
    await intents.forget(name);
    expect(await readFile(outside, 'utf8')).toBe('{}');
    expect(await intents.list()).toEqual([intent]);
  },
);

it('what is no intent is neither read nor removed', async () => {
  const folder = await emptyFolder();
  const intents = new PodIntentFolder(folder);
  await intents.write(intent);
  await writeFile(
    path.join(folder, 'later.json'),
    encodeIntent(intent).replace('"version": 1', '"version": 2'),
  );
  await writeFile(path.join(folder, 'cut.json'), encodeIntent(intent).slice(0, 40));
  expect(await intents.list()).toEqual([intent]);
  expect(await readFile(path.join(folder, 'cut.json'), 'utf8')).toHaveLength(40);
});

it('a folder that cannot be written is told as that', async () => {
  const folder = await emptyFolder();
  await writeFile(folder, 'a file in its place');
  await expect(new PodIntentFolder(folder).write(intent)).rejects.toMatchObject({
    code: 'intent-write-failed',
    facts: { folder },
  });
});

it('reads what it writes, and no other JSON', () => {
  fc.assert(
    fc.property(fc.string(), fc.option(fc.string(), { nil: undefined }), (word, uid) => {
      const any = { ...intent, context: word, node: word, uid };
      expect(decodeIntent(encodeIntent(any))).toEqual(any);
    }),
  );
  fc.assert(fc.property(fc.json(), text => decodeIntent(text) === undefined));
});
