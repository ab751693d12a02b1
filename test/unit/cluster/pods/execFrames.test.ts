/** Frames recorded from a real API server (test/fixtures/pod/ws-frames.txt), and those that no recording has. */
import { describe, expect, it } from 'vitest';
import { isTriageError } from '../../../../src/base/errors.js';
import { ExecFrames } from '../../../../src/cluster/pods/execFrames.js';
import type { ExecResult } from '../../../../src/cluster/podPorts.js';
import { readFixture } from '../../../support/fixtures.js';

const OUT = 1;
const ERR = 2;
const STATUS = 3;

function frame(channel: number, data: string | Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([channel]), Buffer.from(data as string)]);
}

/** The data frames of one recorded exec; its lines are Python's: `op=2 fin=1 len=5 channel=1 b'out\n'`. */
function recorded(title: string): Uint8Array[] {
  const text = new TextDecoder().decode(readFixture('pod/ws-frames.txt'));
  const section = text.split('### ').find(part => part.startsWith(`${title}\n`));
  if (section === undefined) throw new Error(`no recording of ${title}`);
  return [...section.matchAll(/^op=2 .*channel=(\d) b'(.*?)'?$/gm)].map(([, channel, data = '']) =>
    frame(
      Number(channel),
      data.replace(/\\(.)/g, (_, next: string) => (next === 'n' ? '\n' : next)),
    ),
  );
}

function collect(frames: readonly Uint8Array[], maxBytes = 1000) {
  const collected = new ExecFrames({ maxBytes });
  const errors = frames.flatMap(one => collected.add(one) ?? []);
  return { collected, errors };
}

function endOf(frames: readonly Uint8Array[]) {
  const end = collect(frames).collected.end();
  return isTriageError(end) ? { code: end.code, ...end.facts } : readable(end);
}

const readable = ({ stdout, stderr, exitCode }: ExecResult) => ({
  stdout: new TextDecoder().decode(stdout),
  stderr,
  exitCode,
});

describe('recorded execs', () => {
  it.each(['v5.channel.k8s.io exit 3', 'v4.channel.k8s.io exit 3'])('%s', title => {
    expect(endOf(recorded(title))).toEqual({ stdout: 'out\n', stderr: 'err\n', exitCode: 3 });
  });

  it('success', () => {
    expect(endOf(recorded('v5 exit 0'))).toEqual({ stdout: '', stderr: '', exitCode: 0 });
  });

  it('no such executable: the runtime said so, and its text is kept', () => {
    expect(endOf(recorded('v5 no such binary'))).toMatchObject({
      code: 'exec-refused',
      // The recording was cut, so the status reads as text.
      reason: expect.stringMatching(/stat \/nosuch: no such file or directory/) as string,
    });
  });
});

describe('how it ended', () => {
  const status = (part: object): Uint8Array => frame(STATUS, JSON.stringify({ status: 'Failure', ...part }));
  const exit = (code: string): Uint8Array =>
    status({ reason: 'NonZeroExitCode', details: { causes: [{ reason: 'ExitCode', message: code }] } });
  const broken = (message: string): Uint8Array => status({ reason: 'InternalError', message });

  it('has no status before it came', () => {
    const { collected } = collect([frame(OUT, ''), frame(OUT, 'x'), frame(STATUS, '')]);
    expect(collected.hasStatus).toBe(false);
  });

  it.each(['126', '127'])('keeps exit %s of a script, and knows the runtime by its text', code => {
    expect(endOf([frame(ERR, 'sh: strace: not found\n'), exit(code)])).toMatchObject({
      exitCode: Number(code),
    });
    const text =
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "x": not found';
    expect(endOf([frame(OUT, `${text}\r\n`), exit(code)])).toEqual({ code: 'exec-refused', reason: text });
  });

  it.each([
    ['unable to upgrade connection: container not found ("tools")', 'exec-refused'],
    ['error dialing backend: dial tcp 192.0.2.3:10250: connect: connection refused', 'kubelet-unreachable'],
    ['error dialing backend: net/http: TLS handshake timeout', 'kubelet-hangs'],
    ['error reading from error stream: unexpected EOF', 'exec-lost'],
    ['something new', 'exec-refused'],
  ])('%s: %s', (message, code) => {
    expect(endOf([broken(message)])).toMatchObject({ code, reason: message });
  });

  it('was started where there was output, whatever the text says', () => {
    const message = 'error dialing backend: dial tcp 192.0.2.3:10250: connect: connection refused';
    expect(endOf([frame(OUT, 'x'), broken(message)])).toMatchObject({ code: 'exec-lost' });
    expect(endOf([frame(ERR, 'x'), broken(message)])).toMatchObject({ code: 'exec-lost' });
  });

  it('takes a status that is no JSON, or none of ours, as text', () => {
    expect(endOf([frame(STATUS, 'command terminated')])).toEqual({
      code: 'exec-refused',
      reason: 'command terminated',
    });
    expect(endOf([frame(STATUS, '42')])).toMatchObject({ code: 'exec-refused' });
    expect(endOf([exit('many')])).toMatchObject({ code: 'exec-refused' });
    for (const details of [
      7,
      { causes: {} },
      { causes: [null] },
      { causes: [{ reason: 'ExitCode', message: [] }] },
    ])
      expect(endOf([status({ reason: 'NonZeroExitCode', details, message: {} })])).toEqual({
        code: 'exec-refused',
        reason: '',
      });
  });
});

describe('bytes', () => {
  it('keeps every byte of stdout, in order', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const { collected } = collect([frame(OUT, bytes), frame(OUT, ''), frame(OUT, bytes.toReversed())]);
    collected.add(frame(STATUS, '{"status":"Success"}'));
    expect((collected.end() as ExecResult).stdout).toEqual(new Uint8Array([...bytes, ...bytes.toReversed()]));
  });

  it('ends beyond the limit, not at it', () => {
    expect(collect([frame(OUT, '12345'), frame(OUT, '67890')], 10).errors).toEqual([]);
    expect(collect([frame(OUT, '12345'), frame(OUT, '678901')], 10).errors).toMatchObject([
      { code: 'file-too-large', facts: { limitBytes: 10 } },
    ]);
  });

  it('cuts stderr at 64 KiB, and counts it against nothing', () => {
    const { collected, errors } = collect([
      ...Array.from({ length: 3 }, () => frame(ERR, 'e'.repeat(40_000))),
      frame(STATUS, '{"status":"Success"}'),
    ]);
    expect(errors).toEqual([]);
    expect((collected.end() as ExecResult).stderr).toHaveLength(64 * 1024);
  });

  it('ends at error output without an end, though only its beginning is kept', () => {
    const collected = new ExecFrames({ maxBytes: 1000 });
    const piece = frame(ERR, new Uint8Array(1024 * 1024));
    let error;
    for (let count = 0; count < 65 && error === undefined; count++) error = collected.add(piece);
    expect(error).toMatchObject({ code: 'answer-too-large', facts: { counted: 'bytes' } });
  });

  it('ends at frames without number that carry nothing', () => {
    const frames = Array.from({ length: 10_001 }, (_, at) => frame(at % 5, ''));
    expect(collect(frames.slice(1)).errors).toEqual([]);
    expect(collect(frames).errors).toMatchObject([
      { code: 'answer-too-large', facts: { counted: 'messages' } },
    ]);
  });

  it('takes only what carries something for a sign of life', () => {
    const { collected } = collect([frame(OUT, ''), frame(ERR, ''), frame(9, 'x')]);
    expect(collected.moved).toBe(0);
    collected.add(frame(ERR, 'x'));
    expect(collected.moved).toBe(1);
  });

  it('passes over channels that were not asked for (255 closes a stream in v5)', () => {
    expect(
      endOf([
        frame(255, '\x01'),
        frame(4, 'resize'),
        new Uint8Array(),
        frame(STATUS, '{"status":"Success"}'),
      ]),
    ).toEqual({ stdout: '', stderr: '', exitCode: 0 });
  });
});
