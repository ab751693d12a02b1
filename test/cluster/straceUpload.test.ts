/**
 * A program of the user's into a real debug pod, and a real kubelet traced by it. Debian has no static strace: busybox,
 * which is static, stands for one where only the way there matters, and the trace is by this machine's strace, which is
 * not static, in the image that has its libraries. With NODE_TRIAGE_STATIC_STRACE, the path of a static one, it is that
 * one in an image without any.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest';
import type { PodCommand } from '../../src/base/podCommand.js';
import { captureSystemCalls } from '../../src/capture/captureSystemCalls.js';
import { systemClock } from '../../src/capture/clock.js';
import { kubeletOn } from '../../src/capture/profileTarget.js';
import type { DebugPod } from '../../src/debugpod/debugPodPorts.js';
import { parseLog } from '../../src/strace/parseLog.js';
import { readStraceFile } from '../../src/podwork/straceFile.js';
import { expectNothingLeft, NODE, openLab, requestIn, type DebugPodLab } from './debugPodLab.js';
import { BUSYBOX_IMAGE, DEBUG_IMAGE } from './local/buildImages.js';
import { createRevocableAdmin } from './revocableAdmin.js';
import { startTcpRelay } from './tcpRelay.js';
import {
  layout,
  listNodes,
  onLocalCluster,
  refusalOf,
  requireLayout,
  temporaryFolder,
  testSignal,
} from './testCluster.js';
import { createNamespace, type TestNamespace } from './testNamespace.js';

const STATIC_STRACE = process.env['NODE_TRIAGE_STATIC_STRACE'];
const MIB = 2 ** 20;

let namespace: TestNamespace;
beforeAll(async () => {
  if (layout !== undefined) namespace = await createNamespace();
});
afterAll(async () => {
  if (layout !== undefined) await namespace.remove();
});

const inPod = <T>(
  lab: DebugPodLab,
  body: (pod: DebugPod, signal: AbortSignal) => Promise<T>,
  signal = testSignal(),
): Promise<T> => {
  const image = { ...requestIn('').image, reference: BUSYBOX_IMAGE };
  return lab.maker.withPod(requestIn(namespace.name, { image }), body, signal);
};

const shell = (script: string, ...values: readonly string[]): PodCommand<string> => ({
  argv: ['sh', '-c', script, 'node-triage-test', ...values],
  parse: text => text,
});
const listTools = shell('ls -A /node-triage/tools');

/** Without a regular rhythm that something on the way could make smaller. */
const BIG = randomBytes(32 * MIB);

describe('upload', () => {
  onLocalCluster('a static program runs in the pod’s memory, in place of an earlier one', async () => {
    const lab = await openLab();
    const bytes = readFileSync('/bin/busybox');
    const sent: number[] = [];
    const said = await inPod(lab, async (pod, signal) => {
      await pod.upload({ name: 'busybox', bytes: Buffer.from('#!/bin/sh\necho earlier\n') }, signal);
      const tool = await pod.upload({ name: 'busybox', bytes }, signal, count => sent.push(count));
      return {
        tool,
        output: await pod.run(shell('"$1" echo "run by $(readlink -f "$1")"', tool), signal),
        facts: await pod.run(shell('stat -c "%a %u %s" "$1"; sha256sum <"$1"', tool), signal),
        tools: await pod.run(listTools, signal),
        mount: await pod.run(shell('grep " /node-triage " /proc/mounts'), signal),
      };
    });
    const { sha256 } = await readStraceFile('/bin/busybox', { name: NODE, architecture: '' }, testSignal());
    expect(said).toEqual({
      tool: '/node-triage/tools/busybox',
      output: 'run by /node-triage/tools/busybox\n',
      facts: `500 0 ${bytes.length}\n${sha256}  -\n`,
      tools: 'busybox\n',
      mount: expect.stringMatching(/^tmpfs \/node-triage tmpfs (?!.*noexec)/) as string,
    });
    expect(sent.at(-1)).toBe(bytes.length);
    await expectNothingLeft(lab, namespace.name);
  });

  onLocalCluster('32 MiB, the most there may be, arrive whole', async () => {
    const lab = await openLab();
    const tools = await inPod(lab, async (pod, signal) => {
      await pod.upload({ name: 'tool', bytes: BIG }, signal);
      return pod.run(shell('wc -c </node-triage/tools/tool'), signal);
    });
    expect(Number(tools)).toBe(32 * MIB);
    await expectNothingLeft(lab, namespace.name);
  });

  onLocalCluster('cancelled in the middle: within a second, and the pod is gone', async () => {
    const lab = await openLab();
    const cancel = new AbortController();
    let cancelledAt = Infinity;
    const upload = inPod(
      lab,
      (pod, signal) =>
        pod.upload({ name: 'tool', bytes: BIG }, signal, sent => {
          if (sent < 4 * MIB || cancel.signal.aborted) return;
          cancelledAt = performance.now();
          cancel.abort();
        }),
      cancel.signal,
    );
    expect((await refusalOf(upload)).code).toBe('cancelled');
    expect(performance.now() - cancelledAt).toBeLessThan(1000);
    await expectNothingLeft(lab, namespace.name);
  });

  onLocalCluster(
    'a connection that breaks in the middle: sent again, and nothing of the first is left',
    async () => {
      const relay = await startTcpRelay(requireLayout().ports.apiServer);
      onTestFinished(() => relay.close());
      const admin = await createRevocableAdmin(`https://127.0.0.1:${relay.port}`, temporaryFolder());
      onTestFinished(() => admin.remove());
      const lab = await openLab(admin.kubeconfig);
      const sent: number[] = [];
      let cuts = 0;
      const tools = await inPod(lab, async (pod, signal) => {
        await pod.upload({ name: 'tool', bytes: BIG }, signal, count => {
          sent.push(count);
          if (count < 8 * MIB || cuts > 0) return;
          cuts++;
          relay.cut();
        });
        return pod.run(shell('ls -A /node-triage/tools; wc -c </node-triage/tools/tool'), signal);
      });
      expect(tools).toBe(`tool\n${32 * MIB}\n`);
      expect(sent.filter((count, index) => count < (sent[index - 1] ?? 0))).toHaveLength(1);
      await expectNothingLeft(lab, namespace.name);
    },
  );
});

describe('a trace by an uploaded strace', () => {
  onLocalCluster('is of the node’s kubelet, and says whose strace it was', async () => {
    const lab = await openLab();
    const node = (await listNodes(lab.connection)).find(({ name }) => name === NODE);
    if (node === undefined) throw new Error(`no node ${NODE}`);
    const straceFile = await readStraceFile(STATIC_STRACE ?? '/usr/bin/strace', node, testSignal());
    expect(straceFile.interpreter === undefined).toBe(STATIC_STRACE !== undefined);
    const reference = STATIC_STRACE === undefined ? DEBUG_IMAGE : BUSYBOX_IMAGE;
    const phases = new Set<string>();
    const { record, folder } = await lab.maker.withPod(
      requestIn(namespace.name, { image: { ...requestIn('').image, reference } }),
      (pod, signal) =>
        captureSystemCalls(
          { pod, metrics: lab.connection.metrics, clock: systemClock, randomId: () => 'upload' },
          {
            context: lab.connection.context.name,
            ...kubeletOn(node),
            engine: 'strace',
            seconds: 4,
            straceFile,
            root: temporaryFolder(),
            writtenBy: 'node-triage cluster tests',
          },
          signal,
          ({ phase }) => phases.add(phase),
        ),
      testSignal(),
    );
    expect([...phases].slice(0, 3)).toEqual(['uploading', 'finding', 'tracing']);
    expect(record.trace).toMatchObject({
      engine: 'strace',
      straceOrigin: 'uploaded',
      straceSha256: straceFile.sha256,
    });
    expect(record.trace?.threadsTraced).toBe(record.trace?.threadsExisting);
    expect(record.issues).toEqual([]);
    const name = record.files[0]?.name ?? '';
    const bytes = readFileSync(path.join(folder, name));
    const log = parseLog((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString());
    expect(log.calls.filter(call => call.futex !== undefined).length).toBeGreaterThan(20);
    expect(log.unparsedLines).toBe(0);
    await expectNothingLeft(lab, namespace.name);
  });
});
