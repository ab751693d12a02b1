/** A program into a debug pod: the scripts under real shells, and what the pod's user hears, on the fake. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { marksOf, matchesMark } from '../../../src/debugpod/checksum.js';
import { parseFileMark } from '../../../src/debugpod/jobScripts.js';
import {
  STATUS_DAMAGED,
  STATUS_NO_CHECKSUM,
  STATUS_NO_EXECUTION,
  toolPath,
  uploadArgv,
  uploadCheckArgv,
} from '../../../src/debugpod/uploadScripts.js';
import { debugPodKit, expectNothingLeft, request, type DebugPodKit } from '../../support/debugPodKit.js';
import type { ExecAnswer } from '../../support/execResponder.js';
import { SHELLS, type Shell } from '../../support/shells.js';

const PROGRAM = randomBytes(300_001);
const never = new AbortController().signal;

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'node-triage-upload-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run({ words, environment }: Shell, argv: readonly string[], input: Uint8Array, PATH?: string): Ran {
  const [file, ...first] = words;
  const env = { ...environment, ...(PATH === undefined ? {} : { PATH }) };
  const program = file === 'sh' ? '/bin/sh' : file;
  const { status, stdout, stderr } = spawnSync(program, [...first, ...argv.slice(1)], { env, input });
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
}

/** A PATH with nothing but these tools of the machine, and scripts in place of others. */
function pathOf(tools: readonly string[], scripts: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder();
  for (const tool of tools)
    symlinkSync(execFileSync('which', [tool], { encoding: 'utf8' }).trim(), path.join(folder, tool));
  for (const [name, text] of Object.entries(scripts))
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return folder;
}

const TOOLS = ['sh', 'head', 'cat', 'wc', 'rm', 'mv', 'chmod', 'mkdir'];

describe.each(SHELLS)('under $name', shell => {
  let work: string;
  beforeEach(() => {
    work = temporaryFolder();
    expect(run(shell, uploadCheckArgv(work), Buffer.of())).toEqual({ status: 0, stdout: '', stderr: '' });
  });
  const upload = (sent: Uint8Array, announced = sent): Ran =>
    run(shell, uploadArgv('strace', announced.length, marksOf(announced), work), sent);
  const tools = (): readonly string[] => readdirSync(path.join(work, 'tools'));

  it('it is there whole, executable, its checksum told, and nothing beside it', () => {
    const { status, stdout, stderr } = upload(PROGRAM);
    expect([status, stderr]).toEqual([0, '']);
    expect(parseFileMark(stdout)).toEqual({
      bytes: PROGRAM.length,
      algorithm: 'sha256',
      sum: createHash('sha256').update(PROGRAM).digest('hex'),
    });
    const file = toolPath('strace', work);
    expect(readFileSync(file).equals(PROGRAM)).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o500);
    expect(tools()).toEqual(['strace']);
  });

  it('runs, in place of an earlier one', () => {
    upload(PROGRAM);
    expect(upload(Buffer.from('#!/bin/sh\necho "uploaded $1"\n')).status).toBe(0);
    expect(execFileSync(toolPath('strace', work), ['-V'], { encoding: 'utf8' })).toBe('uploaded -V\n');
  });

  it.each([
    ['cut off', PROGRAM.subarray(0, 100_000)],
    ['nothing at all', PROGRAM.subarray(0, 0)],
    [
      'one byte is another',
      Buffer.concat([PROGRAM.subarray(0, -1), Buffer.of(~(PROGRAM.at(-1) ?? 0) & 255)]),
    ],
  ])('what is damaged (%s) is not there, nor is the earlier one', (_, sent) => {
    upload(PROGRAM);
    const { status, stdout } = upload(sent, PROGRAM);
    expect(status).toBe(STATUS_DAMAGED);
    expect(parseFileMark(stdout)?.bytes).toBe(sent.length);
    expect(tools()).toEqual([]);
  });

  it('reads no more than was announced, where the stream has no end', () => {
    const { status } = upload(Buffer.concat([PROGRAM, Buffer.from('more')]), PROGRAM);
    expect(status).toBe(0);
    expect(readFileSync(toolPath('strace', work)).equals(PROGRAM)).toBe(true);
  });

  it('takes what an attempt left that was killed', () => {
    writeFileSync(path.join(work, 'tools/.strace.4711'), 'half');
    expect(upload(PROGRAM).status).toBe(0);
    expect(tools()).toEqual(['strace']);
  });

  it('reads all of its input where it cannot keep it', () => {
    rmSync(path.join(work, 'tools'), { recursive: true });
    const big = Buffer.alloc(4 * 2 ** 20, 1);
    // A reader that leaves the rest would end this by EPIPE.
    expect(upload(big).status).toBe(STATUS_DAMAGED);
  });
});

// busybox finds its own tools without PATH.
describe.each(SHELLS.filter(({ name }) => !name.startsWith('busybox')))(
  'under $name, in images with less',
  shell => {
    it('compares by cksum where there is no sha256sum', () => {
      const work = temporaryFolder();
      const PATH = pathOf([...TOOLS, 'cksum']);
      expect(run(shell, uploadCheckArgv(work), Buffer.of(), PATH).status).toBe(0);
      const argv = uploadArgv('strace', PROGRAM.length, marksOf(PROGRAM), work);
      const { status, stdout } = run(shell, argv, PROGRAM, PATH);
      const mark = parseFileMark(stdout);
      expect([status, mark?.algorithm]).toEqual([0, 'cksum']);
      expect(mark !== undefined && matchesMark(PROGRAM, mark)).toBe(true);
      const other = Buffer.from(PROGRAM);
      other[5] = (other[5] ?? 0) ^ 1;
      expect(run(shell, argv, other, PATH).status).toBe(STATUS_DAMAGED);
    });

    it('refuses before anything is sent where nothing makes a checksum', () => {
      const { status } = run(shell, uploadCheckArgv(temporaryFolder()), Buffer.of(), pathOf(TOOLS));
      expect(status).toBe(STATUS_NO_CHECKSUM);
    });

    it('refuses before anything is sent where nothing there can be executed', () => {
      const work = temporaryFolder();
      mkdirSync(path.join(work, 'tools'));
      const PATH = pathOf([...TOOLS.filter(tool => tool !== 'chmod'), 'cksum'], { chmod: 'exit 0' });
      const { status, stderr } = run(shell, uploadCheckArgv(work), Buffer.of(), PATH);
      expect(status).toBe(STATUS_NO_EXECUTION);
      expect(stderr).toMatch(/ermission denied/);
      expect(readdirSync(path.join(work, 'tools'))).toEqual([]);
    });
  },
);

describe('upload', () => {
  /** Of the commands by name, one after the other; the last again and again. */
  const answering = (answers: readonly (ExecAnswer | 'cut')[]): DebugPodKit => {
    const kit = debugPodKit();
    kit.pods.responders.addNamed('node-triage-upload-check', {});
    let asked = 0;
    kit.pods.responders.addNamed('node-triage-upload', async (_argv, { stdin }) => {
      const answer = answers[Math.min(asked++, answers.length - 1)];
      const bytes = await stdin?.read(PROGRAM.length);
      expect(bytes !== undefined && PROGRAM.equals(bytes)).toBe(true);
      if (answer !== 'cut') return answer;
      kit.pods.cutExecs();
      return new Promise<never>(() => undefined);
    });
    return kit;
  };
  const good = { stdout: `${PROGRAM.length} sha256 ${marksOf(PROGRAM).sha256}\n` };
  const uploadIn = ({ maker }: DebugPodKit, onBytes?: (sent: number) => void) =>
    maker.withPod(request, pod => pod.upload({ name: 'strace', bytes: PROGRAM }, never, onBytes), never);

  it('looks, sends, and says where it is', async () => {
    const kit = answering([good]);
    const sent: number[] = [];
    expect(await uploadIn(kit, bytes => sent.push(bytes))).toBe('/node-triage/tools/strace');
    expect(sent).toEqual([PROGRAM.length]);
    expect(kit.pods.calls.flatMap(({ argv }) => argv?.[3] ?? [])).toEqual([
      'node-triage-upload-check',
      'node-triage-upload',
    ]);
    await expectNothingLeft(kit);
  });

  it('is sent again after a broken connection, or where it was damaged on the way', async () => {
    const kit = answering(['cut', { stdout: '5 sha256 00\n', exitCode: STATUS_DAMAGED }, good]);
    expect(await uploadIn(kit)).toBe('/node-triage/tools/strace');
    expect(kit.pods.countOf('node-triage-upload')).toBe(3);
  });

  it.each<[string, ExecAnswer]>([
    ['as the pod says', { stdout: '5 sha256 00\n', exitCode: STATUS_DAMAGED }],
    ['as we see', { stdout: `${PROGRAM.length} sha256 ${'0'.repeat(64)}\n` }],
    ['of an unknown state', {}],
  ])('gives up what arrives damaged again and again, %s', async (_, answer) => {
    const kit = answering([answer]);
    await expect(uploadIn(kit)).rejects.toMatchObject({
      code: 'transfer-failed',
      node: 'node1',
      facts: { file: 'strace', way: 'upload', sent: PROGRAM.length },
    });
    expect(kit.pods.countOf('node-triage-upload')).toBe(3);
    await expectNothingLeft(kit);
  });

  it.each<[ExecAnswer, object]>([
    [
      { exitCode: STATUS_NO_EXECUTION, stderr: 'sh: .probe: Permission denied\n' },
      {
        code: 'exec-refused',
        facts: { reason: expect.stringContaining('.probe: Permission denied') as string },
      },
    ],
    [
      { exitCode: STATUS_NO_CHECKSUM },
      { code: 'tool-missing', facts: { tool: 'sha256sum', image: 'busybox' } },
    ],
    [
      { exitCode: 74, stderr: 'no space' },
      { code: 'command-failed', facts: { exitCode: 74 } },
    ],
  ])('sends nothing where it could not be used: %o', async (answer, refusal) => {
    const kit = answering([good]);
    kit.pods.responders.addNamed('node-triage-upload-check', answer);
    await expect(uploadIn(kit)).rejects.toMatchObject({ node: 'node1', ...refusal });
    expect(kit.pods.countOf('node-triage-upload')).toBe(0);
    await expectNothingLeft(kit);
  });

  it('takes no path for a name', async () => {
    const kit = answering([good]);
    await expect(
      kit.maker.withPod(request, pod => pod.upload({ name: '../x', bytes: PROGRAM }, never), never),
    ).rejects.toMatchObject({ code: 'internal' });
  });
});
