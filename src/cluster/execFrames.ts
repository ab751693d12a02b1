/**
 * The frames of an exec websocket, v4.channel.k8s.io and v5: the first byte is the channel. Collects stdout and stderr,
 * reads the status, and judges how the command ended. Knows no socket. Recorded frames: test/fixtures/pod/ws-frames.txt.
 */
import { TriageError } from '../base/errors.js';
import { findKubeletFault } from './kubeletFaults.js';
import type { ExecRequest, ExecResult } from './podPorts.js';

/** k8s.io/apimachinery/pkg/util/remotecommand/constants.go. */
const STDOUT = 1;
const STDERR = 2;
const STATUS = 3;

const STDERR_LIMIT = 64 * 1024;
/** A v1.Status with the runtime's text. */
const STATUS_LIMIT = 64 * 1024;

interface StatusObject {
  readonly status?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly details?: {
    readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] | null;
  };
}

export class ExecFrames {
  /** Bytes of stdout so far. */
  received = 0;
  private readonly out: Uint8Array[] = [];
  private readonly err: Uint8Array[] = [];
  private errLength = 0;
  private statusText: string | undefined;

  constructor(private readonly request: Pick<ExecRequest, 'maxBytes'>) {}

  get hasStatus(): boolean {
    return this.statusText !== undefined;
  }

  /** Takes one message; the error is what ends the exec. Channels that nobody asked for are passed over. */
  add(frame: Uint8Array): TriageError | undefined {
    const [channel] = frame;
    const data = frame.subarray(1);
    if (channel === STDOUT) return this.addOutput(data);
    if (channel === STDERR) this.addError(data);
    if (channel === STATUS && data.length > 0)
      this.statusText = new TextDecoder().decode(data.subarray(0, STATUS_LIMIT));
    return undefined;
  }

  /** What the status says, once it is there. */
  end(): ExecResult | TriageError {
    const stdout = concatenate(this.out, this.received);
    const stderr = new TextDecoder().decode(concatenate(this.err, this.errLength));
    const status = parseStatus(this.statusText ?? '');
    if (status.status === 'Success') return { stdout, stderr, exitCode: 0 };
    const exitCode = exitCodeOf(status);
    if (exitCode === undefined) return this.describeFailure(status.message ?? '');
    const refusal = exitCode === 126 || exitCode === 127 ? findRuntimeText(stderr, stdout) : undefined;
    return refusal === undefined ? { stdout, stderr, exitCode } : refused(refusal);
  }

  private addOutput(data: Uint8Array): TriageError | undefined {
    const { maxBytes } = this.request;
    this.received += data.length;
    if (this.received > maxBytes)
      return new TriageError('file-too-large', `The command printed more than ${maxBytes} bytes.`, {
        facts: { limitBytes: maxBytes },
      });
    if (data.length > 0) this.out.push(data);
    return undefined;
  }

  private addError(data: Uint8Array): void {
    const part = data.subarray(0, STDERR_LIMIT - this.errLength);
    this.errLength += part.length;
    if (part.length > 0) this.err.push(part);
  }

  /**
   * A status without an exit code is the API server's, the kubelet's or the runtime's own failure. After output it
   * cannot be that the command was not started.
   */
  private describeFailure(text: string): TriageError {
    const isStarted = this.received > 0 || this.errLength > 0;
    const fault = findKubeletFault(text);
    if (isStarted || (fault?.code === 'kubelet-died' && !isRuntimeText(text)))
      return new TriageError(
        'exec-lost',
        `The connection to the command ended before the command did: ${text}. It may still run.`,
        { facts: { reason: text } },
      );
    if (fault !== undefined && !isRuntimeText(text))
      return new TriageError(fault.code, `Cannot run a command in the pod: ${fault.because}`, {
        facts: { reason: text },
      });
    return refused(text);
  }
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
  const code = details?.causes?.find(cause => cause.reason === 'ExitCode')?.message;
  return code !== undefined && /^\d+$/.test(code) ? Number(code) : undefined;
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

/** Memory of its own: frames share the socket's buffers, and a file is handed on to a worker. */
function concatenate(parts: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
