/**
 * The one error type that crosses layers. It carries facts; the sentence a person reads in the editor is made in
 * `src/ui/shell/errorMessages.ts` from `code` and `facts`, so that it can be translated. `message` is the English sentence
 * for logs, tests and the command line, complete in itself.
 */

/** Every cause we tell apart. A new one needs a sentence in `src/ui/shell/errorMessages.ts` (the compiler asks for it). */
export type TriageErrorCode =
  // Reaching a cluster
  | 'kubeconfig-missing' // no kubeconfig file exists where we look
  | 'kubeconfig-invalid' // a file exists and cannot be used; facts.file, facts.reason
  | 'context-missing' // the kubeconfig names no such context; facts.context
  | 'credential-plugin-failed' // an exec plugin could not be run or failed; facts.command, facts.reason
  | 'credentials-not-allowed' // a workspace's kubeconfig would use what is the user's; facts.context, facts.answer, facts.program?, facts.files?
  | 'unreachable' // DNS, connection refused, TLS, time-out to the API server; facts.server, facts.reason
  | 'unauthorized' // 401 after one refresh of the credentials
  | 'forbidden' // 403 by the API server; facts.user?, facts.verb, facts.resource
  | 'kubelet-forbidden' // 403 by the kubelet itself ("Forbidden (user=…")
  // Asking a node's kubelet through the API server
  | 'node-not-found'
  | 'kubelet-unreachable' // 502/503/504 "error trying to reach service"; facts.reason, facts.cause (KubeletFaultCause)
  | 'kubelet-hangs' // 503 "TLS handshake timeout", "http2: client connection lost": the process exists, no answer
  | 'kubelet-died' // 503 "EOF" while a request was in flight
  | 'profiler-busy' // 500 "cpu profiling already in use" / "execution tracer already enabled"
  | 'profiling-disabled' // 405 "profiling endpoint is disabled." / "Debug endpoints are disabled."
  | 'profile-unknown' // 404 "Unknown profile"
  | 'request-rejected' // any other HTTP status; facts.status, facts.body (first 200 characters)
  | 'answer-too-large' // more than any real answer has; facts.limit, facts.counted (`bytes`, `nodes`, …)
  | 'connection-lost' // the answer was cut off; facts.received (bytes)
  | 'timed-out' // our own limit; facts.seconds
  // Pods
  | 'pod-refused' // admission (Pod Security, quota, a policy) or an invalid spec; facts.reason word for word
  | 'pod-name-taken' // 409: a pod of that name exists
  | 'pod-not-started' // it exists and its container never ran; facts.reason (`OutOfpods`, `ErrImagePull`, …), facts.message
  | 'pod-ended' // it was running and is no more; facts.reason, facts.stranger and facts.pid where a foreign process was in it
  | 'node-unfit' // refused before anything was made; facts.reason (`Windows`, `virtual`)
  | 'node-not-ready' // it became not ready while we worked on it, and nothing was changed
  | 'intent-write-failed' // a pod could not be written down before it is made; facts.folder, facts.reason, facts.problem
  | 'exec-refused' // the command was not started; facts.reason
  | 'exec-lost' // the connection ended without an exit status
  | 'command-failed' // exit status other than 0; facts.command, facts.exitCode, facts.stderr
  | 'transfer-failed' // a file came whole and is not the one that was sent; facts.file
  | 'kubelet-not-found' // no process of the node is its kubelet; facts.reason
  | 'tool-missing' // facts.tool, facts.image
  | 'tool-unfit' // a program of the user's that is not even tried; facts.file, facts.problem (`not-elf`, `other-machine`, `too-large`), facts.found, facts.wanted
  | 'trace-refused' // the kernel or a policy does not allow it; facts.reason
  // Reading files
  | 'file-unreadable' // facts.file, facts.reason, facts.problem (src/base/fileProblem.ts) where it is known
  | 'file-empty'
  | 'file-too-large' // facts.limitBytes; also a gzip that inflates beyond the limit
  | 'file-truncated' // ends in the middle of a field, of a gzip stream, of a record
  | 'file-corrupt' // facts.reason
  | 'format-unknown' // recognised as nothing we read; facts.looksLike? ("PNG image", "JSON text", …)
  | 'format-other-editor' // recognised, and another editor of ours shows it; facts.what, facts.editor (`profile`, `report`)
  | 'format-other-tool' // recognised, and another tool reads it; facts.what, facts.tool ("go tool trace")
  // Captures
  | 'capture-invalid' // capture.json cannot be used; facts.file, facts.reason
  | 'capture-write-failed' // disk full, no permission; facts.folder, facts.reason
  | 'bundle-invalid' // a bundle of captures that is not imported; facts.file, facts.problem (src/bundle/bundleProblem.ts), facts.entry?
  | 'bundle-too-large' // more than a bundle holds; facts.counted (`captures`, `files`, `bytes`), facts.limit
  // Ways to end that are not faults
  | 'cancelled'
  // A fault of ours
  | 'internal';

/** Facts of an error: plain values, safe to log (never credentials). */
export type ErrorFacts = Readonly<Record<string, string | number | undefined>>;

export interface TriageErrorOptions {
  /** The node it is about, where there is one. */
  readonly node?: string | undefined;
  readonly facts?: ErrorFacts | undefined;
  readonly cause?: unknown;
}

export class TriageError extends Error {
  override readonly name = 'TriageError';
  readonly code: TriageErrorCode;
  readonly node: string | undefined;
  readonly facts: ErrorFacts;

  /**
   * Also true for instances of another bundle's copy of this class: dist/cluster.cjs throws its own, and the
   * extension has to know them.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'TriageError' && 'code' in value && 'facts' in value;
  }

  constructor(code: TriageErrorCode, message: string, options: TriageErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.node = options.node;
    this.facts = options.facts ?? {};
  }
}

export function isTriageError(error: unknown): error is TriageError {
  return error instanceof TriageError;
}

/** What crosses a message channel in place of an error: no stack, no cause. */
export interface ErrorDescription {
  readonly code: TriageErrorCode;
  readonly message: string;
  readonly node?: string | undefined;
  readonly facts: ErrorFacts;
}

/** Any thrown value as a description; what is not a TriageError is a fault of ours (`internal`). */
export function describeError(error: unknown): ErrorDescription {
  if (isTriageError(error))
    return { code: error.code, message: error.message, node: error.node, facts: error.facts };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error), facts: {} };
}

/** The inverse of {@link describeError}, for the receiving side of a channel. */
export function restoreError(description: ErrorDescription): TriageError {
  return new TriageError(description.code, description.message, {
    node: description.node,
    facts: description.facts,
  });
}

/** Throws `cancelled` where the signal is aborted; called before and after every wait. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new TriageError('cancelled', 'Cancelled.');
}
