/** The part of the pod contract that runs commands; podContract.ts calls it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ExecRequest, PodState } from '../../src/cluster/podPorts.js';
import { pause } from '../support/pause.js';
import {
  failure,
  isRunning,
  manifest,
  needFault,
  never,
  podUntil,
  type GetPodSubject,
} from './podSubject.js';
import { AWKWARD_BYTES, repeatedLine, SCRIPTS } from './podScripts.js';

const KIB = 1024;

export function execTests(subject: GetPodSubject): void {
  const held: { pod?: PodState } = {};
  const pod = (): PodState => held.pod!;
  beforeAll(async () => {
    held.pod = await subject().pods.create(manifest(subject()), never);
    await podUntil(subject().pods, held.pod, isRunning);
  });
  afterAll(async () => {
    if (held.pod !== undefined) await subject().pods.remove(held.pod, 0, never);
  });

  const request = (argv: readonly string[], part: Partial<ExecRequest> = {}): ExecRequest => ({
    container: 'tools',
    argv,
    maxBytes: 8 * KIB * KIB,
    idleSeconds: 20,
    ...part,
  });
  const run = (
    argv: readonly string[],
    part: Partial<ExecRequest> = {},
    signal = never,
    onBytes?: (received: number) => void,
  ) => subject().pods.exec(pod(), request(argv, part), signal, onBytes);
  const text = async (...argv: Parameters<typeof run>) => {
    const { stdout, ...others } = await run(...argv);
    return { stdout: new TextDecoder().decode(stdout), ...others };
  };

  it.each([0, 1, 3, 126, 255])('tells exit status %i, and both outputs', async exitCode => {
    expect(await text(SCRIPTS.exit.argv(String(exitCode)))).toEqual({
      stdout: 'out',
      stderr: 'err',
      exitCode,
    });
  });

  it('tells "not found" inside a script by its exit status', async () => {
    expect(await text(SCRIPTS.notFound.argv())).toMatchObject({
      exitCode: 127,
      stderr: expect.stringContaining('not found') as string,
    });
  });

  it('hands values on as they are', async () => {
    const values = ['', 'a b', "it's", '"; rm -rf / #', '$HOME `id` \\', 'ü–漢', '-n', '&x=1?'];
    const lines = [String(values.length), ...values].map(value => `${value}\n`).join('');
    expect(await text(SCRIPTS.values.argv(...values))).toEqual({ stdout: lines, stderr: '', exitCode: 0 });
  });

  it('brings bytes exactly as they were written', async () => {
    expect([...(await run(SCRIPTS.bytes.argv())).stdout]).toEqual([...AWKWARD_BYTES]);
  });

  it('brings megabytes whole, and tells how far it is', async () => {
    const bytes = 3_000_001;
    const seen: number[] = [];
    const { stdout } = await run(SCRIPTS.much.argv(String(bytes)), {}, never, received =>
      seen.push(received),
    );
    expect(Buffer.from(stdout).equals(Buffer.from(repeatedLine(bytes)))).toBe(true);
    expect(seen.at(-1)).toBe(bytes);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('ends at more than maxBytes', async () => {
    const limit = { maxBytes: 100 * KIB };
    expect((await run(SCRIPTS.much.argv(String(100 * KIB)), limit)).stdout).toHaveLength(100 * KIB);
    expect(await failure(run(SCRIPTS.much.argv(String(100 * KIB + 1)), limit))).toMatchObject({
      code: 'file-too-large',
      facts: { limitBytes: 100 * KIB },
    });
  });

  it('cuts standard error at 64 KiB', async () => {
    const result = await text(SCRIPTS.muchError.argv(String(200 * KIB)), { maxBytes: 100 });
    expect(result).toEqual({ stdout: 'done', stderr: repeatedLine(64 * KIB), exitCode: 0 });
  });

  it('sends standard input exactly as it is', async () => {
    const taken = await run(SCRIPTS.take.argv(String(AWKWARD_BYTES.length)), { stdin: AWKWARD_BYTES });
    expect([...taken.stdout]).toEqual([...AWKWARD_BYTES]);
    expect(taken.exitCode).toBe(0);
  });

  it('ends standard input where all of it is sent', async () => {
    for (const sent of ['', 'all of it'])
      expect(await text(SCRIPTS.takeAll.argv(), { stdin: new TextEncoder().encode(sent) })).toEqual({
        stdout: sent,
        stderr: '',
        exitCode: 0,
      });
  });

  it('gives a command no standard input unless it is asked to', async () => {
    expect(await text(SCRIPTS.takeAll.argv())).toEqual({ stdout: '', stderr: '', exitCode: 0 });
  });

  it('sends megabytes whole, and tells how far it is', async () => {
    const stdin = Buffer.from(repeatedLine(3_000_001));
    const seen: number[] = [];
    const { stdout } = await run(SCRIPTS.take.argv(String(stdin.length)), {
      stdin,
      onSent: sent => seen.push(sent),
    });
    expect(stdin.equals(stdout)).toBe(true);
    expect(seen.at(-1)).toBe(stdin.length);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('tells the exit status of a command that leaves a little of its input unread', async () => {
    const stdin = Buffer.from(repeatedLine(1000));
    expect(await text(SCRIPTS.exit.argv('3'), { stdin })).toEqual({
      stdout: 'out',
      stderr: 'err',
      exitCode: 3,
    });
  });

  it('is cancelled while it sends, long before the command ends', async () => {
    const controller = new AbortController();
    const stdin = new Uint8Array(16 * KIB * KIB);
    const sending = failure(run(SCRIPTS.silent.argv('30'), { stdin }, controller.signal));
    await pause(500);
    const started = performance.now();
    controller.abort();
    expect(await sending).toMatchObject({ code: 'cancelled' });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('ends after a silence', async () => {
    const started = performance.now();
    expect(await failure(run(SCRIPTS.silent.argv('30'), { idleSeconds: 1 }))).toMatchObject({
      code: 'timed-out',
      facts: { seconds: 1 },
    });
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it('is cancelled long before the command ends', async () => {
    const controller = new AbortController();
    const running = failure(run(SCRIPTS.silent.argv('30'), {}, controller.signal));
    await pause(300);
    const started = performance.now();
    controller.abort();
    expect(await running).toMatchObject({ code: 'cancelled' });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('runs several at a time, each with its own output', async () => {
    const results = await Promise.all(
      ['1', '2', '3', '4', '5'].map(async value => (await text(SCRIPTS.values.argv(value))).stdout),
    );
    expect(results).toEqual(['1\n1\n', '1\n2\n', '1\n3\n', '1\n4\n', '1\n5\n']);
  });

  it('says why a command was not started', async () => {
    expect(await failure(run(['/no/such/program']))).toMatchObject({
      code: 'exec-refused',
      facts: { reason: expect.stringContaining('/no/such/program') as string },
    });
    expect(await failure(run(['true'], { container: 'other' }))).toMatchObject({
      code: 'exec-refused',
      facts: { reason: expect.stringContaining('container other is not valid') as string },
    });
    const absent = { namespace: subject().namespace, name: 'no-such-pod' };
    expect(await failure(subject().pods.exec(absent, request(['true']), never))).toMatchObject({
      code: 'exec-refused',
      facts: { reason: 'pods "no-such-pod" not found' },
    });
  });

  it('tells a lost connection from an exit status', async test => {
    const cutConnections = needFault(subject, 'cutConnections', test);
    const running = failure(run(SCRIPTS.silent.argv('30')));
    await pause(1000);
    await cutConnections();
    expect(await running).toMatchObject({ code: 'exec-lost' });
    expect(await text(SCRIPTS.exit.argv('0'))).toMatchObject({ exitCode: 0 });
  });
}
