/** A strace of the user's own on the replay cluster, over real websockets: from the file on the disk to the capture. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { captureSystemCalls } from '../../src/capture/captureSystemCalls.js';
import { systemClock } from '../../src/capture/clock.js';
import { kubeletOn } from '../../src/capture/profileTarget.js';
import { clusterAccess } from '../../src/cluster/connect.js';
import { DebugPods } from '../../src/debugpod/debugPods.js';
import { readStraceFile } from '../../src/podwork/straceFile.js';
import { startReplayServer } from '../demo/replayServer.js';
import { FastClock, MemoryIntents, request } from '../support/debugPodKit.js';
import { FIXTURES } from '../support/fixtures.js';
import { makeElf } from '../support/makeElf.js';
import { never } from './podSubject.js';

const quiet = { debug: () => undefined, warn: () => undefined };

it('a trace by an uploaded strace is a capture that names it', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'replay-'));
  const server = await startReplayServer({ fixtures: FIXTURES, directory, speed: 5, heartbeatMs: 0 });
  const location = { setting: server.kubeconfigPath, environment: {}, homeDirectory: directory };
  const connection = await clusterAccess.connect(location, server.contexts.admin, quiet);
  const maker = new DebugPods({
    context: 'replay',
    server: connection.context.server,
    pods: connection.pods,
    intents: new MemoryIntents(),
    audit: () => undefined,
    clock: new FastClock(),
    owner: { session: 'session-1', host: 'laptop', pid: 4711 },
    randomSuffix: () => 's1',
  });
  onTestFinished(async () => {
    await maker.settled();
    connection.dispose();
    await server.stop();
    await rm(directory, { recursive: true });
  });
  const node = (await connection.nodes.list(never)).find(({ name }) => name === 'worker-1');
  if (node === undefined) throw new Error('no worker-1');
  const file = path.join(directory, 'strace');
  // More than one frame, and none of them like another.
  await writeFile(
    file,
    Buffer.concat([makeElf(), Buffer.from(Uint16Array.from({ length: 50_000 }, (_, at) => at).buffer)]),
  );
  const straceFile = await readStraceFile(file, node, never);
  const sent: number[] = [];

  const { record, folder } = await maker.withPod(
    { ...request, node: node.name, namespace: 'default' },
    (pod, signal) =>
      captureSystemCalls(
        { pod, metrics: connection.metrics, clock: systemClock, randomId: () => 'a1' },
        {
          context: 'replay',
          ...kubeletOn(node),
          engine: 'strace',
          seconds: 4,
          straceFile,
          root: path.join(directory, 'captures'),
          writtenBy: 'test',
        },
        signal,
        ({ phase, bytes }) => {
          if (phase === 'uploading') sent.push(bytes);
        },
      ),
    never,
  );

  expect(sent.at(-1)).toBe(straceFile.bytes.length);
  expect(sent.length).toBeGreaterThan(3);
  expect(record.trace).toMatchObject({
    engine: 'strace',
    straceVersion: '6.1',
    straceOrigin: 'uploaded',
    straceSha256: straceFile.sha256,
  });
  expect(await readFile(path.join(folder, 'capture.json'), 'utf8')).toContain(straceFile.sha256);
  await maker.settled();
  expect(server.pods.all().filter(({ metadata }) => metadata.name.startsWith('node-triage-'))).toEqual([]);
});
