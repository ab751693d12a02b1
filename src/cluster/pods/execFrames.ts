/**
 * The frames of an exec websocket, v4.channel.k8s.io and v5: the first byte is the channel. Collects stdout and stderr,
 * reads the status, and judges how the command ended. Knows no socket. Recorded frames: test/fixtures/pod/ws-frames.txt.
 */
import { TriageError } from '../../base/errors.js';
import { GrowingBytes } from '../../base/growingBytes.js';
import { EXEC } from '../../base/limits.js';
import { answerTooLarge } from '../http/answerErrors.js';
import { findKubeletFault } from '../http/kubeletFaults.js';
import type { ExecRequest, ExecResult } from '../podPorts.js';

/** k8s.io/apimachinery/pkg/util/remotecommand/constants.go. */
const STDOUT = 1;
const STDERR = 2;
const STATUS = 3;

/** A v1.Status as far as it is read; anything may be something else. */
interface StatusObject {
  readonly status?: unknown;
  readonly message?: unknown;
  readonly reason?: unknown;
  readonly details?: { readonly causes?: unknown } | null;
}

export class ExecFrames {
  private readonly out = new GrowingBytes();
  private readonly err = new GrowingBytes();
  /** Bytes of stderr so far, kept or not. */
  private errLength = 0;
  private emptyFrames = 0;
  private statusText: string | undefined;

  constructor(private readonly request: Pick<ExecRequest, 'maxBytes'>) {}

  get hasStatus(): boolean {
    return this.statusText !== undefined;
  }

  /** Bytes of stdout so far. */
  get received(): number {
    return this.out.byteLength;
  }

  /** Bytes of both outputs so far: what grows it is a sign of life, and an empty frame is none. */
  get moved(): number {
    return this.received + this.errLength;
  }

  /** Takes one message; the error is what ends the exec. Channels that were not asked for are passed over. */
  add(frame: Uint8Array): TriageError | undefined {
    const [channel] = frame;
    const data = frame.subarray(1);
    if (data.length > 0) {
      if (channel === STDOUT) return this.addOutput(data);
      if (channel === STDERR) return this.addError(data);
      if (channel === STATUS && !this.hasStatus) {
        this.statusText = new TextDecoder().decode(data.subarray(0, EXEC.statusBytes));
        return undefined;
      }
    }
    return ++this.emptyFrames > EXEC.emptyFrames ? excess('messages', EXEC.emptyFrames) : undefined;
  }

  /** What the status says, once it is there. */
  end(): ExecResult | TriageError {
    const isStarted = this.moved > 0;
    const stdout = this.out.take();
    const stderr = new TextDecoder().decode(this.err.take());
    const status = parseStatus(this.statusText ?? '');
    if (status.status === 'Success') return { stdout, stderr, exitCode: 0 };
    const exitCode = exitCodeOf(status);
    if (exitCode === undefined) return describeFailure(textOf(status.message), isStarted);
    const refusal = exitCode === 126 || exitCode === 127 ? findRuntimeText(stderr, stdout) : undefined;
    return refusal === undefined ? { stdout, stderr, exitCode } : refused(refusal);
  }

  private addOutput(data: Uint8Array): TriageError | undefined {
    const { maxBytes } = this.request;
    if (this.received + data.length > maxBytes)
      return new TriageError('file-too-large', `The command printed more than ${maxBytes} bytes.`, {
        facts: { limitBytes: maxBytes },
      });
    this.out.add(data);
    return undefined;
  }

  private addError(data: Uint8Array): TriageError | undefined {
    this.err.add(data.subarray(0, EXEC.stderrBytes - this.err.byteLength));
    this.errLength += data.length;
    return this.errLength > EXEC.stderrFloodBytes ? excess('bytes', EXEC.stderrFloodBytes) : undefined;
  }
}

function excess(counted: 'bytes' | 'messages', limit: number): TriageError {
  const what = counted === 'bytes' ? "a command's error output" : 'what comes beside the output of a command';
  return answerTooLarge({ what, counted, limit });
}

/**
 * A status without an exit code is the API server's, the kubelet's or the runtime's own failure. After output it cannot
 * be that the command was not started.
 */
function describeFailure(text: string, isStarted: boolean): TriageError {
  const fault = findKubeletFault(text);
  if (isStarted || (fault?.code === 'kubelet-died' && !isRuntimeText(text)))
    return new TriageError(
      'exec-lost',
      `The connection to the command ended before the command did: ${text}. It may still run.`,
      { facts: { reason: text } },
    );
  if (fault !== undefined && !isRuntimeText(text))
    return new TriageError(fault.code, `Cannot run a command in the pod: ${fault.because}`, {
      facts: { ...fault.facts, reason: text },
    });
  return refused(text);
}

/** Also what is no JSON: `channel.k8s.io` of old sent text, and a cut status is text. */
function parseStatus(text: string): StatusObject {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Told as it came.
  }
  return { message: text };
}

/** k8s.io/client-go/tools/remotecommand/v4.go: reason NonZeroExitCode, the cause ExitCode holds the number. */
function exitCodeOf({ reason, details }: StatusObject): number | undefined {
  if (reason !== 'NonZeroExitCode') return undefined;
  const causes: unknown = details?.causes;
  if (!Array.isArray(causes)) return undefined;
  const found = (causes as readonly (Cause | null)[]).find(cause => cause?.reason === 'ExitCode');
  const code = textOf(found?.message);
  return /^\d{1,10}$/.test(code) ? Number(code) : undefined;
}

interface Cause {
  readonly reason?: unknown;
  readonly message?: unknown;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/**
 * What runc, crun and containerd say of a command that they could not start. Some runtimes print it and exit with 126 or
 * 127, which a script's own "command not found" does too: the text tells them apart.
 */
function isRuntimeText(text: string): boolean {
  return /OCI runtime exec failed|unable to start container process|failed to exec in container|container not found/i.test(
    text,
  );
}

function findRuntimeText(stderr: string, stdout: Uint8Array): string | undefined {
  const texts = [stderr, new TextDecoder().decode(stdout.subarray(0, 2000))];
  return texts.find(isRuntimeText)?.trim();
}

function refused(reason: string): TriageError {
  return new TriageError('exec-refused', `The command was not started: ${reason}`, { facts: { reason } });
}
